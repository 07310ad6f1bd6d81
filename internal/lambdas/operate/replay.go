package operate

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/sqsqueue"
	"didpurchase/internal/webhook"
)

// replayRequest asks for sending the events of a webhook again.
type replayRequest struct {
	Command  string    `json:"command"`
	Carrier  string    `json:"carrier"`
	Customer string    `json:"customer"` // "" for a webhook of the carrier
	Webhook  string    `json:"webhook"`
	From     time.Time `json:"from"`
}

// replayed counts the deliveries that were begun.
type replayed struct {
	Sent int `json:"sent"`
}

// replay sends a webhook's events since a time again, after its receiver lost them.
// Each call sends them once more, with the same ids.
func replay(o operator, ctx context.Context, request json.RawMessage) (any, error) {
	var r replayRequest
	if err := fields(request, &r); err != nil {
		return nil, err
	}
	if err := r.check(o.env.Now()); err != nil {
		return nil, err
	}
	o.env.MustHave(awsenv.DeliveryQueueURL)
	owner := webhook.Owner{Carrier: r.Carrier, ID: r.Customer}
	if _, err := o.store.Webhook(ctx, owner, r.Webhook); err != nil {
		return nil, err
	}
	if err := o.store.PutAudit(ctx, o.replaying(ctx, r)); err != nil {
		return nil, err
	}
	service := webhook.NewService(o.store, sqsqueue.New(o.env.AWS, o.env.DeliveryQueueURL), false, o.env.Now)
	sent, err := service.Replay(ctx, owner, r.Webhook, r.From)
	return replayed{sent}, err
}

func (r replayRequest) check(now time.Time) error {
	switch {
	case r.Carrier == "" || r.Webhook == "":
		return errors.New("carrier and webhook are needed")
	case r.From.IsZero() || r.From.After(now) || now.Sub(r.From) > webhook.DeliveryLife:
		return errors.New("from must be a time of the last 7 days, such as 2026-11-29T10:00:00Z; older deliveries are " +
			"not kept")
	}
	return nil
}
