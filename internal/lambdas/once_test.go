package lambdas_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/e164"
)

// TestOneAnswerToOneRequest sends each request with a key or a reference from 16
// clients at the same time, and once more later. All get the same 201.
func TestOneAnswerToOneRequest(t *testing.T) {
	t.Parallel()
	const sides = 16
	w := newCarriers(t)
	w.things()
	w.age(sold)
	held := w.as("alice", "POST", "/v1/cart/items", fmt.Sprintf(`{"dids":[%q]}`, sold+1))
	if held.Status != 200 {
		t.Fatalf("hold: %s", held.Body)
	}
	for _, tc := range []struct{ who, path, body string }{
		{"alice", "/v1/orders", `{"total":{"amount":"3.00","currency":"USD"}}`},
		{"alice", "/v1/dids/" + sold.String() + "/reclaim", `{"total":{"amount":"2.00","currency":"USD"}}`},
		{"ada", "/v1/customers/alice/dids", fmt.Sprintf(`{"dids":[%q,%q],"total":{"amount":"6.00","currency":"USD"}}`, sold+2,
			sold+3)},
		{"ada", "/v1/customers/alice/payments", `{"amount":{"amount":"1.00","currency":"USD"},"reference":"payment"}`},
		{"ada", "/v1/customers/alice/refunds",
			`{"amount":{"amount":"1.00","currency":"USD"},"reference":"refund","note":"why"}`},
		{"ada", "/v1/customers/alice/adjustments",
			`{"amount":{"amount":"-1.00","currency":"USD"},"reference":"adjustment","note":"why"}`},
	} {
		token := w.token(tc.who, nil)
		got := make([]reply, sides+1)
		var all sync.WaitGroup
		for side := range sides {
			all.Go(func() { got[side] = w.send(token, "POST", tc.path, tc.body, "idempotency-key", "k"+tc.path) })
		}
		all.Wait()
		got[sides] = w.send(token, "POST", tc.path, tc.body, "idempotency-key", "k"+tc.path)
		for side, answer := range got {
			if answer.Status != 201 {
				t.Errorf("%s, side %d: %d %s", tc.path, side, answer.Status, answer.Body)
			}
			if diff := cmp.Diff(got[0].Body, answer.Body); diff != "" {
				t.Errorf("%s: side %d has another answer: %s", tc.path, side, diff)
			}
		}
	}
}

// age brings a number of alice into quarantine.
func (w *carriers) age(n e164.Number) {
	w.t.Helper()
	if cancelled := w.as("alice", "DELETE", "/v1/dids/"+n.String(), ""); cancelled.Status != 200 {
		w.t.Fatalf("cancel: %d %s", cancelled.Status, cancelled.Body)
	}
	items, err := w.store.DIDs(w.t.Context(), "acme", []e164.Number{n})
	w.must(err)
	aged, err := items[n].AgeUntil(start.AddDate(1, 0, 0), start)
	w.must(err)
	w.change(aged)
}
