package shop

import (
	"context"
	"errors"
	"fmt"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/commit"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
)

// Errors of approvals.
var (
	// ErrNotWaiting means that an order can't be approved or declined: it does not
	// wait for an approval, was decided about differently, or its deadline is over.
	ErrNotWaiting = errors.New("shop: the order does not wait for an approval")
	// ErrNeedsApproval means that only a person with the right to approve orders can do it.
	ErrNeedsApproval = errors.New("shop: this needs an approval, which it can't wait for")
)

// Decision is the end of an order's wait.
type Decision string

// The decisions.
const (
	Approved  Decision = "approved"
	Declined  Decision = "declined"
	Withdrawn Decision = "withdrawn" // by the customer, who cancelled the order
	Expired   Decision = "expired"   // nobody decided before the deadline
)

// Approval is what an order waits for, and how it ended.
type Approval struct {
	Total    money.Amount // of its numbers when it began to wait; without a currency until all are reserved
	Decision Decision     // "" until it is made
	At       time.Time    // of the decision
	ByStaff  bool         // the carrier's staff decided
	Reason   string       // of a decline
}

// Waiting lists an order that waits for an approval, or will when its numbers are
// reserved. It is written with the order, and removed by the write that decides.
type Waiting struct {
	Customer ledger.Customer
	OrderID  string
	Ended    bool // removes it
}

// Target names the item.
func (w Waiting) Target() string { return fmt.Sprintf("waiting %s %s", w.Customer, w.OrderID) }

// waiting returns the item that lists the order.
func (o Order) waiting() Waiting {
	return Waiting{Customer: o.Customer, OrderID: o.ID}
}

// next returns the changes that write an order's next version. An order that
// was decided about leaves the list of waiting orders.
func (o Order) next(after Order) []commit.Change {
	changes := []commit.Change{after.update()}
	if o.Large.Approval != nil && o.Status != after.Status && (after.Status == Releasing || after.Status == Assigning) {
		listed := o.waiting()
		listed.Ended = true
		changes = append(changes, listed)
	}
	return changes
}

// decided returns the order with the decision about its approval, if it needs one,
// and with who made it.
func (o Order) decided(d Decision, by auth.Actor) Order {
	o.Large.DecidedBy = by
	if o.Large.Approval != nil {
		approval := *o.Large.Approval
		approval.Decision, approval.At = d, o.Large.At
		o.Large.Approval = &approval
	}
	return o
}

// wait returns the order as it waits for an approval of its total, from now on.
func (o Order) wait(total money.Amount, r rates) (Order, error) {
	o.Large.Deadline = r.now.Add(r.carrier.ApprovalTime())
	o.Large.Approval = &Approval{Total: total}
	return o.on(submitted)
}

// needsApproval reports whether an order of this total by the caller waits for an approval.
// Errors: money.ErrCurrencyMismatch.
func needsApproval(ctx context.Context, account ledger.Account, total money.Amount) (bool, error) {
	needed, err := account.Purchasing.NeedsApproval(total)
	return needed && !auth.Approves(ctx), err
}

// ask makes the purchase an order that waits for an approval, with its numbers in
// one part, and charges nothing. It refuses an order that could not be paid now, so
// that nobody reserves numbers without money. Errors: those of payOwn, *OverReserved.
func (p *purchase) ask(account ledger.Account, charges []ledger.Charge, total money.Amount, r rates) error {
	if err := (&purchase{order: p.order}).payOwn(account, charges, r); err != nil {
		return err
	}
	p.account = account.Fence()
	p.account.To.Orders++
	o, lines := p.order, p.order.Lines
	o.Status, o.Total = Reserving, money.Zero(account.Currency)
	o.Large = &Large{Ver: 1, At: r.now, Tried: 1, Reserved: len(lines),
		Wanted: Wanted{IsList: true, Quantity: len(lines), MaxTotal: total}}
	for _, l := range lines {
		o.Large.count(l.Terms)
	}
	if err := o.claim(&p.account.To, r); err != nil {
		return err
	}
	o, err := o.wait(total, r)
	p.order, p.asked = o, &asked{o.waiting(), Part{Customer: o.Customer, OrderID: o.ID, Ver: 1, Lines: lines}}
	return err
}
