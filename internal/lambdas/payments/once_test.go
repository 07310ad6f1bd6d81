package payments_test

import (
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"didpurchase/infra/local/pay"
	"didpurchase/internal/faults"
	"didpurchase/internal/wanttest"
)

var whole = flag.Bool("whole", false, "try as many histories as -rapid.checks says in TestEveryPaymentIsCreditedOnce")

// fates are the possible histories of a top-up at the provider, with the share of
// its amount that is in the balance at the end.
var fates = []struct {
	buttons []string
	kept    int
}{
	{[]string{pay.Pay}, 1},
	{[]string{pay.PayLater, pay.Arrive}, 1},
	{[]string{pay.PayLater, pay.Decline}, 0},
	{[]string{pay.Decline}, 0},
	{[]string{pay.Pay, pay.Refund}, 0},
	{[]string{pay.Pay, pay.Dispute}, 0},
	{[]string{pay.Pay, pay.Dispute, pay.Reinstate}, 1},
}

// letter is an event on its way.
type letter struct {
	event   pay.Event
	signing string
	age     time.Duration // age of its signature when it arrives
}

func (l letter) isValid() bool { return l.signing == signing && l.age == 0 }

// TestEveryPaymentIsCreditedOnce delivers the events of some top-ups one to five
// times, in any order, days late, forged, with old signatures, and while the
// database fails. Stripe repeats an event until it is accepted.
func TestEveryPaymentIsCreditedOnce(t *testing.T) {
	if !*whole {
		wanttest.True(t, "rapid has the flag", flag.Set("rapid.checks", "12") == nil)
	}
	w := newSystem(t)
	tried := 0
	rapid.Check(t, func(r *rapid.T) {
		before := w.cents()
		var letters []letter
		want := 0
		for range rapid.IntRange(1, 3).Draw(r, "top-ups") {
			tried++
			cents := rapid.IntRange(100, 9999).Draw(r, "cents")
			_, session := w.begin(fmt.Sprintf("k%d", tried), fmt.Sprintf("%d.%02d", cents/100, cents%100))
			fate := rapid.SampledFrom(fates).Draw(r, "fate")
			for _, button := range fate.buttons {
				e, _, happened := w.stripe.Press(session, button)
				wanttest.True(r, "the page has "+button, happened)
				letters = append(letters, copiesOf(r, e)...)
			}
			want += fate.kept * cents
		}
		w.plan = faults.Seeded(rapid.Uint64().Draw(r, "seed"), 0.05, faults.All...)
		w.deliver(r, rapid.Permutation(letters).Draw(r, "order"))
		w.plan = nil
		if diff := cmp.Diff(before+want, w.cents()); diff != "" {
			r.Fatalf("the balance in cents: %s", diff)
		}
		w.wantLedgerAddsUp(r)
	})
}

// copiesOf returns one to five valid letters of an event, and some invalid ones.
func copiesOf(r *rapid.T, e pay.Event) []letter {
	letters := slices.Repeat([]letter{{e, signing, 0}}, rapid.IntRange(1, 5).Draw(r, "copies"))
	if rapid.Bool().Draw(r, "forged") {
		letters = append(letters, letter{e, "whsec_other", 0})
	}
	if rapid.Bool().Draw(r, "kept") {
		letters = append(letters, letter{e, signing, 10 * time.Minute})
	}
	return letters
}

// deliver delivers the letters, and repeats those that were not accepted.
func (w *system) deliver(r *rapid.T, letters []letter) {
	for len(letters) > 0 {
		l := letters[0]
		letters = letters[1:]
		w.clock = w.clock.Add(rapid.SampledFrom([]time.Duration{0, time.Second, 26 * time.Hour}).Draw(r, "pause"))
		sender := w.stripe.With(l.signing)
		_ = sender.Send(w.Context(), "acme", l.event, w.clock.Add(-l.age)) // the answer is checked below
		switch got := w.answers[len(w.answers)-1]; {
		case got >= 500:
			letters = append(letters, l)
		case l.isValid():
			wanttest.Equal(r, "the answer to a valid event", got, 204)
		default:
			wanttest.Equal(r, "the answer to an event that is not valid", got, 401)
		}
	}
}

func (w *system) cents() (n int) {
	w.Helper()
	account, err := w.store.Account(w.Context(), alice)
	w.must(err)
	var whole, part int
	_, err = fmt.Sscanf(account.Balance.Number(), "%d.%d", &whole, &part)
	w.must(err)
	return whole*100 + part
}

// wantLedgerAddsUp fails unless the ledger has no gaps and its sum is the balance.
func (w *system) wantLedgerAddsUp(r *rapid.T) {
	account, err := w.store.Account(w.Context(), alice)
	w.must(err)
	seqs := make([]int, account.Seq)
	for i := range seqs {
		seqs[i] = i + 1
	}
	entries, err := w.store.EntriesAt(w.Context(), alice, seqs)
	w.must(err)
	wanttest.Equal(r, "entries", len(entries), account.Seq)
	sum := account.Balance.Neg()
	for _, e := range entries {
		sum, err = sum.Add(e.Amount)
		w.must(err)
	}
	wanttest.True(r, "the entries come to the balance", sum.IsZero())
}
