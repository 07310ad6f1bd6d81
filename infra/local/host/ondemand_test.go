package host

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// An invocation over a function's concurrency is refused at once and never
// carried out. Neither is one whose caller gave up while it waited.
func TestFullFunctionRefusesAtOnce(t *testing.T) {
	t.Parallel()
	p, g := processes(t, io.Discard), newGate(t)
	var served, throttled, givenUp atomic.Int32
	call := func(ctx context.Context) {
		_, err := invoke(ctx, p.OnDemand(), "probe", order{Do: "get", Arg: g.url})
		switch {
		case err == nil:
			served.Add(1)
		case errors.Is(err, ErrThrottled):
			throttled.Add(1)
		case errors.Is(err, context.Canceled):
			givenUp.Add(1)
		default:
			t.Error(err)
		}
	}
	var running, waiting sync.WaitGroup
	for range maxInstances {
		running.Go(func() { call(t.Context()) })
	}
	for range maxInstances {
		<-g.arrived
	}
	impatient, hangUp := context.WithCancel(t.Context())
	for range sharedConcurrency - maxInstances {
		waiting.Go(func() { call(impatient) })
	}
	for p.pools["probe"].demand.TryAcquire(1) { // until all of them are admitted
		p.pools["probe"].demand.Release(1)
		time.Sleep(time.Millisecond)
	}
	begin := time.Now()
	call(t.Context())
	if took := time.Since(begin); throttled.Load() != 1 || took > time.Second {
		t.Errorf("%d refused, in %s; want 1, at once", throttled.Load(), took)
	}
	hangUp()
	waiting.Wait()
	for range maxInstances {
		g.pass <- struct{}{}
	}
	running.Wait()
	if served.Load() != maxInstances || givenUp.Load() != sharedConcurrency-maxInstances {
		t.Errorf("%d served, %d given up; want %d and %d", served.Load(), givenUp.Load(), maxInstances,
			sharedConcurrency-maxInstances)
	}
	if len(g.arrived) > 0 {
		t.Errorf("%d were carried out after their callers gave up", len(g.arrived))
	}
}
