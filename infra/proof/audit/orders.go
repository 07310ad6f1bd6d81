package audit

import (
	"slices"

	"didpurchase/infra/client"
)

// checkOrders: each order has one entry, a number of its own, and DIDs; every
// rented DID was ordered by its customer, and every ordered DID is rented by its
// customer.
func (b Books) checkOrders(f *findings, ended bool) {
	entries, numbers, ordered := map[string]int{}, map[string]bool{}, map[string]int{}
	for _, e := range b.Ledger {
		if e.OrderID != nil {
			entries[*e.OrderID]++
		}
	}
	for _, o := range b.Orders {
		if entries[o.ID] != 1 {
			f.add("order %s has %d entries", o.ID, entries[o.ID])
		}
		if numbers[o.Number] {
			f.add("two orders have the number %s", o.Number)
		}
		if len(o.DIDs) == 0 {
			f.add("order %s has no DIDs", o.ID)
		}
		numbers[o.Number] = true
		delete(entries, o.ID)
		for _, did := range o.DIDs {
			ordered[did]++
		}
	}
	for id := range entries {
		f.add("an entry names order %s, which is not listed", id)
	}
	b.checkRentals(f, ordered, ended)
}

func (b Books) checkRentals(f *findings, ordered map[string]int, ended bool) {
	rented := map[string]bool{}
	for _, r := range b.Rentals {
		rented[r.DID] = true
		if ordered[r.DID] == 0 {
			f.add("%s is rented (%s) without an order", r.DID, r.State)
		}
	}
	if ended {
		return
	}
	for did, times := range ordered {
		if times > 1 {
			f.add("%s is ordered %d times", did, times)
		}
		if !rented[did] {
			f.add("%s is ordered and not rented", did)
		}
	}
}

// Among compares customers with each other: no two customers rent the same DID.
func Among(all []Books) []string {
	var f findings
	by := map[string]string{}
	for _, b := range all {
		for _, r := range b.Rentals {
			if r.State == "aging" {
				continue
			}
			if other, twice := by[r.DID]; twice {
				f.add("%s is rented by %s and by %s", r.DID, other, b.Customer)
			}
			by[r.DID] = b.Customer
		}
	}
	return f
}

// Paid compares payments with the ledger: an answered payment is in it once, any
// other at most once.
func (b Books) Paid(reference string, answered bool) []string {
	var f findings
	times := 0
	for _, e := range b.Ledger {
		if e.Kind == "payment" && client.Text(e.Note) == reference {
			times++
		}
	}
	if times > 1 || answered && times == 0 {
		f.add("%s: payment %q (answered: %t) is %d times in the ledger", b.Customer, reference, answered, times)
	}
	return f
}

// OrderOf returns the customer's order with this id.
func (b Books) OrderOf(id string) (client.Order, bool) {
	at := slices.IndexFunc(b.Orders, func(o client.Order) bool { return o.ID == id })
	if at < 0 {
		return client.Order{}, false
	}
	return b.Orders[at], true
}

// Rents reports whether the customer rents the DID.
func (b Books) Rents(did string) bool {
	return slices.ContainsFunc(b.Rentals, func(r client.Rental) bool { return r.DID == did && r.State != "aging" })
}

// Ordered reports whether one of the customer's orders has the DID.
func (b Books) Ordered(did string) bool {
	return slices.ContainsFunc(b.Orders, func(o client.Order) bool { return slices.Contains(o.DIDs, did) })
}
