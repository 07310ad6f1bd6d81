// Package eventbus puts events on an EventBridge bus, from which the account's
// rules route them. It knows only the envelope of events.
package eventbus

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"didpurchase/internal/awscall"
	"didpurchase/internal/event"
)

// Source is the source of the events, which rules match.
const Source = "did-purchase"

// Bus is one bus.
type Bus struct {
	service awscall.Service
	name    string
}

// New returns the bus of that name, at EventBridge's URL for the region.
func New(config aws.Config, endpoint, name string, now func() time.Time) *Bus {
	return &Bus{awscall.New(config, endpoint, "events", now), name}
}

// entry is one of the entries of PutEvents.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
type entry struct {
	EventBusName string
	Source       string
	DetailType   string
	Detail       string // the event, as webhooks receive it
	Time         int64  // seconds since 1970
}

// Put puts an event on the bus. The caller repeats a Put that failed; the bus may
// then get the event twice, with the same id.
func (b *Bus) Put(ctx context.Context, e event.Event) error {
	detail, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("eventbus: event %s: %w", e.ID, err)
	}
	body, err := json.Marshal(map[string][]entry{"Entries": {{b.name, Source, string(e.Type), string(detail),
		e.Time.Unix()}}})
	if err != nil {
		return fmt.Errorf("eventbus: event %s: %w", e.ID, err)
	}
	if err := b.put(ctx, body); err != nil {
		return fmt.Errorf("eventbus: event %s on %s: %w", e.ID, b.name, err)
	}
	return nil
}

func (b *Bus) put(ctx context.Context, body []byte) error {
	answer, err := b.service.Operation(ctx, "AWSEvents.PutEvents", body)
	if err != nil {
		return err
	}
	return refusal(answer)
}

// refusal returns the error in an answer with status 200, which contains the errors
// of entries; nil if the bus accepted the entry.
func refusal(answer []byte) error {
	var result struct {
		FailedEntryCount int
		Entries          []struct{ ErrorCode, ErrorMessage string }
	}
	if err := json.Unmarshal(answer, &result); err != nil {
		return fmt.Errorf("EventBridge answered %q: %w", answer, err)
	}
	if result.FailedEntryCount > 0 || len(result.Entries) != 1 {
		return fmt.Errorf("EventBridge refused the event: %s", answer)
	}
	return nil
}
