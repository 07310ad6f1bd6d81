// Package history is the Lambda behind the table's stream that writes down who
// held which number when.
package history

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-lambda-go/events"
	"golang.org/x/sync/errgroup"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/lambdas/stream"
)

// writesAtOnce is how many steps of a batch are written side by side.
const writesAtOnce = 16

// New wires the history.
func New(env awsenv.Env) stream.Handler {
	env.MustHave(awsenv.TableName)
	h := history{store: dynamo.New(env.AWS, env.TableName), env: env}
	return func(ctx context.Context, event events.DynamoDBEvent) (events.DynamoDBEventResponse, error) {
		return stream.Answer(ctx, env.Logger, event, h.write(ctx, event.Records)), nil
	}
}

type history struct {
	store *dynamo.Store
	env   awsenv.Env
}

// write writes each record's step and gives each record's error.
func (h history) write(ctx context.Context, records []events.DynamoDBEventRecord) []error {
	errs := make([]error, len(records))
	var g errgroup.Group
	g.SetLimit(writesAtOnce)
	for i, r := range records {
		g.Go(func() error {
			errs[i] = h.writeOne(ctx, r.Change)
			return nil
		})
	}
	_ = g.Wait() // each record has its own error
	return errs
}

func (h history) writeOne(ctx context.Context, r events.DynamoDBStreamRecord) error {
	before, err := readImage(r.OldImage)
	if err != nil {
		return err
	}
	after, err := readImage(r.NewImage)
	if err != nil {
		return err
	}
	at := r.ApproximateCreationDateTime.UTC().Add(h.env.ClockOffset)
	passage, err := did.PassageOf(before, after, at)
	if err != nil {
		return err
	}
	if err := h.store.PutPassage(ctx, passage); err != nil {
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
