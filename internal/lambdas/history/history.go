// Package history is the Lambda on the table's stream that writes the history of
// numbers and the acts of customers, counts the revenue of carriers, and sends
// events. It also starts the collection of unpaid charges after a payment, and
// frees holds that came late.
package history

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"golang.org/x/sync/errgroup"

	"didpurchase/internal/auth"
	"didpurchase/internal/awsenv"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/event"
	"didpurchase/internal/lambdas/stream"
	"didpurchase/internal/ledger"
	"didpurchase/internal/revenue"
	"didpurchase/internal/sqsqueue"
)

// writesAtOnce is the number of steps of a batch that are written in parallel.
const writesAtOnce = 16

// New wires the history.
func New(env awsenv.Env) stream.Handler {
	env.MustHave(awsenv.TableName, awsenv.EventQueueURL, awsenv.RenewalQueueURL)
	return With(env, Queues{Events: sqsqueue.New(env.AWS, env.EventQueueURL),
		Renewals: sqsqueue.New(env.AWS, env.RenewalQueueURL)})
}

// Queues are the queues for the history's messages.
type Queues struct {
	Events   Queue // gets each event
	Renewals Queue // gets customers whose unpaid charges are tried again, and holds that came late
}

// With wires the history to queues.
func With(env awsenv.Env, queues Queues) stream.Handler {
	store := dynamo.New(env.AWS, env.TableName)
	h := history{store: store, counter: revenue.New(store, env.Now), queues: queues, env: env}
	aside := store.Aside("history", env.Now)
	return func(ctx context.Context, event events.DynamoDBEvent) (events.DynamoDBEventResponse, error) {
		return stream.Answer(ctx, env.Logger, aside, event, h.write(ctx, event.Records)), nil
	}
}

type history struct {
	store   *dynamo.Store
	counter *revenue.Counter
	queues  Queues
	env     awsenv.Env
}

// write writes each number's step, counts the ledgers of the records, sends the
// records' events, and returns each record's error.
func (h history) write(ctx context.Context, records []events.DynamoDBEventRecord) []error {
	errs, happened := make([]error, len(records)), make(derivedEvents, len(records))
	posted := map[ledger.Customer][]int{} // the records of each customer's ledger
	steps := make([]numberStep, len(records))
	var g errgroup.Group
	g.SetLimit(writesAtOnce)
	for i, r := range records {
		key := stream.Key(r.Change)
		if c, ok := dynamo.PostedTo(key[0], key[1]); ok {
			posted[c] = append(posted[c], i)
		}
		if kind := dynamo.KindOf(key[0], key[1]); kind != dynamo.DIDItem {
			happened[i], errs[i] = h.other(ctx, kind, r.Change)
			continue
		}
		g.Go(func() error {
			steps[i], errs[i] = h.step(ctx, r.Change)
			happened[i] = steps[i].event
			return nil
		})
	}
	_ = g.Wait() // each record has its own error
	h.feed(ctx, routeChangesOf(steps, errs), errs)
	h.logRentals(ctx, steps, errs)
	h.issue(ctx, records)
	customers := slices.Collect(maps.Keys(posted))
	for n, err := range h.counter.Follow(ctx, customers) {
		for _, i := range posted[customers[n]] {
			errs[i] = cmp.Or(err, errs[i])
		}
	}
	happened.send(ctx, h.queues.Events, errs)
	return errs
}

// numberStep is the step in a number's record.
type numberStep struct {
	carrier       string
	before, after did.DID
	event         event.Event // its ID is "" when there is none
}

// step writes a number's step.
func (h history) step(ctx context.Context, r events.DynamoDBStreamRecord) (numberStep, error) {
	before, after, err := images(r, dynamo.ReadDIDImage)
	if err != nil {
		return numberStep{}, err
	}
	passage, err := did.PassageOf(before, after, r.SequenceNumber, h.recorded(r))
	if err != nil {
		return numberStep{}, stream.Poison(err)
	}
	if passage.By, err = h.actor(ctx, before, passage); err != nil {
		return numberStep{}, err
	}
	if err := h.record(ctx, passage); err != nil {
		return numberStep{}, err
	}
	if err := h.reportLate(ctx, r, before, after); err != nil {
		return numberStep{}, err
	}
	h.env.Logger.InfoContext(stream.Context(ctx, r), "recorded", "carrier", passage.Carrier, "from", passage.From, "to",
		passage.To)
	e, _ := event.OfNumber(before, after, passage)
	return numberStep{passage.Carrier, before, after, e}, h.auditStep(ctx, e, passage)
}

// record writes the step, and a rental's end also to the list of its month.
func (h history) record(ctx context.Context, step did.Passage) error {
	if step.Releases() {
		if err := h.store.PutRelease(ctx, step); err != nil {
			return err
		}
	}
	return h.store.PutPassage(ctx, step)
}

// actor returns the actor of the step. A number that was removed from a cart has no
// item any more; the cart knows the actor for some minutes.
func (h history) actor(ctx context.Context, before did.DID, step did.Passage) (auth.Actor, error) {
	if step.By != (auth.Actor{}) || step.From != did.Held || step.To != did.None {
		return step.By, nil
	}
	cart, err := h.store.Cart(ctx, ledger.Customer{Carrier: step.Carrier, ID: step.Customer})
	return cart.RemovedBy(before), err
}

// other processes a record that is not a number's, and returns its event.
func (h history) other(ctx context.Context, kind dynamo.Kind, r events.DynamoDBStreamRecord) (event.Event, error) {
	if kind == dynamo.AuditItem {
		return event.Event{}, watchAudit(r)
	}
	e, err := eventOf(kind, r, h.recorded(r))
	switch kind {
	case dynamo.AccountItem:
		h.collect(ctx, r)
	case dynamo.OrderItem:
		h.startOrder(ctx, r)
	case dynamo.EditItem:
		h.startEdit(ctx, r, stream.Key(r))
	case dynamo.PriceChangeItem:
		h.startPriceChange(ctx, r)
	}
	if err != nil || kind != dynamo.OrderItem {
		return e, err
	}
	return e, h.auditOrder(ctx, r, e)
}

// recorded returns the time of the write in the stream, moved like the clock.
func (h history) recorded(r events.DynamoDBStreamRecord) time.Time {
	return r.ApproximateCreationDateTime.UTC().Add(h.env.ClockOffset)
}
