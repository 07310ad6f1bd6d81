package renewalworker_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"didpurchase/internal/e164"
	"didpurchase/internal/lambdas/renewalworker"
	"didpurchase/internal/ledger"
	"didpurchase/internal/renewal"
)

// The paid bills depend only on their age and on the funds. The customer's numbers
// are split over messages at random, which come in any order and more than once,
// some without a due number. After each day the result equals the oracle's, which
// repeatedly pays the oldest bill that the funds cover.
func TestWhatIsPaidDoesNotDependOnMessages(t *testing.T) {
	t.Parallel()
	s := newSimulation(t, 40)
	s.random = rand.New(rand.NewPCG(5, 8))
	now := noon.AddDate(0, 0, 1)
	for day := range 8 {
		now = now.Add(time.Duration(1+s.random.IntN(60)) * time.Hour)
		*s.now = now
		s.payments(t)
		for i, c := range s.customers {
			s.wallets[i].tick(rules, now)
			work(t, renewalworker.New(s.env), s.split(c, s.wallets[i])...)
		}
		s.compare(t, fmt.Sprintf("day %d", day))
	}
}

// split returns messages that together name all of the customer's numbers.
func (s *simulation) split(c ledger.Customer, w *wallet) (bodies []string) {
	messages := make([]renewal.Message, 1+s.random.IntN(4))
	for i := range messages {
		messages[i] = renewal.Message{Carrier: c.Carrier, Customer: c.ID, Account: i == 0}
	}
	for _, l := range w.leases {
		m := &messages[s.random.IntN(len(messages))]
		m.DIDs = append(m.DIDs, l.number)
	}
	for _, m := range messages {
		s.random.Shuffle(len(m.DIDs), func(i, j int) { m.DIDs[i], m.DIDs[j] = m.DIDs[j], m.DIDs[i] })
		body, _ := json.Marshal(m)
		for range 1 + s.random.IntN(2) {
			bodies = append(bodies, string(body))
		}
	}
	s.random.Shuffle(len(bodies), func(i, j int) { bodies[i], bodies[j] = bodies[j], bodies[i] })
	return bodies
}

// With 1.00 left, a younger rental of 1.00 is paid though an older one of 2.00
// that is due in the same message can't be.
func TestYoungerIsPaidOfWhatIsLeft(t *testing.T) {
	t.Parallel()
	for what, split := range map[string]func(older, younger e164.Number) [][]e164.Number{
		"one message":       func(o, y e164.Number) [][]e164.Number { return [][]e164.Number{{o, y}} },
		"two messages":      func(o, y e164.Number) [][]e164.Number { return [][]e164.Number{{o}, {y}} },
		"the younger first": func(o, y e164.Number) [][]e164.Number { return [][]e164.Number{{y}, {o}} },
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			for balance, want := range map[string]string{"5": "past_due assigned", "6": "assigned past_due",
				"7": "assigned assigned"} {
				w := newMarket(t, rules)
				c, older, younger := w.customer(t, "alice", balance), blocks["monthly"], blocks["daily"]
				w.rent(t, c, older) // 1.00 and 2.00
				*w.now = noon.AddDate(0, 0, 27).Add(time.Hour)
				w.rent(t, c, younger) // 1.00
				*w.now = noon.AddDate(0, 0, 28).Add(2 * time.Hour)
				var bodies []string
				for _, list := range split(older, younger) {
					body, err := json.Marshal(renewal.Message{Carrier: c.Carrier, Customer: c.ID, DIDs: list})
					must(t, err)
					bodies = append(bodies, string(body))
				}
				work(t, renewalworker.New(w.env), bodies...)
				if got := fmt.Sprint(w.did(t, older).State, " ", w.did(t, younger).State); got != want {
					t.Errorf("with %s: %s, want %s", balance, got, want)
				}
			}
		})
	}
}
