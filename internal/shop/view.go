package shop

import (
	"context"
	"time"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/pricing"
)

// View is the cart for its owner, with the currently held numbers.
type View struct {
	Items     []Item
	Lost      []e164.Number // were in the cart, but their hold is over
	Quote     pricing.Quote // of the items
	Next      []DueDate     // the charges after that: the next ChargesAhead dates
	HeldUntil time.Time     // when the first of the items lapses; zero when empty
	At        time.Time     // when it was computed; coming charges are counted from then
	Version   int
	// NeedsApproval: the caller's order of the cart would wait for an approval.
	NeedsApproval bool

	Cooling     []Rest   // numbers that the customer can't hold again yet, and when they are free
	NotExtended []Result // of an extension: the numbers that keep their time, and why
}

// Item is one held number.
type Item struct {
	Number e164.Number
	did.Offer
	Until time.Time
}

// View reads the customer's cart. Errors: commit.ErrNotFound if there is no such
// account.
func (s *Service) View(ctx context.Context, c ledger.Customer) (View, error) {
	v, _, err := s.look(ctx, c)
	return v, err
}

// look reads the customer's cart, as its owner sees it and as it is stored.
func (s *Service) look(ctx context.Context, c ledger.Customer) (View, Cart, error) {
	account, err := s.store.Account(ctx, c)
	if err != nil {
		return View{}, Cart{}, err
	}
	cart, err := s.store.Cart(ctx, c)
	if err != nil {
		return View{}, Cart{}, err
	}
	items, err := s.items(ctx, cart)
	if err != nil {
		return View{}, Cart{}, err
	}
	r, err := s.ratesOf(ctx, account)
	if err != nil {
		return View{}, Cart{}, err
	}
	v, err := view(cart, items, account, r)
	if err != nil {
		return View{}, Cart{}, err
	}
	terms := make([]pricing.Terms, len(v.Items))
	for i, item := range v.Items {
		terms[i] = item.Terms
	}
	if v.NeedsApproval, err = needsApproval(ctx, account, v.Quote.Total); err != nil {
		return View{}, Cart{}, err
	}
	v.Next, err = r.afterPurchase(terms, ChargesAhead)
	return v, cart, err
}

// ChargesAhead is the number of dates in a cart's coming charges.
const ChargesAhead = 12

// items reads the DIDs of the cart's live lines.
func (s *Service) items(ctx context.Context, cart Cart) (map[e164.Number]did.DID, error) {
	live := cart.live()
	if len(live) == 0 {
		return nil, nil
	}
	numbers := make([]e164.Number, len(live))
	for i, l := range live {
		numbers[i] = l.Number
	}
	return s.store.DIDs(ctx, cart.Customer.Carrier, numbers)
}

func view(cart Cart, items map[e164.Number]did.DID, account ledger.Account, r rates) (View, error) {
	held, lost := split(cart, items, r.now)
	v := View{Lost: lost, At: r.now, Version: cart.Ver}
	for _, d := range held {
		v.Items = append(v.Items, Item{Number: d.Number, Offer: d.Offer, Until: d.Until})
		if v.HeldUntil.IsZero() || d.Until.Before(v.HeldUntil) {
			v.HeldUntil = d.Until
		}
	}
	v.Cooling = cart.cooling(func(n e164.Number) bool { return items[n].HeldBy(cart.Customer.ID, r.now) }, r.now,
		r.carrier.Cooldown())
	var err error
	v.Quote, err = pricing.QuoteFor(account.Currency, termsOf(held), r.tax, r.now, r.loc)
	return v, err
}

// split returns the numbers of live lines that the customer holds, and those
// with a hold that is over. A line that a request is still working on is
// neither: the customer has no answer about it yet.
func split(cart Cart, items map[e164.Number]did.DID, now time.Time) (held []did.DID, lost []e164.Number) {
	for _, l := range cart.live() {
		item := items[l.Number]
		switch {
		case item.HeldBy(cart.Customer.ID, now):
			held = append(held, item)
		case !l.pendingAt(now):
			lost = append(lost, l.Number)
		}
	}
	return held, lost
}

func termsOf(items []did.DID) []pricing.Terms {
	terms := make([]pricing.Terms, len(items))
	for i, d := range items {
		terms[i] = d.Terms
	}
	return terms
}
