package shop_test

import (
	"testing"
	"time"

	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

// TestWhatHoldsCost checks the capacity units of holds, indexes included: one write
// unit for a number, with any guard of the hold, and two for the cart in each
// request. A change here changes the costs that infra/costs prints.
func TestWhatHoldsCost(t *testing.T) {
	t.Parallel()
	w := newTestShop(t)
	alice := w.customer(t, "alice", "1000")
	meter := new(dynamotest.Meter)
	s := shop.New(dynamo.New(meter.Into(w.cfg), w.table), w.now)
	for _, step := range []struct {
		what        string
		run         func() error
		read, write float64
	}{
		{"hold one number", func() error { _, _, err := s.Hold(t.Context(), alice, numbers(0, 1)); return err }, 11, 3},
		{"hold ten more", func() error { _, _, err := s.Hold(t.Context(), alice, numbers(1, 10)); return err }, 22, 11},
		{"hold the ten again", func() error { _, _, err := s.Hold(t.Context(), alice, numbers(1, 10)); return err }, 32, 0},
		{"extend eleven", func() error { w.advance(time.Minute); _, err := s.Extend(t.Context(), alice); return err }, 29,
			14},
		{"remove one", func() error { return s.Remove(t.Context(), alice, number(0)) }, 2, 4},
		{"refuse an order", func() error {
			_, err := s.Checkout(t.Context(), alice, "key",
				usd("1"))
			return unlessRefused(err)
		}, 17, 1},
		{"buy ten", func() error { _, err := s.Checkout(t.Context(), alice, "key", usd("30")); return err }, 14, 58},
	} {
		read, write := meter.Read(), meter.Write()
		must(t, step.run())
		wanttest.Equal(t, step.what+": read units", meter.Read()-read, step.read)
		wanttest.Equal(t, step.what+": write units", meter.Write()-write, step.write)
	}
}
