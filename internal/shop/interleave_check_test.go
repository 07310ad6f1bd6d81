package shop_test

import (
	"context"
	"errors"
	"slices"
	"time"

	"pgregory.net/rapid"

	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
)

// items are the items of the play's numbers.
func (p *play) items(t *rapid.T) map[e164.Number]did.DID {
	items, err := p.DIDs(context.Background(), "acme", p.numbers)
	if err != nil {
		t.Fatal(err)
	}
	return items
}

// checkHeldAsShown: a number that a customer was shown as held, and has not given up or
// bought since, is held until the end that was shown.
func (p *play) checkHeldAsShown(t *rapid.T) {
	items := p.items(t)
	for _, a := range p.acts {
		for n, until := range a.shown {
			if !p.now().After(until) && !p.gaveUp(a, n) && !items[n].HeldBy(a.by.ID, until) {
				t.Errorf("%s was shown %s as held until %s; it is %+v", a.by.ID, n, until, items[n])
			}
		}
	}
}

// gaveUp reports whether a request of the same customer, during the act or after
// it, may have given the number up or bought it.
func (p *play) gaveUp(a *act, n e164.Number) bool {
	return slices.ContainsFunc(p.acts, func(other *act) bool {
		ends := other.kind == "checkout" || other.kind == "remove" && other.number == n
		return other.by == a.by && ends && other.end > a.begun
	})
}

// checkSales: a number is rented by the customer whose order has it, or by none,
// and no order was made that was refused.
func (p *play) checkSales(t *rapid.T) {
	ordered := map[e164.Number]string{}
	for _, c := range p.buyers {
		orders, _, err := p.Orders(context.Background(), c, shop.Page{Limit: 20})
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range orders {
			for _, l := range o.Lines {
				if other := ordered[l.Number]; other != "" {
					t.Errorf("%s is in an order of %s and in one of %s", l.Number, other, c.ID)
				}
				ordered[l.Number] = c.ID
			}
		}
	}
	for _, a := range p.acts {
		if _, err := p.Idempotency(context.Background(), a.by, a.key()); a.refused && !errors.Is(err, commit.ErrNotFound) {
			t.Errorf("%s was answered that nothing was charged, and then it was: %v", a.by.ID, err)
		}
	}
	items := p.items(t)
	for _, n := range p.numbers {
		renter := ""
		if items[n].State == did.Assigned {
			renter = items[n].Customer
		}
		if renter != ordered[n] {
			t.Errorf("%s is ordered by %q, rented by %q", n, ordered[n], renter)
		}
	}
}

// checkHidden: every hold is in its customer's cart; after a lost answer, once
// the lapse has freed the final numbers. No hold is left for reconciling to
// free, however late its write came. After the end of all holds nothing is
// held.
func (p *play) checkHidden(t *rapid.T) {
	if !p.lost {
		p.checkShown(t)
	}
	for _, c := range p.buyers {
		freed, err := p.sound().FreeUnlisted(context.Background(), c, p.numbers)
		if err != nil {
			t.Fatal(err)
		}
		if len(freed) > 0 {
			t.Errorf("no cart has a line of %v", freed)
		}
	}
	p.advance(2 * time.Minute)
	p.lapse(t)
	p.checkShown(t)
	p.advance(2 * time.Hour)
	p.lapse(t)
	for n, d := range p.items(t) {
		if d.State == did.Held {
			t.Errorf("%s is held by %s after every hold's end", n, d.Customer)
		}
	}
}

func (p *play) checkShown(t *rapid.T) {
	for n, d := range p.items(t) {
		if d.HeldBy(d.Customer, p.now()) && !p.shows(t, d) {
			t.Errorf("%s is held by %s, but is not in the cart", n, d.Customer)
		}
	}
}

func (p *play) shows(t *rapid.T, d did.DID) bool {
	view, err := p.sound().View(context.Background(), ledger.Customer{Carrier: "acme", ID: d.Customer})
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(view.Items, func(i shop.Item) bool { return i.Number == d.Number })
}

func (p *play) lapse(t *rapid.T) {
	for _, c := range p.buyers {
		if err := p.sound().LapseCart(context.Background(), c); err != nil {
			t.Fatal(err)
		}
	}
}

// sound is the shop without faults.
func (p *play) sound() *shop.Service { return shop.New(p, p.now) }
