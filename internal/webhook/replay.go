package webhook

import (
	"context"
	"slices"
	"time"

	"didpurchase/internal/event"
)

// Replay sends each event again whose delivery to the webhook began at a moment or
// later, the oldest first, under the id that the receiver may know. Events that are
// older than DeliveryLife are gone. Errors: commit.ErrNotFound.
func (s *Service) Replay(ctx context.Context, owner Owner, id string, from time.Time) (sent int, err error) {
	if _, err := s.store.Webhook(ctx, owner, id); err != nil {
		return 0, err
	}
	since, err := s.since(ctx, owner, id, from)
	if err != nil {
		return 0, err
	}
	again := map[string]bool{} // by event
	for _, d := range slices.Backward(since) {
		if again[d.EventID] || d.Type == event.Test {
			continue
		}
		again[d.EventID] = true
		if err := s.start(ctx, d.again(s.now()), false); err != nil {
			return sent, err
		}
		sent++
	}
	return sent, nil
}

// replayPage is the number of deliveries in one read.
const replayPage = 200

// since returns the deliveries that began at a moment or later, newest first.
func (s *Service) since(ctx context.Context, owner Owner, id string, from time.Time) (found []Delivery, err error) {
	for after := ""; ; {
		page, next, err := s.store.Deliveries(ctx, owner, id, replayPage, after)
		if err != nil {
			return nil, err
		}
		for _, d := range page {
			if !d.CreatedAt.Before(from) {
				found = append(found, d)
			}
		}
		if next == "" {
			return found, nil
		}
		after = next
	}
}
