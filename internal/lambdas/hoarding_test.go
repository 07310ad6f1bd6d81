package lambdas_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"didpurchase/internal/carrier"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi/customer"
	"didpurchase/internal/shop"
)

// wanted are the numbers that a customer without money tries to keep from
// others.
const wanted e164.Number = 442071250000

// wantedDIDs is a request for the first count of wanted.
func wantedDIDs(count int) string {
	dids := make([]string, count)
	for i := range dids {
		dids[i] = fmt.Sprintf("%q", wanted+e164.Number(i))
	}
	return `{"dids":[` + strings.Join(dids, ",") + `]}`
}

// outcomes counts the outcomes of a request to hold numbers.
func (w *carriers) outcomes(who, request string) map[string]int {
	w.t.Helper()
	got := w.as(who, "POST", "/v1/cart/items", request)
	if got.Status != 200 {
		w.t.Fatalf("hold: %d %s", got.Status, got.Body)
	}
	var answer customer.HoldAnswer
	got.read(w.t, &answer)
	counted := map[string]int{}
	for _, r := range answer.Results {
		counted[r.Outcome]++
	}
	return counted
}

// TestNobodyHoards: two users of a customer without money try for 150 minutes to
// hold as many numbers as they can, for as long as they can: they hold numbers
// again when their holds end, extend, release and take them again, while staff
// withdraw the numbers and import them again. They never hold more than 10 at once,
// no number for longer than an hour, and none again within half an hour.
func TestNobodyHoards(t *testing.T) {
	t.Parallel()
	s := newSystem(t, nil)
	s.drop("inventory/acme/wanted.csv", wantedFile("standard"))
	spend := s.as("ada", "POST", "/v1/customers/alice/refunds",
		`{"amount":{"amount":"100.00","currency":"USD"},"reference":"all","note":"why"}`)
	if spend.Status != 201 {
		t.Fatalf("refund: %s", spend.Body)
	}
	seen := spells{}
	most := 0
	for minute := 0; minute <= 150; minute++ {
		s.pass(start.Add(time.Duration(minute)*time.Minute + time.Second))
		if minute%40 == 39 {
			s.drop(fmt.Sprintf("inventory/acme/again-%d.csv", minute), wantedFile([]string{"bound", "standard"}[minute/40%2]))
		}
		who := []string{"alice", "alice-too"}[minute%2]
		if minute%15 == 7 {
			s.as(who, "DELETE", "/v1/cart/items/"+(wanted+e164.Number(minute%30)).String(), "")
		}
		s.as(who, "POST", "/v1/cart/extend", "")
		s.as(who, "POST", "/v1/cart/items", wantedDIDs(30))
		held := s.heldBy("alice", 30)
		most = max(most, len(held))
		if len(held) > 10 {
			t.Fatalf("minute %d: %d numbers are held", minute, len(held))
		}
		seen.note(t, minute, held)
	}
	if most != 10 {
		t.Errorf("at most %d were held; the test has tried too little", most)
	}
	if rotated := len(seen); rotated < 20 {
		t.Errorf("%d numbers were held in turn; the test has tried too little", rotated)
	}
}

func wantedFile(pack string) string {
	return fmt.Sprintf("start,end,package\n%s,%s,%s\n", wanted, wanted+29, pack)
}

// heldBy lists the numbers that are held for the customer, from their items and not
// from the cart.
func (s *system) heldBy(customer string, count int) (held []e164.Number) {
	s.t.Helper()
	numbers := make([]e164.Number, count)
	for i := range numbers {
		numbers[i] = wanted + e164.Number(i)
	}
	items, err := s.store.DIDs(s.t.Context(), "acme", numbers)
	s.must(err)
	for n, d := range items {
		if d.State == did.Held && d.HeldBy(customer, s.clock) {
			held = append(held, n)
		}
	}
	return held
}

// spells are, for each number, the first and the last minute of its latest hold.
type spells map[e164.Number][2]int

// note compares the numbers that are held in a minute with the earlier ones.
func (s spells) note(t *testing.T, minute int, held []e164.Number) {
	t.Helper()
	longest, cooldown := int(shop.MaxHoldAge.Minutes()), carrier.DefaultHolding.CooldownMinutes
	for _, n := range held {
		spell, known := s[n]
		switch pause := minute - spell[1]; {
		case !known:
			spell[0] = minute
		case pause > 16: // a new hold: the number can lapse 15 minutes after it was seen last
			if pause < cooldown {
				t.Errorf("minute %d: %s is held again %d minutes after its hold", minute, n, pause)
			}
			spell[0] = minute
		}
		spell[1] = minute
		if age := spell[1] - spell[0]; age > longest {
			t.Errorf("minute %d: %s has been held for %d minutes", minute, n, age)
		}
		s[n] = spell
	}
}

// Extending checks the funds too: a customer who holds more than the funds
// cover keeps 10, and the answer names the others.
func TestExtendingNeedsFunds(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	w.offer("acme", wanted, wanted+29)
	if got := w.outcomes("alice", wantedDIDs(12)); got["held"] != 12 {
		t.Fatalf("outcomes %v, want 12 held", got)
	}
	if spent := w.as("ada", "POST", "/v1/customers/alice/refunds",
		`{"amount":{"amount":"90.00","currency":"USD"},"reference":"r","note":"why"}`); spent.Status != 201 {
		t.Fatalf("refund: %s", spent.Body)
	}
	w.clock = start.Add(10 * time.Minute)
	var cart customer.CartView
	w.as("alice", "POST", "/v1/cart/extend", "").read(t, &cart)
	until := map[time.Time]int{}
	for _, item := range cart.Items {
		until[item.HeldUntil]++
	}
	if got := until[start.Add(25*time.Minute)]; got != 10 {
		t.Errorf("%d numbers were extended, want 10", got)
	}
	if got := until[start.Add(15*time.Minute)]; got != 2 {
		t.Errorf("%d numbers keep their time, want 2", got)
	}
	if len(cart.NotExtended) != 2 || cart.NotExtended[0].Outcome != "hold_limit" ||
		cart.NotExtended[0].DID.Number != wanted+10 {
		t.Errorf("not extended: %+v, want the last two, by hold_limit", cart.NotExtended)
	}
}

func TestSettingOfNumbersHeld(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	w.offer("acme", wanted, wanted+29)
	w.set(`{"max_held":3}`)
	if got := w.outcomes("alice", wantedDIDs(5)); got["held"] != 3 || got["cart_full"] != 2 {
		t.Errorf("outcomes %v, want 3 held and 2 cart_full", got)
	}
	w.set(`{"max_held":4}`)
	if got := w.outcomes("alice", wantedDIDs(5)); got["already_held"] != 3 || got["held"] != 1 || got["cart_full"] != 1 {
		t.Errorf("outcomes %v, want 3 already_held, 1 held and 1 cart_full", got)
	}
	w.set(`{"max_held":2}`)
	w.clock = start.Add(5 * time.Minute)
	var cart customer.CartView
	w.as("alice", "POST", "/v1/cart/extend", "").read(t, &cart)
	if len(cart.NotExtended) != 2 || cart.NotExtended[0].Outcome != "cart_full" {
		t.Errorf("not extended: %+v, want two, by cart_full", cart.NotExtended)
	}
}

// The cooldown counts from the end of the hold.
func TestSettingOfTheCooldown(t *testing.T) {
	t.Parallel()
	s := newSystem(t, nil)
	s.offer("acme", wanted, wanted+29)
	s.set(`{"hold_cooldown":10}`)
	for _, step := range []struct {
		minute  int
		setting string
		want    string
	}{
		{0, "", "held"}, // lapses in minute 15
		{16, "", "cooldown"},
		{24, "", "cooldown"},
		{26, "", "held"}, // lapses in minute 41
		{30, `{"hold_cooldown":0}`, "already_held"},
		{42, "", "held"}, // lapses in minute 57
		{43, `{"hold_cooldown":60}`, "already_held"},
		{58, "", "cooldown"},
		{116, "", "cooldown"},
		{118, "", "held"},
	} {
		s.pass(start.Add(time.Duration(step.minute) * time.Minute).Add(time.Second))
		if step.setting != "" {
			s.set(step.setting)
		}
		var cart customer.CartView
		s.as("alice", "GET", "/v1/cart", "").read(t, &cart)
		if cools := len(cart.Cooling) == 1 && cart.Cooling[0].FreeAt.After(s.clock); cools != (step.want == "cooldown") {
			t.Errorf("minute %d: cooling %+v, want it for %s", step.minute, cart.Cooling, step.want)
		}
		if got := s.outcomes("alice", wantedDIDs(1)); got[step.want] != 1 {
			t.Errorf("minute %d, after %q: %v, want %s", step.minute, step.setting, got, step.want)
		}
	}
}

func (w *carriers) set(settings string) {
	w.t.Helper()
	if got := w.as("ada", "PATCH", "/v1/settings", settings); got.Status != 200 {
		w.t.Fatalf("settings %s: %d %s", settings, got.Status, got.Body)
	}
}
