package proof

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"didpurchase/infra/client"
	"didpurchase/infra/proof/audit"
	"didpurchase/infra/proof/clients"
	"didpurchase/infra/proof/history"
)

// pauses are the times that an audit with findings waits before it looks again.
var pauses = []time.Duration{3 * time.Second, 8 * time.Second}

// audit returns the contradictions of a system at rest. The search comes first,
// because it has to follow the last change within a time. Other findings must be
// found again: a renewal that falls due between the reads of a balance and of its
// ledger contradicts them only for a moment, but a fault always does.
func (t *Trial) audit(h *history.History, payments []clients.Payment, r *Report) (faults []string) {
	stock, err := audit.StockOf(t.System.NewAuditor(), clients.Admin, h.DIDs)
	if err != nil {
		return []string{err.Error()}
	}
	r.SearchAfter, faults = audit.Search(t.System.NewAuditor(), h.Customers[0], stock)
	found := t.compare(h, payments)
	for _, pause := range pauses {
		if len(found) == 0 {
			break
		}
		time.Sleep(pause)
		found = t.compare(h, payments)
	}
	return append(faults, found...)
}

// compare compares the stock, the carts, the books and the answers.
func (t *Trial) compare(h *history.History, payments []clients.Payment) (faults []string) {
	c := t.System.NewAuditor()
	stock, err := audit.StockOf(c, clients.Admin, h.DIDs)
	if err != nil {
		return []string{err.Error()}
	}
	hidden, err := audit.Hidden(c, stock)
	if err != nil {
		return []string{err.Error()}
	}
	faults = t.hidden(h, stock, hidden)
	books := map[string]audit.Books{}
	for _, customer := range h.Customers {
		if books[customer], err = audit.Read(c, customer); err != nil {
			return append(faults, err.Error())
		}
		faults = append(faults, books[customer].Check(t.System.Clock.Offset() > 0)...)
	}
	faults = append(faults, audit.Among(slices.Collect(maps.Values(books)))...)
	for _, p := range payments {
		faults = append(faults, books[p.Customer].Paid(p.Reference, p.Answered)...)
	}
	faults = append(faults, sold(h, books, stock, t.System.Clock.MovedSince(h.Began))...)
	faults = append(faults, keys(h, books)...)
	if err := t.System.Reconcile(); err != nil {
		faults = append(faults, err.Error())
	}
	return faults
}

// hidden returns the holds that no cart shows. A hold is not a fault while its
// customer may have removed it by a request whose answer was lost: its line is
// gone, and the lapse releases the number.
func (t *Trial) hidden(h *history.History, stock map[string]client.InventoryDID, dids []string) (faults []string) {
	_, latest := t.System.Clock.Bounds(time.Now())
	for _, did := range dids {
		s := stock[did]
		over := s.HeldUntil == nil || s.HeldUntil.Before(latest)
		removed := slices.ContainsFunc(h.Requests(), func(q history.Request) bool {
			return q.Unknown && q.Kind == history.Remove && slices.Contains(q.DIDs, did) &&
				q.Customer == h.CustomerAt(client.Text(s.Customer))
		})
		if !over && !removed {
			faults = append(faults, fmt.Sprintf("%s is held by %s until %v, in a cart that doesn't show it", did,
				client.Text(s.Customer), s.HeldUntil))
		}
	}
	return faults
}

// sold compares each number with the orders and rentals of all customers.
func sold(h *history.History, books map[string]audit.Books, stock map[string]client.InventoryDID,
	moved bool) (faults []string) {
	for _, did := range h.DIDs {
		var ordered, rented []string
		for _, customer := range h.Customers {
			if books[customer].Ordered(did) {
				ordered = append(ordered, customer)
			}
			if books[customer].Rents(did) {
				rented = append(rented, customer)
			}
		}
		s := stock[did]
		isRented := slices.Contains([]string{"active", "past_due", "suspended", "pending_release"}, s.State)
		customer := client.Text(s.Customer)
		one := len(rented) == 1 && rented[0] == customer && slices.Contains(ordered, customer)
		all := moved || len(ordered) == len(rented)
		if isRented && !one || !isRented && len(rented) > 0 || !all {
			faults = append(faults, fmt.Sprintf("%s is %s (%s); ordered by %v, rented by %v", did, s.State, customer, ordered,
				rented))
		}
	}
	return faults
}

// saysNothing are the answers to a repeated key that prove nothing: the order, and
// requests that were not processed.
var saysNothing = []int{http.StatusCreated, http.StatusTooManyRequests, http.StatusUnauthorized, http.StatusForbidden}

// keys compares the answers to each Idempotency-Key: every 201 names the same
// order, which has the DIDs of the answer, and every request that was sent after a
// 201 has the same answer.
func keys(h *history.History, books map[string]audit.Books) (faults []string) {
	byKey := map[string][]history.Request{}
	for _, q := range h.Requests() {
		if q.Key != "" {
			byKey[q.Key] = append(byKey[q.Key], q)
		}
	}
	for key, all := range byKey {
		made := slices.DeleteFunc(slices.Clone(all), func(q history.Request) bool { return q.Status != http.StatusCreated })
		if len(made) == 0 {
			continue
		}
		first := slices.MinFunc(made, func(a, b history.Request) int { return cmp.Compare(a.Answered, b.Answered) })
		order, listed := books[h.Customers[first.Customer]].OrderOf(first.Order)
		if !listed || !sameSet(order.DIDs, first.Bought) {
			faults = append(faults, fmt.Sprintf("key %s: order %s was answered with %v, the books have %v", key, first.Order,
				first.Bought, order.DIDs))
		}
		for _, q := range all {
			other := q.Status == http.StatusCreated && q.Order != first.Order
			refused := q.Sent > first.Answered && !q.Unknown && !slices.Contains(saysNothing, q.Status)
			if other || refused {
				faults = append(faults, fmt.Sprintf("key %s made order %s, and was then answered %s", key, first.Order,
					cmp.Or(q.Text, q.Order)))
			}
		}
	}
	return faults
}

func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}
