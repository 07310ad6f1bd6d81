package shop

import (
	"context"
	"errors"
	"fmt"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
)

// maxSteps is the most steps of one message: an order of MaxNumbers has some 120,
// with refused ones.
const maxSteps = 300

// orderSteps has the work of each status that is not an end.
var orderSteps = map[OrderStatus]func(*LargeOrders, context.Context, Order) error{
	Reserving: (*LargeOrders).reserve,
	Paying:    (*LargeOrders).pay,

	AwaitingApproval: (*LargeOrders).expire,
	Assigning:        (*LargeOrders).assign,
	Releasing:        (*LargeOrders).release,
}

// WorkOff works on a large order until it has ended. Several workers may work on one
// order at once, and any may stop at any time: each step is written once.
func (l *LargeOrders) WorkOff(ctx context.Context, c ledger.Customer, id string) error {
	for range maxSteps {
		ended, err := commit.Insist(ctx, func() (bool, error) { return l.step(ctx, c, id) })
		if err != nil || ended {
			return err
		}
	}
	return nil // the sweep goes on
}

// step makes the next step of an order, as the one who decided about it last. An
// order that waits for an approval has none.
func (l *LargeOrders) step(ctx context.Context, c ledger.Customer, id string) (ended bool, err error) {
	o, err := l.store.Order(ctx, c, id)
	if err != nil {
		return false, err
	}
	work, goesOn := orderSteps[o.Status]
	if !goesOn || o.Large == nil || o.waits(l.now()) == nil {
		return true, nil
	}
	return false, work(l, auth.ActingAs(ctx, o.Actor()), o)
}

// stop begins the release of an order's numbers, and notes the reason.
func (l *LargeOrders) stop(ctx context.Context, o Order, code, format string, args ...any) error {
	after, err := o.worked(l.now()).on(stopped)
	if err != nil {
		return err
	}
	after.Large.Stopped = Stopped{code, fmt.Sprintf(format, args...)}
	return l.write(ctx, o.next(after)...)
}

// Codes of stopped orders, besides those of problems.
const (
	StoppedByCustomer  = "cancelled"
	StoppedByApprover  = "declined"
	stoppedUnapproved  = "approval_expired"
	stoppedLate        = "timed_out"
	stoppedUnavailable = "dids_unavailable"
	stoppedPackages    = "too_many_packages"
)

// reserve reserves the next numbers of an order, all of them in one transaction
// with the order. Numbers of other customers are left out.
func (l *LargeOrders) reserve(ctx context.Context, o Order) error {
	if l.now().After(o.Large.Deadline) {
		return l.stop(ctx, o, stoppedLate, "its numbers could not be reserved in time")
	}
	account, err := l.store.Account(ctx, o.Customer)
	if err != nil {
		return err
	}
	if stopped, err := l.stopUnpayable(ctx, o, account); stopped || err != nil {
		return err
	}
	next, err := l.next(ctx, account, o)
	if err != nil {
		return err
	}
	lines, err := l.available(ctx, o.Customer, next.numbers, o.Large.Wanted.block())
	if err != nil {
		return err
	}
	return l.reserveLines(ctx, account, o, next, lines)
}

// batch has the next numbers to reserve, and the part that will have them.
type batch struct {
	found
	part Part
}

// next returns the next numbers to reserve: the next part of a list, or the next
// numbers that match the criteria.
func (l *LargeOrders) next(ctx context.Context, account ledger.Account, o Order) (batch, error) {
	large := o.Large
	part := Part{Customer: o.Customer, OrderID: o.ID, Index: large.Tried, Ver: 1}
	if !large.Wanted.IsList {
		block := large.Wanted.block()
		f, err := l.find(ctx, account, large.Wanted, large.After, min(large.Missing(), l.perPart)/block*block)
		return batch{f, part}, err
	}
	parts, err := l.store.Parts(ctx, o.Customer, o.ID, large.Tried, 1)
	if err != nil || len(parts) == 0 {
		return batch{found{last: true}, part}, err
	}
	part = parts[0]
	part.Ver++
	return batch{found{numbers: part.Numbers, last: (large.Tried+1)*l.perPart >= large.Wanted.Quantity}, part}, nil
}

// reserveLines writes one step of the reservation. The last step decides whether
// the order goes on.
func (l *LargeOrders) reserveLines(ctx context.Context, account ledger.Account, o Order, next batch,
	lines []OrderLine) error {
	now := l.now()
	after := o.worked(now)
	after.Large.Tried, after.Large.After = o.Large.Tried+1, next.after
	var moves []commit.Change
	for _, line := range lines {
		if !after.Large.count(line.Terms) {
			return l.stop(ctx, o, stoppedPackages, "its numbers have more than %d packages", maxPackages)
		}
		line.RentalID = commit.NewID(now)
		next.part.Lines = append(next.part.Lines, line)
		moves = append(moves, did.ReserveFor(o.Customer.Carrier, o.Customer.ID, line.Number, o.ID, line.Offer, now))
	}
	after.Large.Reserved += len(lines)
	missing := after.Large.Missing()
	var err error
	switch {
	case missing == 0, next.last && o.Large.Wanted.Partial && after.Large.Reserved > 0:
		after, err = l.reservedAll(ctx, account, after)
	case next.last || missing > 0 && o.Large.Wanted.IsList && !o.Large.Wanted.Partial && len(lines) < len(next.numbers):
		after, err = after.on(stopped)
		after.Large.Stopped = Stopped{stoppedUnavailable, fmt.Sprintf("%d of %d numbers are available", after.Large.Reserved,
			o.Large.Wanted.Quantity)}
	}
	if err != nil {
		return err
	}
	changes := append(o.next(after), moves...)
	if len(lines) > 0 {
		changes = append(changes, next.part)
	}
	return l.write(ctx, changes...)
}

// reservedAll returns the order after its last reservation: it is paid next, or
// waits for an approval first.
func (l *LargeOrders) reservedAll(ctx context.Context, account ledger.Account, after Order) (Order, error) {
	if after.Large.Approval == nil {
		return after.on(reservedAll)
	}
	r, err := l.ratesOf(ctx, account)
	if err != nil {
		return after, err
	}
	quote, err := quoteOf(account.Currency, after.Large.Counted, r)
	if err != nil {
		return after, err
	}
	return after.wait(quote.Total, r)
}

// pay takes the money for the reserved numbers, or stops the order.
func (l *LargeOrders) pay(ctx context.Context, o Order) error {
	if l.now().After(o.Large.Deadline) {
		return l.stop(ctx, o, stoppedLate, "it could not be paid in time")
	}
	account, err := l.store.Account(ctx, o.Customer)
	if err != nil {
		return err
	}
	r, err := l.ratesToBuy(ctx, account)
	if err != nil {
		return err
	}
	p, after, err := o.paid(account, o.Large.Wanted.MaxTotal, r)
	if code := codeOf(err); code != "" {
		return l.stop(ctx, o, code, "%v", err)
	}
	if err != nil {
		return err
	}
	return l.write(ctx, append(o.next(after), p.account, p.entry, p.invoice)...)
}

// paid bills the reserved numbers, purely, and returns the paid order. Errors: those
// of payLarge.
func (o Order) paid(account ledger.Account, most money.Amount, r rates) (purchase, Order, error) {
	wanted := o.Large.Wanted
	wanted.MaxTotal = most
	p, err := payLarge(account, wanted, o.Large.Counted, o, r)
	if err != nil {
		return p, o, err
	}
	after, err := o.worked(r.now).on(paidFor)
	after.Total, after.InvoiceID, after.EntrySeq = p.order.Total, p.order.InvoiceID, p.order.EntrySeq
	if err == nil {
		after.Large.PaidAt, after.Large.Zone = r.now, r.loc.String()
	}
	return p, after, err
}

// stopUnpayable stops an order whose reserved numbers the account can't pay now: the
// money was spent since it was placed. The others need not be reserved for that.
func (l *LargeOrders) stopUnpayable(ctx context.Context, o Order, account ledger.Account) (stopped bool, err error) {
	if o.Large.Reserved == 0 {
		return false, nil
	}
	r, err := l.ratesToBuy(ctx, account)
	if err != nil {
		return false, err
	}
	_, err = payLarge(account, o.Large.Wanted, o.Large.Counted, o, r)
	if code := codeOf(err); code != "" {
		return true, l.stop(ctx, o, code, "%v", err)
	}
	return false, err
}

// payLarge decides the payment of an order's numbers: one entry with the charges of
// each package. It writes nothing. Errors: *TotalChanged, those of ledger.Account.Spend and Post.
func payLarge(account ledger.Account, w Wanted, counted []Counted, o Order, r rates) (purchase, error) {
	charges := chargesOf(counted, r)
	total, err := ledger.Sum(account.Currency, charges)
	if err != nil {
		return purchase{}, err
	}
	if err := withinTotal(total, w.MaxTotal); err != nil {
		return purchase{}, err
	}
	o.Total, o.CreatedAt = total, r.now
	p := purchase{order: o}
	if w.ByStaff {
		err = p.pay(account, charges, r)
	} else {
		err = p.payOwn(account, charges, r)
	}
	p.account.To.Orders = account.Orders // it was counted when it was placed
	p.account.To = o.unclaim(p.account.To)
	return p, err
}

// codeOf returns the code of an error for which an order is stopped, "" for any
// other error.
func codeOf(err error) string {
	var over *ledger.OverLimit
	switch {
	case errors.Is(err, ErrTotalChanged):
		return "total_changed"
	case errors.Is(err, ledger.ErrInsufficientFunds):
		return "insufficient_funds"
	case errors.Is(err, ledger.ErrAccountClosed):
		return "account_closed"
	case errors.Is(err, ledger.ErrPurchasingOff):
		return "purchasing_off"
	case errors.As(err, &over):
		return "spending_limit"
	default:
		return ""
	}
}

// assign makes the numbers of the next part rentals, all of them in one
// transaction with the order.
func (l *LargeOrders) assign(ctx context.Context, o Order) error {
	loc, err := time.LoadLocation(o.Large.Zone)
	if err != nil {
		return err
	}
	now := l.now()
	return l.workOn(ctx, o, assignedAll, func(after *Large, lines []OrderLine) ([]commit.Change, error) {
		after.Bought += len(lines)
		var moves []commit.Change
		for _, line := range lines {
			moves = append(moves, did.Fulfilled(o.reserved(line), line.RentalID, o.Large.PaidAt, now, loc))
		}
		return moves, nil
	})
}

// release frees the numbers of the next part, all of them in one transaction
// with the order.
func (l *LargeOrders) release(ctx context.Context, o Order) error {
	return l.workOn(ctx, o, releasedAll, func(_ *Large, lines []OrderLine) ([]commit.Change, error) {
		numbers := make([]e164.Number, len(lines))
		for i, line := range lines {
			numbers[i] = line.Number
		}
		items, err := l.store.DIDs(ctx, o.Customer.Carrier, numbers)
		var moves []commit.Change
		for n, item := range items {
			if item.State == did.Reserved && item.HoldID == o.ID {
				moves = append(moves, did.FreeReserved(o.Customer.Carrier, o.Customer.ID, n, o.ID, l.now()))
			}
		}
		return moves, err
	})
}

// workOn makes one step with the next part that the status has not worked on.
// With the last part, or without any, the event happens.
func (l *LargeOrders) workOn(ctx context.Context, o Order, last orderEvent,
	moves func(after *Large, lines []OrderLine) ([]commit.Change, error)) error {
	parts, err := l.store.Parts(ctx, o.Customer, o.ID, o.Large.Done, 2)
	if err != nil {
		return err
	}
	after := o.worked(l.now())
	var changes []commit.Change
	if len(parts) > 0 {
		after.Large.Done = parts[0].Index + 1
		if changes, err = moves(after.Large, parts[0].Lines); err != nil {
			return err
		}
	}
	if len(parts) < 2 {
		if after, err = after.on(last); err != nil {
			return err
		}
	}
	if after.Status == Rejected {
		claim, err := l.releaseClaim(ctx, o)
		if err != nil {
			return err
		}
		changes = append(changes, claim...)
	}
	return l.write(ctx, append(changes, after.update())...)
}
