package history

import (
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"didpurchase/infra/proof/model"
)

const (
	did  = "+442079460000"
	ends = 900_000
)

// ask is a request that alice (0) or bob (1) sent and that was answered a second
// later.
func ask(second int, customer int, kind Kind, change func(*Request)) Request {
	sent := time.Duration(second) * time.Second
	r := Request{
		Customer: customer, Client: customer, Kind: kind, DIDs: []string{did}, Sent: sent, Answered: sent + time.Second/2,
		Window: model.Window{From: sent.Milliseconds(), To: sent.Milliseconds() + 500},
	}
	change(&r)
	return r
}

func held(r *Request) {
	r.Status, r.Outcomes, r.Cart = 200, map[string]Outcome{did: {Outcome: "held"}}, map[string]int64{did: ends}
}
func unavailable(r *Request) {
	r.Status, r.Outcomes, r.Cart = 200, map[string]Outcome{did: {"unavailable", model.HeldByOther}}, map[string]int64{}
}
func unknown(r *Request)   { r.Unknown, r.Status = true, 500 }
func removed(r *Request)   { r.Status = 204 }
func emptyCart(r *Request) { r.Status, r.Cart = 200, map[string]int64{} }
func bought(r *Request) {
	r.Status, r.Order, r.Bought, r.DIDs, r.Key = 201, "o-1", []string{did}, nil, "k"
}
func lost(r *Request)      { r.Status, r.Code, r.Lost = 409, "dids_unavailable", []string{did} }
func available(r *Request) { r.Status, r.State, r.Customer = 200, "available", -1 }

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		legal bool
		all   []Request
	}{
		{"held, bought", true, []Request{ask(1, 0, Hold, held), ask(2, 0, Checkout, bought)}},
		{"held by both", false, []Request{ask(1, 0, Hold, held), ask(2, 1, Hold, held)}},
		{"held, removed, held by the other", true,
			[]Request{ask(1, 0, Hold, held), ask(2, 0, Remove, removed), ask(3, 1, Hold, held)}},
		{"a removal that perhaps worked", true,
			[]Request{ask(1, 0, Hold, held), ask(2, 0, Remove, unknown), ask(3, 1, Hold, held)}},
		{"a removal that perhaps didn't", true,
			[]Request{ask(1, 0, Hold, held), ask(2, 0, Remove, unknown), ask(3, 1, Hold, unavailable)}},
		{"refused though free", false, []Request{ask(1, 1, Hold, unavailable)}},
		{"held, then missing in the cart", false, []Request{ask(1, 0, Hold, held), ask(2, 0, ReadCart, emptyCart)}},
		{"held, then seen free", false, []Request{ask(1, 0, Hold, held), ask(2, 0, ReadStock, available)}},
		{"held, then lost at the checkout", false, []Request{ask(1, 0, Hold, held), ask(2, 0, Checkout, lost)}},
		{"bought by both", false, []Request{
			ask(1, 0, Hold, held), ask(2, 0, Checkout, bought),
			ask(3, 1, Allocate, func(r *Request) { r.Status, r.Order, r.Bought = 201, "o-2", []string{did} }),
		}},
		{"a hold that perhaps worked is bought", true, []Request{ask(1, 0, Hold, unknown), ask(2, 0, Checkout, bought)}},
	} {
		h := New(1, "none", []string{"alice", "bob"}, []string{did})
		for _, r := range c.all {
			h.Add(r)
		}
		v := h.Check()[0]
		if got := v.Result == porcupine.Ok; got != c.legal {
			t.Errorf("%s: linearizable: %t, want %t", c.name, got, c.legal)
		}
		if explained := len(v.Reduced) > 0; explained == c.legal {
			t.Errorf("%s: the reduced history is %q", c.name, v.Reduced)
		}
	}
}
