package reconcile

import (
	"fmt"
	"time"

	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/revenue"
	"didpurchase/internal/shop"
)

// books are a customer's books, read in order: entries, then orders, then
// rentals. It keeps one record for each rental, however many entries there are.
type books struct {
	account ledger.Account
	seq     int          // of the last entry read
	balance money.Amount // the sum of the wallet's postings so far
	counted revenue.Counted
	earned  revenue.Sums // the counted revenue minus the revenue of the entries read so far
	orders  int
	charged map[string]charged
	bought  map[string]bought
	large   map[string][]shop.Part // by the order that an entry pays in totals
	found   []Difference
}

// charged has the facts of a rental that its entries show.
type charged struct {
	number e164.Number
	period int       // the last one charged
	until  time.Time // its end
}

// bought has the facts of a rental that its order shows, if it has one.
type bought struct {
	rentalID string
	number   e164.Number
	order    string // number; "" = none
	awaited  bool   // its order is still making it a rental
}

func open(account ledger.Account) *books {
	return &books{account: account, balance: money.Zero(account.Currency), charged: map[string]charged{},
		bought: map[string]bought{}, large: map[string][]shop.Part{}}
}

func (b *books) differs(kind Kind, format string, args ...any) {
	c := b.account.Customer
	b.found = append(b.found, Difference{Kind: kind, Carrier: c.Carrier, Customer: c.ID,
		Detail: fmt.Sprintf(format, args...)})
}

// entry adds the next entry. It ignores an entry that is newer than the account
// that was read.
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
		if paysByTotals(e) {
			break
		}
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
		b.differs(Entry, "entry %d has amount %s, its wallet's postings sum to %s", e.Seq, e.Amount, wallet)
	}
	b.balance, _ = b.balance.Add(wallet)
	if !b.balance.Equal(e.BalanceAfter) {
		b.differs(Entry, "entry %d leads to balance %s, but records %s", e.Seq, b.balance, e.BalanceAfter)
	}
}

// revenue subtracts an entry's postings from the counted revenue of all months.
func (b *books) revenue(e ledger.Entry) {
	if err := b.earned.Less(e); err != nil {
		b.differs(Revenue, "%v", err)
	}
}

// charge adds the charge of a period. A rental's charges come in ascending order,
// so an earlier period was charged before.
func (b *books) charge(e ledger.Entry, p ledger.Posting) {
	before, again := b.charged[p.RentalID]
	if !again && p.Period != 0 {
		b.differs(Charge, "entry %d charges period %d of %s (rental %s) without one before", e.Seq,
			p.Period, p.Number, p.RentalID)
	}
	if again && p.Period <= before.period {
		b.differs(Charge, "entry %d charges period %d of %s (rental %s) after period %d", e.Seq, p.Period, p.Number,
			p.RentalID, before.period)
		return
	}
	if again {
		b.join(e, p, before)
	}
	b.charged[p.RentalID] = charged{p.Number, p.Period, p.To}
}

// join compares the start of a charged period with the end of the previous one.
// There may be a gap only if periods were not charged: after an outage, or during a
// suspension.
func (b *books) join(e ledger.Entry, p ledger.Posting, before charged) {
	switch left := p.From.Sub(before.until); {
	case left < 0:
		b.differs(Periods, "entry %d charges period %d of %s (rental %s) from %s, and the one before lasts until %s: they "+
			"overlap",
			e.Seq, p.Period, p.Number, p.RentalID, moment(p.From), moment(before.until))
	case left > 0 && p.Period == before.period+1:
		b.differs(Periods, "entry %d charges period %d of %s (rental %s) from %s, and the one before lasts until %s: there "+
			"is a gap",
			e.Seq, p.Period, p.Number, p.RentalID, moment(p.From), moment(before.until))
	}
}

func moment(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func (b *books) order(o shop.Order) {
	if o.EntrySeq > b.account.Seq {
		return
	}
	b.orders++
	if o.Large != nil {
		b.largeOrder(o)
	}
	for _, l := range o.Lines {
		b.bought[l.RentalID] = bought{rentalID: l.RentalID, number: l.Number, order: o.Number}
		if _, charged := b.charged[l.RentalID]; !charged {
			b.differs(Charge, "order %s rented %s (rental %s) without a charge", o.Number, l.Number, l.RentalID)
		}
	}
}

// numbers returns the numbers that orders bought.
func (b *books) numbers() []e164.Number {
	var all []e164.Number
	for _, l := range b.bought {
		all = append(all, l.number)
	}
	return all
}
