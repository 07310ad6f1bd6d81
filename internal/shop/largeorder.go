package shop

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
)

// LargeStore is the database for large orders. It also commits OrderUpdate and
// Part; a Part is written only if it has the version before.
type LargeStore interface {
	Store
	// Parts returns up to max parts of an order, ascending, from an index on.
	Parts(ctx context.Context, c ledger.Customer, orderID string, from, max int) ([]Part, error)
}

// LargeOrders has the use cases of orders without a cart, of a list of numbers or
// of a quantity of numbers that match criteria. Up to MaxLines numbers are bought
// at once; more are reserved, paid and rented step by step.
type LargeOrders struct {
	*Service
	store      LargeStore
	catalogues Catalogues
	perPart    int // the most numbers that are bought at once, and of a part
}

// NewLargeOrders returns the use cases over a store, catalogues and a clock.
func NewLargeOrders(store LargeStore, catalogues Catalogues, now func() time.Time) *LargeOrders {
	return &LargeOrders{Service: New(store, now), store: store, catalogues: catalogues, perPart: MaxLines}
}

// PlaceOrder buys the wanted numbers at once, or begins an order that is worked off in
// steps. The same key returns the same order for KeyLifetime, and charges once.
//
// Errors: commit.ErrNotFound, ErrTooMany, search.FieldErrors, *NotEnough,
// *TotalChanged, *ledger.InsufficientFunds, ledger.ErrAccountClosed,
// ledger.ErrPurchasingOff, *ledger.OverLimit, *OverReserved, ErrKeyReused.
func (l *LargeOrders) PlaceOrder(ctx context.Context, c ledger.Customer, key string, w Wanted) (Order, error) {
	if w.Quantity > MaxNumbers {
		return Order{}, fmt.Errorf("%w: %d, at most %d", ErrTooMany, w.Quantity, MaxNumbers)
	}
	body, err := json.Marshal(w)
	if err != nil {
		return Order{}, err
	}
	k := orderKey{c, key, fmt.Sprintf("%d numbers for at most %s (%x)", w.Quantity, w.MaxTotal, sha256.Sum256(body))}
	return l.once(ctx, k, func() (Order, error) { return l.place(ctx, k, w) })
}

// place decides on the current items and writes the order.
func (l *LargeOrders) place(ctx context.Context, k orderKey, w Wanted) (Order, error) {
	account, r, err := l.buyer(ctx, k.customer, w)
	if err != nil {
		return Order{}, err
	}
	plan, err := l.plan(ctx, account, w, r)
	if err != nil {
		return Order{}, err
	}
	if err := plan.check(); err != nil {
		return Order{}, err
	}
	asks := false
	if !w.ByStaff {
		if asks, err = needsApproval(ctx, account, plan.Quote.Total); err != nil {
			return Order{}, err
		}
	}
	if w.Quantity > l.perPart {
		return l.begin(ctx, k, account, plan, asks, r)
	}
	decide := decidePlan
	if asks {
		decide = askForPlan
	}
	p, err := decide(plan, account, k, r)
	if err != nil {
		return Order{}, err
	}
	err = l.commitPurchase(ctx, p)
	if errors.Is(err, ErrDIDsUnavailable) { // a number was taken since the plan: plan again
		err = commit.ErrMovedOn
	}
	return p.order, err
}

// decidePlan decides the immediate purchase of a plan. It writes nothing.
func decidePlan(plan Plan, account ledger.Account, k orderKey, r rates) (purchase, error) {
	p := begin(account, k, plan.Quote.Total, r.now)
	var charges []ledger.Charge
	for _, line := range plan.Lines {
		move, err := did.AllocateTo(account.Customer.Carrier, account.Customer.ID, line.Number, did.DID{}, line.Offer,
			commit.NewID(r.now), r.now, r.loc)
		if err != nil {
			return purchase{}, err
		}
		p.rent(move)
		charges = append(charges, chargesAtPurchase(move.To, r)...)
	}
	if plan.Wanted.ByStaff {
		return p, p.pay(account, charges, r)
	}
	return p, p.payOwn(account, charges, r)
}

// askForPlan decides the order of a plan that waits for an approval, purely.
func askForPlan(plan Plan, account ledger.Account, k orderKey, r rates) (purchase, error) {
	p := begin(account, k, plan.Quote.Total, r.now)
	for _, line := range plan.Lines {
		line.RentalID = commit.NewID(r.now)
		p.order.Lines = append(p.order.Lines, line)
		p.moves = append(p.moves, did.ReserveFor(p.order.Customer.Carrier, p.order.Customer.ID, line.Number, p.order.ID,
			line.Offer, r.now))
	}
	return p, p.ask(account, chargesOf(plan.Counted, r), plan.Quote.Total, r)
}

// begin writes a new large order, with the parts of a list. It refuses an order
// that the account can't pay now, so that nobody reserves numbers without money.
func (l *LargeOrders) begin(ctx context.Context, k orderKey, account ledger.Account, plan Plan,
	asks bool, r rates) (Order, error) {
	p := begin(account, k, plan.Quote.Total, r.now)
	if _, err := payLarge(account, plan.Wanted, plan.Counted, p.order, r); err != nil {
		return Order{}, err
	}
	o := p.order
	o.Status, o.Total, o.InvoiceID = Reserving, money.Zero(account.Currency), ""
	o.Large = &Large{Ver: 1, Wanted: plan.Wanted, At: r.now, Deadline: r.now.Add(maxReserving),
		NextAt: r.now.Add(resumeAfter)}
	var changes []commit.Change
	if asks {
		o.Large.Approval = &Approval{}
		changes = append(changes, o.waiting())
	}
	numbered := account.Fence()
	numbered.To.Orders++
	if err := o.claim(&numbered.To, r); err != nil {
		return Order{}, err
	}
	changes = append(changes, p.record, numbered, o.update())
	for i, numbers := range slices.Collect(slices.Chunk(plan.Wanted.Numbers, l.perPart)) {
		changes = append(changes, Part{Customer: o.Customer, OrderID: o.ID, Index: i, Ver: 1, Numbers: numbers})
	}
	return o, l.write(ctx, changes...)
}

// write commits the changes in one batch; a refusal means that an item moved on.
func (l *LargeOrders) write(ctx context.Context, changes ...commit.Change) error {
	err := commit.Write(ctx, l.store, l.now(), changes...)
	if refused := (*commit.Refused)(nil); errors.As(err, &refused) {
		return fmt.Errorf("%w: %v", commit.ErrMovedOn, err)
	}
	return err
}

// CancelOrder stops an order that is not paid yet. It is idempotent. Errors:
// commit.ErrNotFound, ErrOrderState.
func (l *LargeOrders) CancelOrder(ctx context.Context, c ledger.Customer, id string) (Order, error) {
	return commit.Insist(ctx, func() (Order, error) {
		o, err := l.store.Order(ctx, c, id)
		if err != nil || o.Status == Releasing || o.Status == Rejected {
			return o, err
		}
		cancelled, err := o.on(stopped)
		if err != nil {
			return o, err
		}
		cancelled = cancelled.worked(l.now()).decided(Withdrawn, auth.ActorOf(ctx))
		cancelled.Large.Stopped = Stopped{StoppedByCustomer, "it was cancelled"}
		return cancelled, l.write(ctx, o.next(cancelled)...)
	})
}

// SortedNumbers returns each number once, ascending: an order's list in any order
// is the same order.
func SortedNumbers(numbers []e164.Number) []e164.Number {
	sorted := distinct(numbers)
	slices.Sort(sorted)
	return sorted
}
