package commit

import (
	"context"
	"errors"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// ErrMovedOn says that an item changed between reading and writing it: read
// again and decide anew.
var ErrMovedOn = errors.New("commit: moved on")

// attempts is how often a step that others got in the way of is tried.
const attempts = 8

// Insist repeats a step while others get in its way (ErrMovedOn, ErrContended)
// or its answer was lost (ErrUnknown), with growing, jittered pauses. The step
// reads, decides and commits, so that each time it decides on what is there; it
// must be safe to repeat.
func Insist[T any](ctx context.Context, step func() (T, error)) (T, error) {
	pauses := backoff.NewExponentialBackOff()
	pauses.InitialInterval, pauses.MaxInterval = 20*time.Millisecond, time.Second
	return backoff.Retry(ctx, func() (T, error) {
		v, err := step()
		if err == nil || errors.Is(err, ErrMovedOn) || errors.Is(err, ErrContended) || errors.Is(err, ErrUnknown) {
			return v, err
		}
		return v, backoff.Permanent(err)
	}, backoff.WithBackOff(pauses), backoff.WithMaxTries(attempts))
}
