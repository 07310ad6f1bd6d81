package commit

import (
	"context"
	"errors"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// ErrMovedOn means that an item changed between reading and writing it: read
// again and decide again.
var ErrMovedOn = errors.New("commit: moved on")

// attempts is the most tries of a step that others interrupt.
const attempts = 8

// Insist repeats a step while others change its items (ErrMovedOn,
// ErrContended) or its answer was lost (ErrUnknown), with growing, jittered
// pauses. The step reads, decides and commits, so that it decides on the
// current items each time; it must be safe to repeat.
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
