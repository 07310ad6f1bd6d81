package lambdahttp

import (
	"context"
	"time"
)

const (
	// toAnswer is how long before the function's time-out its work is stopped, so
	// that there is time to answer. A function that times out is killed, and its
	// client told nothing of what was done.
	toAnswer = time.Second
	// leastWork is the least time that a request is begun with.
	leastWork = 2 * time.Second
)

// withTimeToAnswer returns the context of a request's work, which ends before
// the function does; inTime is false when too little is left to begin.
func withTimeToAnswer(ctx context.Context) (work context.Context, done context.CancelFunc, inTime bool) {
	deadline, limited := ctx.Deadline()
	if !limited {
		return ctx, func() {}, true
	}
	latest, cancel := context.WithDeadline(ctx, deadline.Add(-toAnswer-leastWork))
	defer cancel()
	work, done = context.WithDeadline(ctx, deadline.Add(-toAnswer))
	return work, done, latest.Err() == nil // a deadline that is over ends its context at once
}
