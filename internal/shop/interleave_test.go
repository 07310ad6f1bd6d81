package shop_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/faults"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
)

// play is one or two customers, as many numbers, and a clock, on a stage that
// plays share. One write of each request may be stopped.
type play struct {
	stage
	clock    atomic.Int64 // nanoseconds after noon
	buyers   []ledger.Customer
	numbers  []e164.Number
	requests errgroup.Group
	stopped  []stopped // writes that have not gone on yet
	acts     []*act
	step     atomic.Int64 // +1 when a request begins, and when it ends
	lost     bool         // an answer was lost, after which a write may have come
}

// stopped is a write that waits at its gate.
type stopped struct {
	gate
	where    faults.Where
	answered <-chan struct{} // closed when the request is
}

// act is one request, with its answer.
type act struct {
	kind       string
	by         ledger.Customer
	number     e164.Number // of holds and removals
	begun, end int64       // the play's steps
	// shown are the numbers that an answer shows as held, with the end of the hold.
	shown   map[e164.Number]time.Time
	refused bool // a checkout that was answered that nothing was charged
}

// key is the act's Idempotency-Key.
func (a *act) key() string { return fmt.Sprint("key ", a.begun) }

// plays counts plays, so that each has customers and numbers of its own.
var plays atomic.Int64

func newPlay(t *testing.T, rt *rapid.T, s stage) *play {
	n := int(plays.Add(1))
	p := &play{stage: s, numbers: numbers(2*n, rapid.IntRange(1, 2).Draw(rt, "numbers"))}
	for _, name := range []string{"alice", "bob"}[:rapid.IntRange(1, 2).Draw(rt, "customers")] {
		p.buyers = append(p.buyers, s.customer(t, fmt.Sprintf("%s%d", name, n), "100"))
	}
	return p
}

func (p *play) now() time.Time { return noon.Add(time.Duration(p.clock.Load())) }

// kinds are the requests; earlier ones are drawn more often.
var kinds = []string{"hold", "extend", "remove", "lapse", "look", "checkout"}

// begin sends a request, with one of its writes stopped or none. It returns
// when the request is answered, or waits at the gate.
func (p *play) begin(t *rapid.T) {
	a := &act{
		kind: rapid.SampledFrom(kinds).Draw(t, "kind"), by: rapid.SampledFrom(p.buyers).Draw(t, "by"),
		number: rapid.SampledFrom(p.numbers).Draw(t, "number"), begun: p.step.Add(1),
	}
	var waiting <-chan struct{}
	answered := make(chan struct{})
	where := rapid.SampledFrom([]faults.Where{faults.Lost, faults.Before, "", faults.After}).Draw(t, "where")
	store, gate := p.slow(where, rapid.SampledFrom([]int{2, 1, 3}).Draw(t, "write"))
	if where != "" {
		p.stopped = append(p.stopped, stopped{gate, where, answered})
		if where != faults.Lost { // a request with a lost call continues
			waiting = gate.Waiting()
		}
	}
	p.acts = append(p.acts, a)
	p.requests.Go(func() error {
		defer close(answered)
		defer func() { a.end = p.step.Add(1) }()
		return p.run(context.Background(), shop.New(store, p.now), a)
	})
	select {
	case <-answered:
	case <-waiting:
	}
}

// run sends the request. Its error is one that no interleaving may lead to.
func (p *play) run(ctx context.Context, s *shop.Service, a *act) (err error) {
	switch a.kind {
	case "hold":
		var view shop.View
		_, view, err = s.Hold(ctx, a.by, []e164.Number{a.number})
		a.note(view)
	case "remove":
		err = s.Remove(ctx, a.by, a.number)
	case "extend":
		var view shop.View
		view, err = s.Extend(ctx, a.by)
		a.note(view)
	case "look":
		var view shop.View
		view, err = s.View(ctx, a.by)
		a.note(view)
	case "lapse":
		err = s.LapseCart(ctx, a.by)
	case "checkout":
		var view shop.View
		if view, err = s.View(ctx, a.by); err == nil {
			_, err = s.Checkout(ctx, a.by, a.key(), view.Quote.Total)
			a.refused = errors.Is(err, shop.ErrCartEmpty) || errors.Is(err, shop.ErrDIDsUnavailable) ||
				errors.Is(err, shop.ErrTotalChanged)
		}
	}
	for _, expected := range []error{shop.ErrCartEmpty, shop.ErrDIDsUnavailable, shop.ErrTotalChanged, commit.ErrUnknown,
		commit.ErrContended, commit.ErrMovedOn} {
		if errors.Is(err, expected) {
			return nil
		}
	}
	return err
}

// note records the holds that an answer shows.
func (a *act) note(v shop.View) {
	a.shown = map[e164.Number]time.Time{}
	for _, i := range v.Items {
		a.shown[i.Number] = i.Until
	}
}

// open lets one of the stopped writes go on, and waits until its request is
// answered.
func (p *play) open(t *rapid.T) {
	if len(p.stopped) == 0 {
		return
	}
	at := rapid.IntRange(0, len(p.stopped)-1).Draw(t, "gate")
	g := p.stopped[at]
	p.stopped = slices.Delete(p.stopped, at, at+1)
	before := p.items(t)
	defer func() { p.follow(t, before) }()
	select {
	case <-g.Waiting():
		p.lost = p.lost || g.where == faults.Lost
		if g.where == faults.Lost {
			g.Arrive(t)
			return
		}
	default: // the request had no such write
	}
	g.Open()
	<-g.answered
}

// follow does as the consumer of the table's stream does: it frees the holds
// that came late.
func (p *play) follow(t *rapid.T, before map[e164.Number]did.DID) {
	for n, after := range p.items(t) {
		if !shop.CameLate(before[n], after, p.now()) {
			continue
		}
		if err := p.sound().FreeLate(context.Background(), ledger.Customer{Carrier: "acme", ID: after.Customer},
			[]e164.Number{n}); err != nil {
			t.Fatal(err)
		}
	}
}

// advances are steps of the clock: within a hold, around its end, and beyond
// the time that a write may be late.
var advances = []time.Duration{
	time.Second, 55 * time.Second, 61 * time.Second, 95 * time.Second, 5 * time.Minute, shop.HoldFor - time.Second,
	shop.HoldFor + 6*time.Second, time.Hour,
}

func (p *play) advance(d time.Duration) { p.clock.Add(int64(d)) }

// nextSteps are what may happen next in a play.
var nextSteps = []string{"begin", "begin", "advance", "open"}

// perform makes the steps, and then checks who holds each number.
func (p *play) perform(t *rapid.T, steps int) {
	for range steps {
		switch rapid.SampledFrom(nextSteps).Draw(t, "step") {
		case "open":
			p.open(t)
		case "advance":
			p.advance(rapid.SampledFrom(advances).Draw(t, "by"))
		default:
			p.begin(t)
		}
	}
	for len(p.stopped) > 0 {
		p.open(t)
	}
	if err := p.requests.Wait(); err != nil {
		t.Fatal(err)
	}
	p.checkHeldAsShown(t)
	p.checkSales(t)
	p.checkHidden(t)
}

// TestInterleavings sends holds, removals, extensions, purchases and lapses of
// two customers, stops their writes, and lets them go on in any order and at any
// time.
func TestInterleavings(t *testing.T) {
	t.Parallel()
	w := newTestShop(t)
	rapid.Check(t, func(rt *rapid.T) { newPlay(t, rt, database{w, w.store}).perform(rt, 8) })
}

// TestManyInterleavings does the same without a database, and without waiting
// where a request pauses before it tries again.
func TestManyInterleavings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 50 {
			// rapid asks a *testing.T for its deadline, which has none here.
			rapid.Check(struct{ testing.TB }{t}, func(rt *rapid.T) { newPlay(t, rt, newMemory()).perform(rt, 14) })
		}
	})
}
