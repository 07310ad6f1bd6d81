// Package nemesis breaks things while clients use the system: calls to the
// database, processes, the clock, messages. It repairs everything that it broke
// before it ends. It does not know whether the system coped.
package nemesis

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"didpurchase/infra/proof/history"
	"didpurchase/infra/proof/proxy"
	"didpurchase/infra/proof/system"
)

// Nemesis is one way to break things.
type Nemesis struct {
	Name    string
	Does    string
	Moves   bool // it moves the clock
	Repeats bool // clients repeat and reorder their requests
	run     func(*attack)
}

// All lists the nemeses.
var All = []Nemesis{
	{Name: "none", Does: "breaks nothing", run: (*attack).rest},
	{Name: "repeats", Does: "breaks nothing; clients send requests twice, and again much later", Repeats: true,
		run: (*attack).rest},
	{Name: "drops", Does: "loses calls to the database and answers of it", run: (*attack).drop},
	{Name: "errors", Does: "answers calls with throttling, conflicts and failures", run: (*attack).fail},
	{Name: "delays", Does: "delays calls and answers by up to 5 s", run: (*attack).delay},
	{Name: "mix", Does: "all faults of calls; clients repeat requests", Repeats: true, run: (*attack).mix},
	{Name: "kill-functions", Does: "kills single functions", run: (*attack).killFunctions},
	{Name: "kill-all", Does: "kills everything but the database, and starts it again", run: (*attack).killAll},
	{Name: "kill-database", Does: "kills the database, and starts it again", run: (*attack).killDatabase},
	{Name: "pause-database", Does: "stops the database's process for seconds", run: (*attack).pauseDatabase},
	{Name: "pause-functions", Does: "stops functions' processes for seconds", run: (*attack).pauseFunctions},
	{Name: "clock", Does: "moves the clock by minutes, hours and a day", Moves: true, run: (*attack).moveClock},
	{Name: "late-writes", Does: "moves the clock while writes of DIDs are seconds late", Moves: true,
		run: (*attack).delayWrites},
	{Name: "late-lapses", Does: "moves the clock while holds that are over can't be deleted for seconds", Moves: true,
		run: (*attack).refuseLapses},
	{Name: "cart-outages", Does: "moves the clock while carts can't be written after a hold was extended", Moves: true,
		run: (*attack).refuseCarts},
	{Name: "renewals", Does: "moves the clock by days; each renewal's message comes again at the same time", Moves: true,
		run: (*attack).repeatRenewals},
	{Name: "old-batches", Does: "delivers old batches of the table's stream while the blocks that they change are being " +
		"written", run: (*attack).redeliver},
	{Name: "rebuilds", Does: "rebuilds the catalogue again and again, while blocks are written late",
		run: (*attack).rebuild},
}

// Named returns the nemesis with the name.
func Named(name string) (Nemesis, error) {
	at := slices.IndexFunc(All, func(n Nemesis) bool { return n.Name == name })
	if at < 0 {
		return Nemesis{}, fmt.Errorf("there is no nemesis %q", name)
	}
	return All[at], nil
}

// attack is a running nemesis.
type attack struct {
	*proxy.Dice
	ctx     context.Context // ends when everything is to be repaired
	system  *system.System
	history *history.History
	seed    uint64

	mu  sync.Mutex // guards did
	did []string
}

// Begin lets the nemesis work on the system until the returned function is called,
// which repairs everything and returns a description of the acts.
func (n Nemesis) Begin(s *system.System, h *history.History) (end func() []string) {
	ctx, stop := context.WithCancel(context.Background())
	a := &attack{Dice: proxy.NewDice(h.Seed), ctx: ctx, system: s, history: h, seed: h.Seed}
	done := make(chan struct{})
	go func() {
		defer close(done)
		n.run(a)
	}()
	return func() []string {
		stop()
		<-done
		s.Proxy.Follow(nil)
		if broken := s.Proxy.Broken(); len(broken) > 0 {
			a.say("broke calls: %v", broken)
		}
		return a.did
	}
}

func (a *attack) say(format string, values ...any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.did = append(a.did, fmt.Sprintf(format, values...))
}

// rest waits for the end.
func (a *attack) rest() { <-a.ctx.Done() }

// pause waits for a random time between the two, and returns false if the end came
// first.
func (a *attack) pause(low, high time.Duration) bool {
	select {
	case <-a.ctx.Done():
		return false
	case <-time.After(a.Between(low, high)):
		return true
	}
}

// follow breaks calls by the plan until the end.
func (a *attack) follow(plan proxy.Plan) {
	a.system.Proxy.Follow(plan)
	a.rest()
}

// often does the work on several lanes until the end, and returns how many times.
func (a *attack) often(lanes int, work func()) (times int) {
	var mu sync.Mutex
	var running sync.WaitGroup
	for range lanes {
		running.Go(func() {
			for a.ctx.Err() == nil {
				work()
				mu.Lock()
				times++
				mu.Unlock()
			}
		})
	}
	running.Wait()
	return times
}
