package pricing

import (
	"time"

	"didpurchase/internal/money"
)

// Kind is the reason for a charge.
type Kind string

// The kinds of charges.
const (
	Setup     Kind = "setup"
	Recurring Kind = "recurring"
	Proration Kind = "proration" // a first period that is cut short
)

// Charge is one amount that a rental costs; the tax comes on top.
type Charge struct {
	Kind Kind
	Net  money.Amount
	Tax  money.Amount
}

// Gross returns the amount that the customer pays.
func (c Charge) Gross() (money.Amount, error) { return c.Net.Add(c.Tax) }

func charge(kind Kind, net money.Amount, tax money.Rate) Charge {
	return Charge{Kind: kind, Net: net, Tax: tax.Of(net)}
}

// AtPurchase returns the charges of a purchase at a moment: the setup charge
// and period 0.
func (t Terms) AtPurchase(now time.Time, loc *time.Location, tax money.Rate) []Charge {
	return []Charge{charge(Setup, t.Setup, tax), t.First(now, loc, tax)}
}

// For returns the charge of period k of a rental that began at the anchor.
func (t Terms) For(k int, anchor time.Time, loc *time.Location, tax money.Rate) Charge {
	if k == 0 {
		return t.First(anchor, loc, tax)
	}
	return t.Each(tax)
}

// First returns the charge of period 0 of a rental that begins at the anchor. A
// shortened period is prorated: its charge is the share of its days in the
// whole period that would have ended on the same day, rounded half even to the
// currency's minor unit.
func (t Terms) First(anchor time.Time, loc *time.Location, tax money.Rate) Charge {
	if !t.Align.Prorated || !t.cutShort(anchor, loc) {
		return t.Each(tax)
	}
	from := localDay(anchor, loc)
	end := t.Align.step(from, 1)
	whole := end - t.Align.step(end, -t.Interval.Count)
	return charge(Proration, t.Recurring.Share(int(end-from), int(whole)), tax)
}

// Each returns the charge of every later period.
func (t Terms) Each(tax money.Rate) Charge { return charge(Recurring, t.Recurring, tax) }
