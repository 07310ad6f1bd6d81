package notice

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"didpurchase/internal/e164"
	"didpurchase/internal/event"
	"didpurchase/internal/party"
)

// The kinds of notices; those for customers are party.Notices.
const (
	balanceShort    party.Notice = "balance_short"
	paymentReceived party.Notice = "payment_received"
	orderReceipt    party.Notice = "order_receipt"
	pastDue         party.Notice = "past_due"
	suspended       party.Notice = "suspended"
	cancelled       party.Notice = "cancelled"
	invoice         party.Notice = "invoice"
	creditNote      party.Notice = "credit_note"
	priceChanged    party.Notice = "price_changed"
	orderWaits      party.Notice = "order_waits"

	planReady      party.Notice = "plan_ready"
	importFinished party.Notice = "import_finished"
	importFailed   party.Notice = "import_failed"
	hookDisabled   party.Notice = "webhook_disabled"
	reportDone     party.Notice = "report_finished"
	reportFailed   party.Notice = "report_failed"
)

// kind is the notice of a type of event.
type kind struct {
	kind  party.Notice
	staff bool // for the carrier's admins, about events that concern no customer
	// read returns the words for the blanks; false for an event without a notice.
	read func(event.Event, writing) (words, bool, error)
	key  func(e event.Event, zone *time.Location) string
}

// words are the values for a text's blanks.
type words map[string]string

var kinds = map[event.Type]kind{
	event.BalanceLow:     {balanceShort, false, readBalance, oncePerShortfall},
	event.Paid:           {paymentReceived, false, readPayment, oncePerEvent},
	event.OrderCompleted: {orderReceipt, false, readOrder, oncePerEvent},
	event.OrderWaiting:   {orderWaits, false, readWaiting, oncePerEvent},
	event.PastDue:        {pastDue, false, readNumber, oncePerDay},
	event.Suspended:      {suspended, false, readNumber, oncePerDay},
	event.Cancelled:      {cancelled, false, readNumber, oncePerDay},
	event.PriceChanged:   {priceChanged, false, readPriceChange, oncePerEvent},
	event.Invoiced:       {invoice, false, readInvoice, oncePerEvent},
	event.Credited:       {creditNote, false, readCreditNote, oncePerEvent},
	event.ImportFinished: {importFinished, true, readImport, oncePerEvent},
	event.ImportFailed:   {importFailed, true, readImport, oncePerEvent},
	event.ReportFinished: {reportDone, true, readReport, oncePerEvent},
	event.ReportFailed:   {reportFailed, true, readReport, oncePerEvent},
	event.HookDisabled:   {hookDisabled, true, readDisabling, oncePerEvent},
}

func oncePerEvent(e event.Event, _ *time.Location) string { return e.ID }

// oncePerDay makes one mail of all numbers that, for example, become past due on
// one day. The mail names one of them and leads to the list.
func oncePerDay(e event.Event, zone *time.Location) string {
	return string(e.Type) + " " + e.Time.In(zone).Format(time.DateOnly)
}

// oncePerShortfall sends no second notice before the next payment.
func oncePerShortfall(event.Event, *time.Location) string { return string(balanceShort) }

// data reads the data of an event from the queue.
func data[T any](e event.Event) (value T, err error) {
	text, err := json.Marshal(e.Data)
	if err == nil {
		err = json.Unmarshal(text, &value)
	}
	if err != nil {
		return value, fmt.Errorf("notice: event %s: %w", e.ID, err)
	}
	return value, nil
}

func readBalance(e event.Event, w writing) (words, bool, error) {
	b, err := data[event.Balance](e)
	return words{"charged": w.amount(b.Charged), "available": w.amount(b.Available), "path": "/account"}, true, err
}

func readPayment(e event.Event, w writing) (words, bool, error) {
	p, err := data[event.Payment](e)
	return words{"amount": w.amount(p.Amount), "balance": w.amount(p.BalanceAfter), "date": w.day(e.Time),
		"path": "/account"}, true, err
}

func readOrder(e event.Event, w writing) (words, bool, error) {
	o, err := data[event.Order](e)
	return words{"order": o.Number, "count": strconv.Itoa(len(o.DIDs)), "amount": w.amount(o.Total),
		"path": "/orders/" + o.ID}, true, err
}

// readWaiting links to the order as the customer's owners see it, or as staff do.
func readWaiting(e event.Event, w writing) (words, bool, error) {
	o, err := data[event.Order](e)
	if err != nil || o.Asked == nil || o.ApproveBy == nil {
		return nil, false, err
	}
	told := words{"order": o.Number, "amount": w.amount(*o.Asked), "date": w.day(*o.ApproveBy), "path": "/orders/" + o.ID}
	if w.toStaff {
		told["path"] = "/customers/" + e.Customer + told["path"]
	}
	return told, true, nil
}

// filters are the lists of the portal that show the numbers of a notice.
var filters = map[event.Type]string{
	event.PastDue: "past_due", event.Suspended: "suspended", event.Cancelled: "pending_release",
}

func readNumber(e event.Event, w writing) (words, bool, error) {
	n, err := data[event.Number](e)
	if err != nil {
		return nil, false, err
	}
	number, err := e164.Parse(n.DID)
	if err != nil {
		return nil, false, fmt.Errorf("notice: event %s: %w", e.ID, err)
	}
	told := words{"number": e164.Display(number), "path": "/dids?state=" + filters[e.Type]}
	if n.New != nil && n.New.PeriodEnd != nil {
		told["date"] = w.day(*n.New.PeriodEnd)
	}
	return told, true, nil
}

// readInvoice leaves out an order's invoice, because the order's receipt links to
// it.
func readInvoice(e event.Event, w writing) (words, bool, error) {
	i, err := data[event.Invoice](e)
	told := words{"invoice": i.Number, "amount": w.amount(i.Gross), "date": w.day(e.Time), "path": "/invoices/" + i.ID}
	if i.DueAt != nil {
		told["date"] = w.day(*i.DueAt)
	}
	return told, i.OrderID == "", err
}

func readCreditNote(e event.Event, w writing) (words, bool, error) {
	n, err := data[event.CreditNote](e)
	n.Gross.Amount = strings.TrimPrefix(n.Gross.Amount, "-")
	return words{"note": n.Number, "invoice": n.InvoiceNumber, "amount": w.amount(n.Gross), "reason": n.Reason,
		"path": "/invoices/" + n.ID}, true, err
}

func readImport(e event.Event, _ writing) (words, bool, error) {
	i, err := data[event.Import](e)
	return words{"file": i.Filename, "applied": strconv.FormatUint(i.Applied, 10),
		"rejected": strconv.FormatUint(i.Rejected, 10), "error": i.Error, "plan": strconv.FormatBool(i.DryRun),
		"path": "/imports/" + i.ID}, true, err
}

func readDisabling(e event.Event, _ writing) (words, bool, error) {
	d, err := data[event.Disabling](e)
	return words{"url": d.URL, "reason": d.Reason, "path": "/webhooks/" + d.Webhook}, true, err
}

// reportNames are the names of reports for people.
var reportNames = map[string]string{
	"inventory": "Inventory", "rentals": "Rentals", "utilisation": "Use of ranges", "idle": "Idle numbers",
	"revenue": "Revenue", "changes": "Changes", "nruf": "Use of US blocks (NRUF)", "rnd": "Disconnected US numbers (RND)",
}

func readReport(e event.Event, _ writing) (words, bool, error) {
	r, err := data[event.Report](e)
	return words{"report": cmp.Or(reportNames[r.Report], r.Report), "rows": strconv.FormatUint(r.Rows, 10),
		"error": r.Error, "path": "/audits"}, true, err
}
