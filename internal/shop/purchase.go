package shop

import (
	"fmt"
	"time"

	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
)

// purchase has all changes of one order, committed in one batch.
type purchase struct {
	record  IdempotencyRecord
	account ledger.Update
	entry   ledger.Entry
	invoice ledger.Invoice
	order   Order
	asked   *asked  // of an order that waits for an approval, which has no entry and no invoice; else nil
	cart    *Update // nil when nothing of a cart is bought
	moves   []did.Move
}

// asked has the items of an order that waits for an approval.
type asked struct {
	waiting Waiting
	part    Part
}

func (p purchase) changes() []commit.Change {
	changes := []commit.Change{p.record, p.account, p.order}
	if p.asked != nil {
		changes = append(changes, p.asked.waiting, p.asked.part)
	} else {
		changes = append(changes, p.entry, p.invoice)
	}
	if p.cart != nil {
		changes = append(changes, *p.cart)
	}
	for _, m := range p.moves {
		changes = append(changes, m)
	}
	return changes
}

// begin returns an order without numbers.
func begin(account ledger.Account, o orderKey, confirmed money.Amount, now time.Time) purchase {
	c := account.Customer
	order := Order{
		Customer: c, ID: commit.NewID(now), Number: fmt.Sprintf("%s-%d", c.ID, account.Orders+1), Status: Completed,
		Total: confirmed, CreatedAt: now,
	}
	return purchase{order: order, record: IdempotencyRecord{
		Customer: c, Key: o.key, Body: o.body, OrderID: order.ID, At: now, ExpiresAt: now.Add(KeyLifetime),
	}}
}

// rent adds a number's rental to the order.
func (p *purchase) rent(m did.Move) {
	p.moves = append(p.moves, m)
	p.order.Lines = append(p.order.Lines, OrderLine{Number: m.To.Number, RentalID: m.To.RentalID, Offer: m.To.Offer})
}

// payOwn bills the charges of an order that the customer makes, and counts it
// against the month's limit. Errors: those of ledger.Account.Spend and Post.
func (p *purchase) payOwn(account ledger.Account, charges []ledger.Charge, r rates) error {
	account, err := account.Spend(p.order.Total, r.now, r.loc)
	if err != nil {
		return err
	}
	return p.pay(account, charges, r)
}

// pay bills the order's charges. Errors: those of ledger.Account.Post.
func (p *purchase) pay(account ledger.Account, charges []ledger.Charge, r rates) (err error) {
	onto := account.InvoiceFor(r.periodOf(account), r.open, r.now)
	if onto.Period == "" {
		onto.OrderID = p.order.ID
	}
	p.account, p.entry, p.invoice, err = account.Bill(ledger.Order, charges, onto, "Order "+p.order.Number,
		p.order.CreatedAt)
	p.account.To.Orders = account.Orders + 1
	p.entry.OrderID = p.order.ID
	p.order.EntrySeq, p.order.InvoiceID = p.entry.Seq, onto.ID
	return err
}
