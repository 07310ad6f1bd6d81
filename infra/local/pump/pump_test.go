package pump

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"didpurchase/infra/local/host"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// clock is a time that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// dead collects the events that are sent to failure queues and buckets.
type dead struct{ sent chan string }

func (d dead) SendDeadLetter(queue, body string) error {
	d.sent <- queue + " " + body
	return nil
}

func (d dead) Put(bucket, key string, body []byte) error {
	d.sent <- bucket + " " + key + " " + string(body)
	return nil
}

// base runs handlers in process.
func base(t *testing.T) (Base, *host.InProcess, dead, *clock) {
	t.Helper()
	time := &clock{now: noon}
	functions, letters := host.NewInProcess(), dead{make(chan string, 10)}
	return Base{Invoker: functions, DeadLetters: letters, Now: time.Now, Log: slog.New(slog.DiscardHandler)}, functions,
		letters, time
}

// run runs a pump until the test ends or stop is called.
func run(t *testing.T, pump interface{ Run(context.Context) error }) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- pump.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the pump ended: %v", err)
		}
	})
	t.Cleanup(stop)
	return stop
}
