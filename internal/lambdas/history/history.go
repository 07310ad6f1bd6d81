// Package history is the Lambda on the table's stream that writes the history
// of numbers, and counts the revenue of carriers.
package history

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/aws/aws-lambda-go/events"
	"golang.org/x/sync/errgroup"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/lambdas/stream"
	"didpurchase/internal/ledger"
	"didpurchase/internal/revenue"
)

// writesAtOnce is how many steps of a batch are written in parallel.
const writesAtOnce = 16

// New wires the history.
func New(env awsenv.Env) stream.Handler {
	env.MustHave(awsenv.TableName)
	store := dynamo.New(env.AWS, env.TableName)
	h := history{store: store, counter: revenue.New(store, env.Now), env: env}
	aside := store.Aside("history", env.Now)
	return func(ctx context.Context, event events.DynamoDBEvent) (events.DynamoDBEventResponse, error) {
		return stream.Answer(ctx, env.Logger, aside, event, h.write(ctx, event.Records)), nil
	}
}

type history struct {
	store   *dynamo.Store
	counter *revenue.Counter
	env     awsenv.Env
}

// write writes each record's step, or counts its customer's ledger, and gives
// each record's error.
func (h history) write(ctx context.Context, records []events.DynamoDBEventRecord) []error {
	errs := make([]error, len(records))
	posted := map[ledger.Customer][]int{} // the records of each customer's ledger
	var g errgroup.Group
	g.SetLimit(writesAtOnce)
	for i, r := range records {
		key := stream.Key(r.Change)
		if c, ok := dynamo.PostedTo(key[0], key[1]); ok {
			posted[c] = append(posted[c], i)
			continue
		}
		g.Go(func() error {
			errs[i] = h.writeOne(ctx, r.Change)
			return nil
		})
	}
	_ = g.Wait() // each record has its own error
	customers := slices.Collect(maps.Keys(posted))
	for n, err := range h.counter.Follow(ctx, customers) {
		for _, i := range posted[customers[n]] {
			errs[i] = err
		}
	}
	return errs
}

func (h history) writeOne(ctx context.Context, r events.DynamoDBStreamRecord) error {
	before, err := readImage(r.OldImage)
	if err != nil {
		return stream.Poison(err)
	}
	after, err := readImage(r.NewImage)
	if err != nil {
		return stream.Poison(err)
	}
	recorded := r.ApproximateCreationDateTime.UTC().Add(h.env.ClockOffset)
	passage, err := did.PassageOf(before, after, r.SequenceNumber, recorded)
	if err != nil {
		return stream.Poison(err)
	}
	if err := h.store.PutPassage(ctx, passage); err != nil {
		return err
	}
	if err := h.feed(ctx, passage.Carrier, before, after); err != nil {
		return err
	}
	h.env.Logger.InfoContext(stream.Context(ctx, r), "recorded", "carrier", passage.Carrier, "from", passage.From, "to", passage.To)
	return nil
}

// readImage reads an item as a record has it, which has none before an insert
// and after a removal.
func readImage(image map[string]events.DynamoDBAttributeValue) (did.DID, error) {
	if len(image) == 0 {
		return did.DID{}, nil
	}
	raw, err := json.Marshal(image)
	if err != nil {
		return did.DID{}, err
	}
	return dynamo.ReadDIDImage(raw)
}
