package shop_test

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"didpurchase/internal/commit"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/faults"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
)

// stage is the place of a play: a store, and the same store for one request whose
// nth write is stopped.
type stage interface {
	customer(t testing.TB, id, balance string) ledger.Customer
	slow(where faults.Where, nth int) (shop.Store, gate)
	shop.Store
	Orders(context.Context, ledger.Customer, shop.Page) ([]shop.Order, string, error)
}

// gate stops one write; faults.Gate is one.
type gate interface {
	Waiting() <-chan struct{}
	Open()
	Arrive(faults.Tester)
}

// database is the stage of the real store.
type database struct {
	*testShop
	*dynamo.Store
}

func (d database) slow(where faults.Where, nth int) (shop.Store, gate) {
	injector := faults.New(nil)
	store := dynamo.New(injector.Into(d.cfg), d.table)
	if where == "" {
		return store, nil
	}
	return store, injector.Stop(where, nthWrite(nth))
}

// nthWrite matches a request's nth write.
func nthWrite(n int) func(faults.Call) bool {
	seen := 0
	return func(c faults.Call) bool {
		if !slices.Contains([]string{"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"}, c.Operation) {
			return false
		}
		seen++
		return seen == n
	}
}

// slow returns the store for one request, whose nth write is stopped.
func (m *memory) slow(where faults.Where, nth int) (shop.Store, gate) {
	g := &memoryGate{memory: m, where: where, reached: make(chan struct{}), open: make(chan struct{}),
		passed: make(chan struct{})}
	g.left.Store(int64(nth))
	return g, g
}

// memoryGate is the memory, and the gate of one request's write.
type memoryGate struct {
	*memory
	where                 faults.Where
	left                  atomic.Int64 // writes until the one that is stopped
	reached, open, passed chan struct{}
}

func (g *memoryGate) Waiting() <-chan struct{} { return g.reached }
func (g *memoryGate) Open()                    { close(g.open) }

func (g *memoryGate) Arrive(faults.Tester) {
	g.Open()
	<-g.passed
}

func (g *memoryGate) Commit(ctx context.Context, b commit.Batch) error {
	if g.left.Add(-1) != 0 || g.where == "" {
		return g.memory.Commit(ctx, b)
	}
	close(g.reached)
	switch g.where {
	case faults.Lost:
		go func() {
			<-g.open
			_ = g.memory.Commit(ctx, b) // the answer is lost
			close(g.passed)
		}()
		return fmt.Errorf("%w: by the gate", commit.ErrUnknown)
	case faults.After:
		err := g.memory.Commit(ctx, b)
		<-g.open
		return err
	default:
		<-g.open
		return g.memory.Commit(ctx, b)
	}
}
