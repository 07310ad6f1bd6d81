package reconcile

import (
	"didpurchase/internal/did"
)

// close compares the sums with the account, and with the existing rentals. It
// returns the missing rentals of orders, and the rentals that exist or were charged
// without an order.
func (b *books) close(rentals map[string]did.DID) (lost, unordered []bought) {
	b.closeSums()
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
		if _, item := rentals[id]; !item && !l.awaited {
			lost = append(lost, l)
		}
	}
	return lost, unordered
}

// closeSums compares the sums of entries and orders with the account.
func (b *books) closeSums() {
	if b.seq != b.account.Seq {
		b.differs(Sequence, "the account counts %d entries, the last one is %d", b.account.Seq, b.seq)
	}
	if !b.balance.Equal(b.account.Balance) {
		b.differs(Balance, "the balance is %s, the wallet's postings sum to %s", b.account.Balance, b.balance)
	}
	if b.orders != b.account.Orders {
		b.differs(Sequence, "the account has made %d orders, there are %d", b.account.Orders, b.orders)
	}
}

// rental compares a rental with its order and its charges.
func (b *books) rental(d did.DID, l bought) {
	if l.number != d.Number {
		b.differs(Rental, "%s is rented as %s, which order %s has for %s", d.Number, d.RentalID, l.order, l.number)
		return
	}
	b.paid(d, b.charged[d.RentalID])
}

// paid compares the paid period of a rental with the last charged one.
func (b *books) paid(d did.DID, last charged) {
	switch {
	case d.Period != last.period:
		b.differs(Charge, "%s (rental %s) has period %d paid, the last one charged is %d", d.Number,
			d.RentalID, d.Period, last.period)
	case !d.PeriodEnd.Equal(last.until):
		b.differs(Periods, "%s (rental %s) is paid until %s, the last period charged lasts until %s",
			d.Number, d.RentalID, moment(d.PeriodEnd), moment(last.until))
	}
}

// adopted compares an adopted rental, which has no order, with its charges: the
// time that was paid elsewhere has no charge.
func (b *books) adopted(d did.DID) {
	last, isCharged := b.charged[d.RentalID]
	if !isCharged {
		last = charged{d.Number, beforeUs, d.Anchor}
	}
	b.paid(d, last)
}

// beforeUs is the period of an adopted rental that was paid elsewhere, before its
// first charge here.
const beforeUs = -1

// stray notes a rental without an order or another origin.
func (b *books) stray(l bought, item did.DID) {
	if _, charged := b.charged[l.rentalID]; charged {
		b.differs(Charge, "the rental %s is charged, and no order bought it", l.rentalID)
	}
	if item.RentalID != "" {
		b.differs(Rental, "%s is rented (%s, rental %s), and no order bought it", item.Number, item.State, item.RentalID)
	}
}
