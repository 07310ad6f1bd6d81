package host

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrThrottled means that the function's concurrency was used up: the function has
// not received the event, and never will.
var ErrThrottled = errors.New("the function's concurrency is used up")

const (
	// sharedConcurrency is the most synchronous invocations that a function
	// without reserved concurrency runs at once. An account has 1,000 for all
	// of its functions.
	sharedConcurrency = 100
	// longestWait is the longest wait of an admitted invocation for one of this
	// machine's few processes. Lambda has an environment for each admitted
	// invocation, and so no queue.
	longestWait = 5 * time.Second
)

// OnDemand returns an Invoker that immediately refuses invocations over a
// function's concurrency, like Lambda for API Gateway. An invocation that is
// refused, or whose caller gives up before a process takes it, is never carried out
// later. Errors: as Invoker's; ErrThrottled.
//
// Processes itself waits as long as its caller, as the pollers of queues and
// streams do.
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
