package shop

import (
	"context"
	"fmt"
	"maps"

	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/pricing"
)

// MaxPerRequest is the most numbers in one request.
const MaxPerRequest = 100

// Outcome is the outcome for one number of a request.
type Outcome string

// The outcomes.
const (
	OutcomeHeld        Outcome = "held"
	OutcomeAlreadyHeld Outcome = "already_held"
	OutcomeUnavailable Outcome = "unavailable"
	OutcomeNotOffered  Outcome = "not_offered"
	OutcomeCartFull    Outcome = "cart_full"
	OutcomeHoldLimit   Outcome = "hold_limit" // the funds don't cover more
	OutcomeCooldown    Outcome = "cooldown"   // the customer held it without buying it
)

// Result is the outcome of one number.
type Result struct {
	Number  e164.Number
	Outcome Outcome
	Detail  string // a sentence for people, "" when held
}

// Hold claims numbers for the customer's cart. Unavailable numbers do not
// affect the rest. The results are in the order of the request, each number
// once. A number that is in the cart already keeps its time.
//
// The lines are written before the claims, and read again after them: numbers
// that were removed from the cart in the meantime are released, so that every
// held number is in a cart. Errors: ErrTooMany; commit.ErrNotFound if there is no such
// account; ledger.ErrAccountClosed, ledger.ErrPurchasingOff.
func (s *Service) Hold(ctx context.Context, c ledger.Customer, numbers []e164.Number) ([]Result, View, error) {
	numbers = distinct(numbers)
	if len(numbers) > MaxPerRequest {
		return nil, View{}, fmt.Errorf("%w: %d, at most %d", ErrTooMany, len(numbers), MaxPerRequest)
	}
	offers, err := s.offers(ctx, c, numbers)
	if err != nil {
		return nil, View{}, err
	}
	answers := map[e164.Number]Result{}
	var view View
	for again, tries := numbers, 0; tries == 0 || len(again) > 0; tries++ {
		if tries == maxTries {
			return nil, View{}, fmt.Errorf("%w: %s asked for %v too often at once", commit.ErrContended, c, again)
		}
		var results []Result
		if results, view, again, err = s.tryHold(ctx, c, again, offers); err != nil {
			return nil, View{}, err
		}
		for _, r := range results {
			answers[r.Number] = r
		}
	}
	results := make([]Result, len(numbers))
	for i, n := range numbers {
		results[i] = answers[n]
	}
	return results, view, nil
}

// maxTries is the most tries of one request to hold a number while other
// requests of the same customer for it interfere.
const maxTries = 5

// tryHold makes one try to hold the numbers. again are the numbers to try once
// more.
func (s *Service) tryHold(ctx context.Context, c ledger.Customer, numbers []e164.Number,
	offers map[e164.Number]did.Offer) (results []Result, view View, again []e164.Number, err error) {
	plan, err := commit.Insist(ctx, func() (holdPlan, error) { return s.writeLines(ctx, c, numbers, offers) })
	if err != nil {
		return nil, View{}, nil, err
	}
	lost, again, err := s.claim(ctx, c, plan.claims, offers)
	if err != nil {
		return nil, View{}, nil, err
	}
	view, cart, err := s.look(ctx, c)
	if err != nil {
		return nil, View{}, nil, err
	}
	overtaken, err := s.giveBackOvertaken(ctx, cart, withoutNumbers(plan.claims, lost))
	maps.Copy(overtaken, lost)
	for i, r := range plan.results {
		if answers, known := overtaken[r.Number]; known {
			plan.results[i] = answers
		}
	}
	return plan.results, view, again, err
}

// offers returns the current offer of each number that the customer can buy, by the
// carrier's price rules.
func (s *Service) offers(ctx context.Context, c ledger.Customer, numbers []e164.Number) (map[e164.Number]did.Offer,
	error) {
	account, err := s.store.Account(ctx, c)
	if err != nil {
		return nil, err
	}
	ranges, err := s.store.Ranges(ctx, c.Carrier, numbers)
	if err != nil {
		return nil, err
	}
	list, err := s.store.PriceList(ctx, c.Carrier)
	if err != nil {
		return nil, err
	}
	packages := pricing.OnSale(list.Versions, s.now())
	offers := make(map[e164.Number]did.Offer, len(ranges))
	for n, r := range ranges {
		r, priced := list.Offered(n, r, packages)
		if p := packages[r.Package]; priced && p.Recurring.Currency() == account.Currency {
			offers[n] = did.Offer{Terms: p.Terms, Country: r.Country, Area: r.Area, Type: r.Type}
		}
	}
	return offers, nil
}

// holder reads the holding customer. Errors: commit.ErrNotFound,
// ledger.ErrAccountClosed, ledger.ErrPurchasingOff.
func (s *Service) holder(ctx context.Context, c ledger.Customer) (holder, error) {
	account, err := s.store.Account(ctx, c)
	if err != nil {
		return holder{}, err
	}
	if err := account.MayBuy(); err != nil {
		return holder{}, err
	}
	r, err := s.ratesOf(ctx, account)
	return holder{account, r}, err
}

// writeLines decides on the current cart and writes the lines.
func (s *Service) writeLines(ctx context.Context, c ledger.Customer, numbers []e164.Number,
	offers map[e164.Number]did.Offer) (holdPlan, error) {
	h, err := s.holder(ctx, c)
	if err != nil {
		return holdPlan{}, err
	}
	cart, err := s.store.Cart(ctx, c)
	if err != nil {
		return holdPlan{}, err
	}
	items, err := s.items(ctx, cart)
	if err != nil {
		return holdPlan{}, err
	}
	offers, err = s.withPending(ctx, cart, items, offers)
	if err != nil {
		return holdPlan{}, err
	}
	plan, err := planHold(h, cart, items, numbers, offers)
	if err != nil || !plan.changed {
		return plan, err
	}
	return plan, s.commitCart(ctx, cart.with(plan.cart.Lines, cart.resting(h.rates.now)))
}

// withPending adds the offers of numbers that other requests are holding at the
// moment; their price is not on their items yet.
func (s *Service) withPending(ctx context.Context, cart Cart, items map[e164.Number]did.DID,
	offers map[e164.Number]did.Offer) (map[e164.Number]did.Offer, error) {
	var pending []e164.Number
	for _, l := range cart.live() {
		_, offered := offers[l.Number]
		if !offered && l.pendingAt(s.now()) && !items[l.Number].HeldBy(cart.Customer.ID, s.now()) {
			pending = append(pending, l.Number)
		}
	}
	if len(pending) == 0 {
		return offers, nil
	}
	more, err := s.offers(ctx, cart.Customer, pending)
	if err != nil {
		return nil, err
	}
	maps.Copy(more, offers)
	return more, nil
}
