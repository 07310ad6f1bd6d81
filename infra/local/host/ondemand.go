package host

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrThrottled is the error of an invocation that was refused because the
// function runs as often as it may: the function has not seen the event, and
// will not.
var ErrThrottled = errors.New("the function's concurrency is used up")

const (
	// sharedConcurrency is how many invocations a function with no reserved
	// concurrency runs at once, of those that somebody waits for. An account has
	// 1,000 for all of its functions.
	sharedConcurrency = 100
	// longestWait bounds how long an admitted invocation waits for one of this
	// machine's few processes. Lambda has as many environments as it admits
	// invocations, and so no queue.
	longestWait = 5 * time.Second
)

// OnDemand returns an Invoker that refuses at once what is beyond a function's
// concurrency, as Lambda does to API Gateway. What it refuses, and what its
// caller gives up before a process takes it, is never carried out later.
// Errors: as Invoker's; ErrThrottled.
//
// Processes itself waits for as long as its caller does, as the pollers of queues
// and streams do.
func (p *Processes) OnDemand() Invoker { return onDemand{p} }

type onDemand struct{ *Processes }

func (o onDemand) Invoke(ctx context.Context, function string, payload []byte) ([]byte, error) {
	pool, ok := o.pools[function]
	if !ok {
		return nil, fmt.Errorf("%w: %q", ErrUnknownFunction, function)
	}
	if !pool.demand.TryAcquire(1) {
		return nil, fmt.Errorf("%s: %w", function, ErrThrottled)
	}
	defer pool.demand.Release(1)
	return o.invoke(ctx, pool, payload, func() error {
		waiting, cancel := context.WithTimeout(ctx, longestWait)
		defer cancel()
		if err := pool.slots.Acquire(waiting, 1); err != nil && ctx.Err() == nil {
			return fmt.Errorf("%s: %w", function, ErrThrottled)
		} else if err != nil {
			return err
		}
		return nil
	})
}
