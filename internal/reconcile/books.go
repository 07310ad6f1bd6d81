package reconcile

import (
	"fmt"
	"time"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/revenue"
	"didpurchase/internal/shop"
)

// books are a customer's, read in order: entries, then orders, then rentals. Of
// the entries it keeps one thing for each rental, whatever their count.
type books struct {
	account ledger.Account
	seq     int          // of the last entry read
	balance money.Amount // the sum of the wallet's postings so far
	counted revenue.Counted
	earned  revenue.Sums // less what the entries read so far say
	orders  int
	charged map[string]charged
	bought  map[string]bought
	found   []Difference
}

// charged is a rental as the entries know it.
type charged struct {
	number e164.Number
	period int       // the last one charged
	until  time.Time // its end
}

// bought is a rental as its order knows it, or one without an order.
type bought struct {
	rentalID string
	number   e164.Number
	order    string // number; "" = none
}

func open(account ledger.Account) *books {
	return &books{account: account, balance: money.Zero(account.Currency), charged: map[string]charged{}, bought: map[string]bought{}}
}

func (b *books) differs(kind Kind, format string, args ...any) {
	c := b.account.Customer
	b.found = append(b.found, Difference{Kind: kind, Carrier: c.Carrier, Customer: c.ID, Detail: fmt.Sprintf(format, args...)})
}

// entry takes the next entry. One that is younger than the account, as it was
// read, is left out.
func (b *books) entry(e ledger.Entry) {
	if e.Seq > b.account.Seq {
		return
	}
	if e.Seq != b.seq+1 {
		b.differs(Sequence, "entry %d comes after %d", e.Seq, b.seq)
	}
	b.seq = e.Seq
	b.sum(e)
	if e.Seq <= b.counted.UpTo {
		b.revenue(e)
	}
	for _, p := range e.Postings {
		if isPeriod := p.Account == ledger.Recurring || p.Account == ledger.Proration; isPeriod && !p.Amount.IsNegative() {
			b.charge(e, p)
		}
	}
}

// sum adds up an entry's postings.
func (b *books) sum(e ledger.Entry) {
	wallet, total := money.Zero(b.account.Currency), money.Zero(b.account.Currency)
	var err error
	for _, p := range e.Postings {
		if total, err = total.Add(p.Amount); err != nil {
			b.differs(Entry, "entry %d: %v", e.Seq, err)
			return
		}
		if p.Account == ledger.Wallet {
			wallet, _ = wallet.Add(p.Amount) // of the same currency as total
		}
	}
	if !total.IsZero() {
		b.differs(Entry, "the postings of entry %d sum to %s", e.Seq, total)
	}
	if !wallet.Equal(e.Amount) {
		b.differs(Entry, "entry %d says %s, its wallet's postings sum to %s", e.Seq, e.Amount, wallet)
	}
	b.balance, _ = b.balance.Add(wallet)
	if !b.balance.Equal(e.BalanceAfter) {
		b.differs(Entry, "entry %d leads to %s, and says %s", e.Seq, b.balance, e.BalanceAfter)
	}
}

// revenue takes an entry's postings off what was counted, whatever its month.
func (b *books) revenue(e ledger.Entry) {
	if err := b.earned.Less(e); err != nil {
		b.differs(Revenue, "%v", err)
	}
}

// charge takes the charge of a period: each rental's come in ascending order,
// so one that does not was there before.
func (b *books) charge(e ledger.Entry, p ledger.Posting) {
	before, again := b.charged[p.RentalID]
	if !again && p.Period != 0 {
		b.differs(Charge, "entry %d charges period %d of %s (rental %s) without one before", e.Seq, p.Period, p.Number, p.RentalID)
	}
	if again && p.Period <= before.period {
		b.differs(Charge, "entry %d charges period %d of %s (rental %s) after period %d", e.Seq, p.Period, p.Number, p.RentalID, before.period)
		return
	}
	if again {
		b.join(e, p, before)
	}
	b.charged[p.RentalID] = charged{p.Number, p.Period, p.To}
}

// join compares the begin of a charged period with the end of the one charged
// before. Between them there may be time only where periods were left out, which
// were not charged: after an outage, or while the rental was suspended.
func (b *books) join(e ledger.Entry, p ledger.Posting, before charged) {
	switch left := p.From.Sub(before.until); {
	case left < 0:
		b.differs(Periods, "entry %d charges period %d of %s (rental %s) from %s, and the one before lasts until %s: they overlap",
			e.Seq, p.Period, p.Number, p.RentalID, moment(p.From), moment(before.until))
	case left > 0 && p.Period == before.period+1:
		b.differs(Periods, "entry %d charges period %d of %s (rental %s) from %s, and the one before lasts until %s: there is a gap",
			e.Seq, p.Period, p.Number, p.RentalID, moment(p.From), moment(before.until))
	}
}

func moment(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func (b *books) order(o shop.Order) {
	if o.EntrySeq > b.account.Seq {
		return
	}
	b.orders++
	for _, l := range o.Lines {
		b.bought[l.RentalID] = bought{l.RentalID, l.Number, o.Number}
		if _, charged := b.charged[l.RentalID]; !charged {
			b.differs(Charge, "order %s rented %s (rental %s) without a charge", o.Number, l.Number, l.RentalID)
		}
	}
}

// numbers are those that orders bought.
func (b *books) numbers() []e164.Number {
	var all []e164.Number
	for _, l := range b.bought {
		all = append(all, l.number)
	}
	return all
}

// close compares what was added up with the account, and with the rentals there
// are. It gives those that an order bought and that are not there, and those
// that are there, or were charged, and that no order bought.
func (b *books) close(rentals map[string]did.DID) (lost, unordered []bought) {
	if b.seq != b.account.Seq {
		b.differs(Sequence, "the account stands at entry %d, the last one is %d", b.account.Seq, b.seq)
	}
	if !b.balance.Equal(b.account.Balance) {
		b.differs(Balance, "the balance is %s, the wallet's postings sum to %s", b.account.Balance, b.balance)
	}
	if b.orders != b.account.Orders {
		b.differs(Sequence, "the account has made %d orders, there are %d", b.account.Orders, b.orders)
	}
	for id, c := range b.charged {
		if _, known := b.bought[id]; !known {
			unordered = append(unordered, bought{rentalID: id, number: c.number})
		}
	}
	for id, d := range rentals {
		if l, known := b.bought[id]; known {
			b.rental(d, l)
		} else if _, told := b.charged[id]; !told {
			unordered = append(unordered, bought{rentalID: id, number: d.Number})
		}
	}
	for id, l := range b.bought {
		if _, stands := rentals[id]; !stands {
			lost = append(lost, l)
		}
	}
	return lost, unordered
}

// rental compares a rental with its order and its charges.
func (b *books) rental(d did.DID, l bought) {
	if l.number != d.Number {
		b.differs(Rental, "%s is rented as %s, which order %s has for %s", d.Number, d.RentalID, l.order, l.number)
		return
	}
	b.paid(d, b.charged[d.RentalID])
}

// paid compares the period that a rental says is paid with the last one charged.
func (b *books) paid(d did.DID, last charged) {
	switch {
	case d.Period != last.period:
		b.differs(Charge, "%s (rental %s) has period %d paid, the last one charged is %d", d.Number, d.RentalID, d.Period, last.period)
	case !d.PeriodEnd.Equal(last.until):
		b.differs(Periods, "%s (rental %s) is paid until %s, the last period charged lasts until %s",
			d.Number, d.RentalID, moment(d.PeriodEnd), moment(last.until))
	}
}

// adopted compares a rental that came from elsewhere, and so was bought by no
// order, with its charges: of what was paid there, there is none.
func (b *books) adopted(d did.DID) {
	last, isCharged := b.charged[d.RentalID]
	if !isCharged {
		last = charged{d.Number, beforeUs, d.Anchor}
	}
	b.paid(d, last)
}

// beforeUs is the period of an adopted rental until it is charged for the first
// time.
const beforeUs = -1

// stray notes a rental that nobody bought and that came from nowhere.
func (b *books) stray(l bought, stands did.DID) {
	if _, charged := b.charged[l.rentalID]; charged {
		b.differs(Charge, "the rental %s is charged, and no order bought it", l.rentalID)
	}
	if stands.RentalID != "" {
		b.differs(Rental, "%s is rented (%s, rental %s), and no order bought it", stands.Number, stands.State, stands.RentalID)
	}
}
