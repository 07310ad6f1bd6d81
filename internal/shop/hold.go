package shop

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/oklog/ulid/v2"

	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/pricing"
)

// MaxPerRequest is how many numbers one request may ask for.
const MaxPerRequest = 100

// Outcome is what became of one number of a request.
type Outcome string

// The outcomes.
const (
	OutcomeHeld        Outcome = "held"
	OutcomeAlreadyHeld Outcome = "already_held"
	OutcomeUnavailable Outcome = "unavailable"
	OutcomeNotOffered  Outcome = "not_offered"
	OutcomeCartFull    Outcome = "cart_full"
)

// Result is the outcome of one number.
type Result struct {
	Number  e164.Number
	Outcome Outcome
	Detail  string // a sentence for people, "" when held
}

// Hold claims numbers for the customer's cart, each for itself: one that is
// gone does not hinder the others. The results are in the order of the request,
// each number once. A number that is in the cart already keeps its time.
//
// The lines are written before the claims: a crash between them leaves a line
// without a hold, which a view shows as lost, never a hold without a line.
// Errors: ErrTooMany; ErrNotFound when there is no such account.
func (s *Service) Hold(ctx context.Context, c ledger.Customer, numbers []e164.Number) ([]Result, View, error) {
	numbers = distinct(numbers)
	if len(numbers) > MaxPerRequest {
		return nil, View{}, fmt.Errorf("%w: %d, at most %d", ErrTooMany, len(numbers), MaxPerRequest)
	}
	offers, err := s.offers(ctx, c, numbers)
	if err != nil {
		return nil, View{}, err
	}
	plan, err := commit.Insist(ctx, func() (holdPlan, error) { return s.writeLines(ctx, c, numbers, offers) })
	if err != nil {
		return nil, View{}, err
	}
	refused, err := s.claim(ctx, c, plan.claims, offers)
	if err != nil {
		return nil, View{}, err
	}
	for i, r := range plan.results {
		if item, lost := refused[r.Number]; lost {
			plan.results[i] = Result{r.Number, OutcomeUnavailable, whyUnavailable(item, c)}
		}
	}
	view, err := s.View(ctx, c)
	return plan.results, view, err
}

// offers reads how those of the numbers that are offered to the customer are.
func (s *Service) offers(ctx context.Context, c ledger.Customer, numbers []e164.Number) (map[e164.Number]did.Offer, error) {
	account, err := s.store.Account(ctx, c)
	if err != nil {
		return nil, err
	}
	ranges, err := s.store.Ranges(ctx, c.Carrier, numbers)
	if err != nil {
		return nil, err
	}
	versions, err := s.store.PackageVersions(ctx, c.Carrier)
	if err != nil {
		return nil, err
	}
	packages := pricing.OnSale(versions, s.now())
	offers := make(map[e164.Number]did.Offer, len(ranges))
	for n, r := range ranges {
		p, priced := packages[r.Package]
		if priced && p.Recurring.Currency() == account.Currency {
			offers[n] = did.Offer{Terms: p.Terms, Country: r.Country, Area: r.Area, Type: r.Type}
		}
	}
	return offers, nil
}

// holdPlan is what a request does to the cart, and what is left to claim.
type holdPlan struct {
	cart    Cart
	changed bool
	claims  []Line
	results []Result
}

// writeLines decides on the cart as it stands and writes the lines.
func (s *Service) writeLines(ctx context.Context, c ledger.Customer, numbers []e164.Number, offers map[e164.Number]did.Offer) (holdPlan, error) {
	cart, err := s.store.Cart(ctx, c)
	if err != nil {
		return holdPlan{}, err
	}
	items, err := s.items(ctx, cart)
	if err != nil {
		return holdPlan{}, err
	}
	plan := planHold(cart, items, numbers, offers, s.now())
	if !plan.changed {
		return plan, nil
	}
	return plan, s.commitCart(ctx, cart.with(plan.cart.Lines))
}

// planHold decides for each number, purely.
func planHold(cart Cart, items map[e164.Number]did.DID, numbers []e164.Number, offers map[e164.Number]did.Offer, now time.Time) holdPlan {
	plan := holdPlan{cart: cart}
	for _, n := range numbers {
		line, known := plan.cart.line(n)
		switch {
		case known && !line.Gone && items[n].LiveFor(line.HoldID, now):
			plan.say(n, OutcomeAlreadyHeld, "is in your cart already")
		case offers[n].Terms.Package == "":
			plan.say(n, OutcomeNotOffered, "is not offered")
		case (!known || line.Gone) && len(plan.cart.live()) >= MaxLines:
			plan.say(n, OutcomeCartFull, fmt.Sprintf("the cart holds at most %d numbers", MaxLines))
		case !known && len(plan.cart.Lines) >= maxTried:
			plan.say(n, OutcomeCartFull, "too many numbers were tried in a short time; try again in some minutes")
		default:
			plan.claim(n, line, now)
		}
	}
	return plan
}

func (p *holdPlan) say(n e164.Number, o Outcome, detail string) {
	p.results = append(p.results, Result{n, o, detail})
}

// claim takes the number into the cart. A number on any line keeps its hold id,
// so that a late write of an earlier try is still covered by the line; and its
// time, unless that is over, so that giving a number back and taking it again
// prolongs nothing.
func (p *holdPlan) claim(n e164.Number, line Line, now time.Time) {
	fresh := line
	if line.HoldID == "" {
		fresh = Line{Number: n, HoldID: newID(now)}
	}
	fresh.Gone = false
	if fresh.Until.Before(now) {
		fresh.Until = longest(fresh.HoldID, now)
	}
	if !fresh.Until.After(now) {
		p.say(n, OutcomeUnavailable, "has been held for as long as is allowed; it can be held anew in a minute or two")
		return
	}
	p.say(n, OutcomeHeld, "")
	p.claims = append(p.claims, fresh)
	if fresh != line {
		p.cart, p.changed = p.cart.put(fresh), true
	}
}

// longest is how long a hold may last from now: HoldFor, and never older than
// MaxHoldAge. A hold's age is its id's.
func longest(holdID string, now time.Time) time.Time {
	until := now.Add(HoldFor)
	if oldest := heldSince(holdID).Add(MaxHoldAge); oldest.Before(until) {
		return oldest
	}
	return until
}

func heldSince(holdID string) time.Time {
	return ulid.Time(ulid.MustParse(holdID).Time()).UTC()
}

// claim writes the DIDs of the lines and takes those out of the cart that
// somebody else has; it gives their items.
func (s *Service) claim(ctx context.Context, c ledger.Customer, lines []Line, offers map[e164.Number]did.Offer) (map[e164.Number]did.DID, error) {
	moves := make([]did.Move, len(lines))
	for i, l := range lines {
		moves[i] = did.HoldFor(c.Carrier, c.ID, l.Number, l.HoldID, l.Until, offers[l.Number], s.now())
	}
	refused, err := s.moveAll(ctx, moves)
	if err != nil {
		return nil, err
	}
	return refused, s.markGone(ctx, c, numbersOf(refused))
}

// markGone takes numbers out of the cart for its owner.
func (s *Service) markGone(ctx context.Context, c ledger.Customer, numbers []e164.Number) error {
	if len(numbers) == 0 {
		return nil
	}
	gone := map[e164.Number]bool{}
	for _, n := range numbers {
		gone[n] = true
	}
	_, err := commit.Insist(ctx, func() (struct{}, error) {
		cart, err := s.store.Cart(ctx, c)
		if err != nil {
			return struct{}{}, err
		}
		u := cart.markGone(gone)
		if slices.Equal(u.To.Lines, cart.Lines) {
			return struct{}{}, nil
		}
		return struct{}{}, s.commitCart(ctx, u)
	})
	return err
}

// whyUnavailable tells the customer why, without telling who.
func whyUnavailable(item did.DID, c ledger.Customer) string {
	switch {
	case item.State == did.Held:
		return "was just taken by somebody else; it may come back within minutes"
	case item.State == did.Withheld, item.State == did.PortedOut:
		return "is not for sale"
	case item.Customer == c.ID && item.State != did.Aging:
		return "is yours already"
	default:
		return "is sold"
	}
}

func distinct(numbers []e164.Number) []e164.Number {
	seen := map[e164.Number]bool{}
	return slices.DeleteFunc(slices.Clone(numbers), func(n e164.Number) bool {
		again := seen[n]
		seen[n] = true
		return again
	})
}

func numbersOf(items map[e164.Number]did.DID) []e164.Number {
	numbers := make([]e164.Number, 0, len(items))
	for n := range items {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	return numbers
}
