package lambdahttp

import (
	"context"
	"time"
)

const (
	// toAnswer is the time before the function's time-out at which its work is
	// stopped, so that there is time to answer. A function that times out is
	// killed, and its client does not learn which part was done.
	toAnswer = time.Second
	// leastWork is the least remaining time with which a request is begun.
	leastWork = 2 * time.Second
)

// withTimeToAnswer returns the context for a request's work, which ends before the
// function does. inTime is false if there is too little time to begin.
func withTimeToAnswer(ctx context.Context) (work context.Context, done context.CancelFunc, inTime bool) {
	deadline, limited := ctx.Deadline()
	if !limited {
		return ctx, func() {}, true
	}
	latest, cancel := context.WithDeadline(ctx, deadline.Add(-toAnswer-leastWork))
	defer cancel()
	work, done = context.WithDeadline(ctx, deadline.Add(-toAnswer))
	return work, done, latest.Err() == nil // if the deadline has passed, the context has ended
}
