package history

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"didpurchase/internal/dynamo"
	"didpurchase/internal/event"
	"didpurchase/internal/lambdas/stream"
	"didpurchase/internal/report"
	"didpurchase/internal/webhook"
)

// Queue takes the events, one message each; *sqsqueue.Queue is one.
type Queue interface {
	Send(ctx context.Context, bodies []string) error
}

// derivedEvents has the event of each record; an ID of "" is none.
type derivedEvents []event.Event

// send sends the events of a batch. The queue may have taken some when it
// fails, so each of their records comes again: a repeat has the same id.
func (t derivedEvents) send(ctx context.Context, queue Queue, errs []error) {
	var bodies []string
	var senders []int
	for i, e := range t {
		if e.ID == "" || errs[i] != nil && !errors.Is(errs[i], stream.ErrPoison) {
			continue
		}
		body, err := json.Marshal(e)
		if err != nil {
			errs[i] = errors.Join(errs[i], stream.Poison(err))
			continue
		}
		bodies, senders = append(bodies, string(body)), append(senders, i)
	}
	if err := queue.Send(ctx, bodies); err != nil {
		for _, i := range senders {
			errs[i] = err
		}
	}
}

// eventOf returns the event of a record that is not a number's; its ID is ""
// when there is none. Errors: stream.ErrPoison.
func eventOf(kind dynamo.Kind, r events.DynamoDBStreamRecord, recorded time.Time) (event.Event, error) {
	switch kind {
	case dynamo.OrderItem:
		return derived(r, dynamo.ReadOrderImage, event.OfOrder)
	case dynamo.EntryItem:
		return first(r, dynamo.ReadEntryImage, event.OfEntry)
	case dynamo.InvoiceItem:
		return derived(r, dynamo.ReadInvoiceImage, event.OfInvoice)
	case dynamo.AnnouncementItem:
		return derived(r, dynamo.ReadAnnouncementImage, event.OfAnnouncement)
	case dynamo.JobItem:
		return derived(r, dynamo.ReadJobImage, event.OfImport)
	case dynamo.ReportItem:
		return derived(r, dynamo.ReadReportImage, report.Finished)
	case dynamo.WebhookItem:
		return derived(r, dynamo.ReadWebhookImage, func(before, after webhook.Webhook) (event.Event, bool) {
			return webhook.Disabling(before, after, recorded)
		})
	case dynamo.AccountItem:
		return lowBalance(r, recorded)
	default:
		return event.Event{}, nil
	}
}

// lowBalance returns the event of an account that a charge left low.
func lowBalance(r events.DynamoDBStreamRecord, recorded time.Time) (event.Event, error) {
	before, after, err := images(r, dynamo.ReadAccountImage)
	if err != nil || r.OldImage == nil || r.NewImage == nil {
		return event.Event{}, err
	}
	return onlyIf(event.OfAccount(before, after, recorded))
}

// derived returns the event of an item's change; a deletion has none.
func derived[T any](r events.DynamoDBStreamRecord, read func([]byte) (T, error),
	of func(before, after T) (event.Event, bool)) (event.Event, error) {
	before, after, err := images(r, read)
	if err != nil || r.NewImage == nil {
		return event.Event{}, err
	}
	return onlyIf(of(before, after))
}

// first returns the event of an item's first write.
func first[T any](r events.DynamoDBStreamRecord, read func([]byte) (T, error),
	of func(T) (event.Event, bool)) (event.Event, error) {
	if r.OldImage != nil {
		return event.Event{}, nil
	}
	return derived(r, read, func(_, after T) (event.Event, bool) { return of(after) })
}

func onlyIf(e event.Event, happened bool) (event.Event, error) {
	if !happened {
		return event.Event{}, nil
	}
	return e, nil
}

// images reads an item before and after a write; the zero value is an
// item that does not exist. Errors: stream.ErrPoison.
func images[T any](r events.DynamoDBStreamRecord, read func([]byte) (T, error)) (before, after T, err error) {
	if before, err = image(r.OldImage, read); err == nil {
		after, err = image(r.NewImage, read)
	}
	return before, after, stream.Poison(err)
}

func image[T any](attributes map[string]events.DynamoDBAttributeValue,
	read func([]byte) (T, error)) (value T, err error) {
	if len(attributes) == 0 {
		return value, nil
	}
	raw, err := json.Marshal(attributes)
	if err != nil {
		return value, err
	}
	return read(raw)
}
