package shop

import (
	"fmt"
	"time"

	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
)

// maxUnfunded is the most numbers that a customer may hold while the available
// funds don't cover the cart.
const maxUnfunded = 10

// holder is the holding customer, with the rules for holds.
type holder struct {
	account ledger.Account
	rates   rates
}

// holdPlan has a request's changes of the cart, and the numbers left to claim.
type holdPlan struct {
	holder
	cart    Cart
	items   map[e164.Number]did.DID
	offers  map[e164.Number]did.Offer
	changed bool
	claims  []Line
	results []Result

	held  int          // number of numbers in the cart
	worth money.Amount // the price of buying them
}

// planHold decides for each number, purely. offers has the requested numbers
// and those that other requests are holding at the moment.
func planHold(h holder, cart Cart, items map[e164.Number]did.DID, numbers []e164.Number,
	offers map[e164.Number]did.Offer) (holdPlan, error) {
	p := holdPlan{holder: h, cart: cart, items: items, offers: offers, worth: money.Zero(h.account.Currency)}
	for _, l := range cart.live() {
		if p.isHeld(l) {
			if err := p.count(l.Number); err != nil {
				return p, err
			}
		}
	}
	for _, n := range numbers {
		if err := p.decide(n); err != nil {
			return p, err
		}
	}
	return p, nil
}

// isHeld reports whether the line counts in the cart: it is held, or a request
// is working on it.
func (p *holdPlan) isHeld(l Line) bool {
	now := p.rates.now
	return p.items[l.Number].HeldBy(p.account.Customer.ID, now) || l.pendingAt(now)
}

// count adds the number to the contents of the cart.
func (p *holdPlan) count(n e164.Number) (err error) {
	p.held++
	p.worth, err = p.worthWith(n)
	return err
}

// worthWith returns the price of the cart with the number in it.
func (p *holdPlan) worthWith(n e164.Number) (money.Amount, error) {
	terms := p.offers[n].Terms
	if d := p.items[n]; d.HeldBy(p.account.Customer.ID, p.rates.now) {
		terms = d.Terms
	}
	if terms.Package == "" {
		return p.worth, nil
	}
	quote, err := pricing.QuoteFor(p.account.Currency, []pricing.Terms{terms}, p.rates.tax, p.rates.now, p.rates.loc)
	if err != nil {
		return money.Amount{}, err
	}
	return p.worth.Add(quote.Total)
}

// decide decides for one number.
func (p *holdPlan) decide(n e164.Number) error {
	line, known := p.cart.line(n)
	live := known && !line.Gone()
	counted := live && p.isHeld(line)
	switch {
	case live && p.items[n].HeldBy(p.account.Customer.ID, p.rates.now):
		p.say(n, OutcomeAlreadyHeld, "is in your cart already")
	case p.offers[n].Terms.Package == "":
		p.say(n, OutcomeNotOffered, "is not offered")
	case !known && len(p.cart.Lines)+len(p.cart.resting(p.rates.now)) >= maxTried:
		p.say(n, OutcomeCartFull, "you tried too many numbers in a short time; try again in some minutes")
	case counted:
		p.claim(n, line)
	default:
		return p.decideMore(n, line)
	}
	return nil
}

// decideMore decides for a number that is not in the cart.
func (p *holdPlan) decideMore(n e164.Number, line Line) error {
	limit, limited, err := p.limit(n)
	switch {
	case err != nil:
		return err
	case limited:
		p.results = append(p.results, limit)
	case p.claim(n, line):
		return p.count(n)
	}
	return nil
}

// limit reports whether the customer may not hold one more number, with the
// reason.
func (p *holdPlan) limit(n e164.Number) (why Result, limited bool, err error) {
	if most := p.rates.carrier.MaxHeld; p.held >= most {
		return Result{n, OutcomeCartFull, fmt.Sprintf("the cart holds at most %d numbers", most)}, true, nil
	}
	if p.held < maxUnfunded {
		return Result{}, false, nil
	}
	worth, err := p.worthWith(n)
	if err != nil {
		return Result{}, false, err
	}
	available, err := p.account.Available()
	if err != nil {
		return Result{}, false, err
	}
	left, err := available.Sub(worth)
	return Result{n, OutcomeHoldLimit, fmt.Sprintf("you can hold %d numbers while your available funds (%s) don't cover "+
			"the cart; add funds to hold more", maxUnfunded, available)},
		left.IsNegative(), err
}

func (p *holdPlan) say(n e164.Number, o Outcome, detail string) {
	p.results = append(p.results, Result{n, o, detail})
}

// claim adds the number to the cart, and reports whether it could. Each try has
// its own hold id: an earlier request that gets its answer late changes only
// its own try.
func (p *holdPlan) claim(n e164.Number, line Line) bool {
	now := p.rates.now
	past, again := p.cart.past(n, now, p.rates.carrier.Cooldown())
	fresh := Line{Number: n, HoldID: nextID(line, now)}
	fresh.Since = fresh.triedAt()
	if again {
		fresh.Since = past.Since
	}
	fresh.Until = longest(fresh.Since, now)
	if free, cools := p.cart.coolsUntil(n, now, p.rates.carrier.Cooldown()); cools {
		p.say(n, OutcomeCooldown, "you held it without buying it; you can hold it again at "+free.UTC().Format("15:04 MST"))
		return false
	}
	if again && line.Until.Sub(now) >= shortest { // taking it again does not prolong the hold
		fresh.Until = line.Until
	}
	p.say(n, OutcomeHeld, "")
	p.claims = append(p.claims, fresh)
	p.cart, p.changed = p.cart.put(fresh), true
	return true
}

// nextID returns a hold id that is greater than the line's, even if the clock
// of the function that wrote the line was ahead.
func nextID(line Line, now time.Time) string {
	if line.HoldID != "" && !now.After(line.triedAt()) {
		now = line.triedAt().Add(time.Millisecond)
	}
	return commit.NewID(now)
}
