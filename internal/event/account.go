package event

import (
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/intake"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
)

// Order is the data of the events of an order.
type Order struct {
	ID      string   `json:"id"`
	Number  string   `json:"number" example:"alice-12"`
	Version int      `json:"version" doc:"Always 1: an order has each of its events once."`
	DIDs    []string `json:"dids" doc:"The numbers that it bought; empty of an order of more than 90, which has an event of each number."`
	Bought  int      `json:"bought" doc:"How many numbers it bought."`
	Total   Amount   `json:"total" doc:"What was charged."`
	Invoice string   `json:"invoice_id,omitempty"`
	Reason  string   `json:"reason,omitempty" doc:"Why it was rejected, as a problem's code, or cancelled, timed_out, declined or approval_expired."`

	Asked     *Amount    `json:"asked_total,omitempty" doc:"What an order that waits for an approval will cost."`
	ApproveBy *time.Time `json:"approve_by,omitempty" doc:"Then an order that still waits is rejected."`
}

// Payment is the data of a payment.
type Payment struct {
	Seq          int    `json:"seq" doc:"Of the ledger entry."`
	Version      int    `json:"version" doc:"Always 1: a ledger entry never changes."`
	Amount       Amount `json:"amount"`
	BalanceAfter Amount `json:"balance_after"`
	Reference    string `json:"reference,omitempty"`
}

// Invoice is the data of a new invoice.
type Invoice struct {
	ID      string `json:"id"`
	Number  string `json:"number" doc:"In the carrier's series."`
	Version int    `json:"version" doc:"Always 1: an invoice is issued once."`
	OrderID string `json:"order_id,omitempty" doc:"Only of an order's own invoice."`
	Net     Amount `json:"net"`
	Tax     Amount `json:"tax"`
	Gross   Amount `json:"gross"`

	DueAt *time.Time `json:"due_at,omitempty"`
}

// CreditNote is the data of a new credit note.
type CreditNote struct {
	ID            string `json:"id"`
	Number        string `json:"number" doc:"In the carrier's series of credit notes."`
	Version       int    `json:"version" doc:"Always 1: a credit note is issued once."`
	Invoice       string `json:"invoice_id" doc:"The corrected invoice."`
	InvoiceNumber string `json:"invoice_number"`
	Reason        string `json:"reason"`
	Net           Amount `json:"net" doc:"0 or less, as the tax and the gross amount."`
	Tax           Amount `json:"tax"`
	Gross         Amount `json:"gross"`
}

// Balance is the data of a low balance.
type Balance struct {
	Version   int    `json:"version" doc:"Of the account."`
	Charged   Amount `json:"charged" doc:"The charged amount."`
	Available Amount `json:"available" doc:"The remaining funds, with the credit limit."`
	Balance   Amount `json:"balance"`
}

// Import is the data of the events of an import.
type Import struct {
	ID       string `json:"id"`
	Version  int    `json:"version" doc:"Of the import: a plan that is applied ends twice."`
	Filename string `json:"filename"`
	DryRun   bool   `json:"dry_run" doc:"Only the plan was made; nothing is changed yet."`
	Read     uint64 `json:"rows_read"`
	Applied  uint64 `json:"rows_applied"`
	Rejected uint64 `json:"rows_rejected"`
	Error    string `json:"error,omitempty"`
}

// orderTypes are the events of orders, by the status that begins.
var orderTypes = map[shop.OrderStatus]Type{
	shop.Completed: OrderCompleted, shop.Rejected: OrderRejected, shop.AwaitingApproval: OrderWaiting,
}

// orderType returns the type of the event of a write of an order; "" if it has none.
func orderType(before, after shop.Order) Type {
	switch {
	case before.Status == after.Status:
		return ""
	case before.Status == shop.AwaitingApproval && after.Status == shop.Assigning:
		return OrderApproved
	default:
		return orderTypes[after.Status]
	}
}

// OfOrder returns the event of an order that ended by this write, began to wait for
// an approval, or was approved.
func OfOrder(before, after shop.Order) (Event, bool) {
	t := orderType(before, after)
	if t == "" {
		return Event{}, false
	}
	data, at := Order{ID: after.ID, Number: after.Number, Version: 1, DIDs: make([]string, len(after.Lines)),
		Bought: len(after.Lines), Total: moneyOf(after.Total), Invoice: after.InvoiceID}, after.CreatedAt
	for i, l := range after.Lines {
		data.DIDs[i] = l.Number.String()
	}
	if large := after.Large; large != nil {
		data.Bought, data.Reason, at = large.Bought, large.Stopped.Code, large.At
	}
	parts := []string{"order", after.Customer.Carrier, after.Customer.ID, after.ID}
	if t == OrderWaiting {
		asked, by := moneyOf(after.Large.Approval.Total), after.Large.Deadline.UTC()
		data.Asked, data.ApproveBy = &asked, &by
	}
	if t == OrderWaiting || t == OrderApproved {
		parts = append(parts, string(t))
	}
	return of(after.Customer, t, at, id(parts...), data).by(orderActor(t, after)), true
}

// orderActor returns who made the event: for a decision the person who decided, for
// the others the person who ordered.
func orderActor(t Type, o shop.Order) auth.Actor {
	if t == OrderRejected || t == OrderApproved {
		return o.Actor()
	}
	return o.By
}

// OfEntry returns the event of a new ledger entry, which only a payment has.
func OfEntry(e ledger.Entry) (Event, bool) {
	if e.Kind != ledger.Payment {
		return Event{}, false
	}
	return of(e.Customer, Paid, e.At, id("entry", e.Customer.Carrier, e.Customer.ID, version(e.Seq)),
		Payment{Seq: e.Seq, Version: 1, Amount: moneyOf(e.Amount), BalanceAfter: moneyOf(e.BalanceAfter),
			Reference: e.Note}).by(e.By), true
}

// OfInvoice returns the event of an invoice or a credit note that was issued by this
// write.
func OfInvoice(before, i ledger.Invoice) (Event, bool) {
	issued := before.Issued.Number == "" && i.Issued.Number != ""
	key := id("invoice", i.Customer.Carrier, i.Customer.ID, i.ID)
	if i.IsCreditNote() {
		return of(i.Customer, Credited, i.Issued.At, key, CreditNote{ID: i.ID, Number: i.Issued.Number, Version: 1,
			Invoice: i.Corrects.Invoice, InvoiceNumber: i.Corrects.Number, Reason: i.Corrects.Reason, Net: moneyOf(i.Net),
			Tax: moneyOf(i.Tax), Gross: moneyOf(i.Gross)}).by(i.By), issued
	}
	data := Invoice{ID: i.ID, Number: i.Issued.Number, Version: 1, OrderID: i.OrderID,
		Net: moneyOf(i.Net), Tax: moneyOf(i.Tax), Gross: moneyOf(i.Gross), DueAt: dueOf(i)}
	return of(i.Customer, Invoiced, i.Issued.At, key, data).by(i.By), issued
}

// dueOf returns the due date of an invoice, nil if it has none.
func dueOf(i ledger.Invoice) *time.Time {
	if i.Issued.DueAt.IsZero() {
		return nil
	}
	at := i.Issued.DueAt.UTC()
	return &at
}

// OfAccount returns the event of an account with a low balance after a charge: less
// is available than the charge took. With 10.00 a charge of 6.00 leaves 4.00, which
// is low; one of 4.00 leaves 6.00, which is not.
func OfAccount(before, after ledger.Account, at time.Time) (Event, bool) {
	charged, err := before.Balance.Sub(after.Balance)
	if err != nil || charged.IsZero() || charged.IsNegative() {
		return Event{}, false
	}
	available, err := after.Available()
	if err != nil {
		return Event{}, false
	}
	if order, err := available.Cmp(charged); err != nil || order >= 0 {
		return Event{}, false
	}
	return of(after.Customer, BalanceLow, at, id("account", after.Customer.Carrier, after.Customer.ID, version(after.Ver)),
		Balance{Version: after.Ver, Charged: moneyOf(charged), Available: moneyOf(available),
			Balance: moneyOf(after.Balance)}).by(after.By), true
}

// OfImport returns the event of an import that finished by this write.
func OfImport(before, after intake.Job) (Event, bool) {
	if before.Status.Finished() || !after.Status.Finished() {
		return Event{}, false
	}
	t := ImportFinished
	if after.Status == intake.Failed {
		t = ImportFailed
	}
	return of(ledger.Customer{Carrier: after.Carrier}, t, after.FinishedAt,
		id("job", after.Carrier, after.ID, version(after.Ver)), Import{
			ID: after.ID, Version: after.Ver, Filename: after.Filename(), DryRun: after.DryRun,
			Read: after.Read, Applied: after.Applied, Rejected: after.Rejected, Error: after.Error,
		}).by(after.By), true
}

func of(c ledger.Customer, t Type, at time.Time, id string, data any) Event {
	return Event{ID: id, Type: t, Time: at.UTC(), Carrier: c.Carrier, Customer: c.ID, Data: data}
}
