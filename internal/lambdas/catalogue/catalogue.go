// Package catalogue is the Lambda on the table's stream that keeps blocks in line
// with DIDs. A record names the number to read, never the content to write.
package catalogue

import (
	"context"

	"github.com/aws/aws-lambda-go/events"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/lambdas/stream"
	"didpurchase/internal/projection"
)

// New wires the projector.
func New(env awsenv.Env) stream.Handler {
	env.MustHave(awsenv.TableName)
	store := dynamo.New(env.AWS, env.TableName)
	projector, aside := projection.New(store, env.Now), store.Aside("catalogue", env.Now)
	return func(ctx context.Context, event events.DynamoDBEvent) (events.DynamoDBEventResponse, error) {
		return stream.Answer(ctx, env.Logger, aside, event, follow(ctx, projector, event.Records)), nil
	}
}

// follow returns each record's error: the record is not a DID's, or the block of
// its number could not be updated.
func follow(ctx context.Context, projector *projection.Projector, records []events.DynamoDBEventRecord) []error {
	errs := make([]error, len(records))
	var hints []projection.Hint
	var from []int // the record of each hint
	for i, r := range records {
		key := stream.Key(r.Change)
		hint, err := dynamo.HintOf(key[0], key[1])
		if err != nil {
			errs[i] = stream.Poison(err)
			continue
		}
		hints, from = append(hints, hint), append(from, i)
	}
	for i, err := range projector.Follow(ctx, hints) {
		errs[from[i]] = err
	}
	return errs
}
