package dynamo

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"didpurchase/internal/commit"
	"didpurchase/internal/ratelimit"
)

// bucketItem is a bucket of requests: the moment at which it is full again, in
// microseconds, so that the database can add to it.
type bucketItem struct {
	Full int64 `dynamodbav:"full"`
}

// bucketLife is the time for which the item of a caller stays after its last
// request.
const bucketLife = 24 * time.Hour

// Take takes turns of a bucket: see ratelimit.Buckets. Conditions have no
// arithmetic, so there are two writes: one for an idle bucket, which is full, and
// one for a bucket in use. A refused write costs as much as any other, so the write
// for idle buckets comes first: most callers pause between requests.
func (s *Store) Take(ctx context.Context, carrier string, t ratelimit.Taking) (full time.Time, taken bool, err error) {
	now, on, latest := t.Now.UnixMicro(), t.On.Microseconds(), t.Latest.UnixMicro()
	name := expression.Name("full")
	idle := takeWrite{
		guard: expression.AttributeNotExists(name).Or(name.LessThan(expression.Value(now))),
		to:    expression.Value(now + on),
	}
	used := takeWrite{
		guard: name.Between(expression.Value(now), expression.Value(latest-on)),
		to:    name.Plus(expression.Value(on)),
	}
	for _, w := range []takeWrite{idle, used} {
		seen, err := s.takeBy(ctx, bucketKey(carrier, t.Bucket), w, t.Now)
		switch {
		case err != nil:
			return time.Time{}, false, err
		case seen == nil:
			return time.Time{}, true, nil
		}
		full = time.UnixMicro(seen.Full).UTC()
	}
	return full, false, nil
}

// takeWrite is one way to take turns.
type takeWrite struct {
	guard expression.ConditionBuilder
	to    expression.OperandBuilder
}

// takeBy returns the bucket if its guard refuses the write, else nil.
func (s *Store) takeBy(ctx context.Context, at key, w takeWrite, now time.Time) (seen *bucketItem, err error) {
	changes := expression.Set(expression.Name("full"), w.to).
		Set(expression.Name("ttl"), expression.Value(now.Add(bucketLife).Unix()))
	action, err := s.update(at, changes, w.guard)
	if err != nil {
		return nil, err
	}
	err = carryOut(ctx, s.alone(action), []write{{action: action, current: reading(readBucket)}}, false)
	var refused *commit.Refused
	if !errors.As(err, &refused) {
		return nil, err
	}
	bucket, _ := refused.Refusals[0].Current.(bucketItem)
	return &bucket, nil
}

func readBucket(i item) (bucketItem, error) {
	var b bucketItem
	err := decode(i, &b)
	return b, err
}

func bucketKey(carrier, bucket string) key { return key{"RATE#" + carrier, bucket} }
