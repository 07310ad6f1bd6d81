// Package event derives events about numbers, orders, money and imports for other
// systems. An event is derived from an item before and after a write, in the
// table's stream, so that no use case writes events and none is lost. It knows
// neither receivers nor transports.
package event

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
)

// Type is the type of an event.
type Type string

// The types. Test is sent to one webhook on request.
const (
	Rented         Type = "did.rented"
	Renewed        Type = "did.renewed"
	PastDue        Type = "did.past_due"
	Suspended      Type = "did.suspended"
	Reactivated    Type = "did.reactivated"
	Cancelled      Type = "did.cancelled"
	Restored       Type = "did.restored"
	Released       Type = "did.released"
	Available      Type = "did.available"
	PortedOut      Type = "did.ported_out"
	Updated        Type = "did.updated"
	OrderWaiting   Type = "order.awaiting_approval"
	OrderApproved  Type = "order.approved"
	OrderCompleted Type = "order.completed"
	OrderRejected  Type = "order.rejected"
	Paid           Type = "payment.received"
	Invoiced       Type = "invoice.issued"
	Credited       Type = "credit_note.issued"
	BalanceLow     Type = "balance.low"
	PriceChanged   Type = "price.changed"
	ImportFinished Type = "import.finished"
	ImportFailed   Type = "import.failed"
	ReportFinished Type = "report.finished"
	ReportFailed   Type = "report.failed"
	HookDisabled   Type = "webhook.disabled"
	Test           Type = "webhook.test"
)

// Kind describes a type of event.
type Kind struct {
	Type Type
	When string // it happens, for the API's document
	Data any    // a zero value of its data
}

// Kinds lists every type of event.
var Kinds = []Kind{
	{Rented, "A customer rents the number: by an order, an allocation, an adoption or a reclaim.", Number{}},
	{Renewed, "The next period was paid in time.", Number{}},
	{PastDue, "The due amount could not be charged. The number still works.", Number{}},
	{Suspended, "The grace is over and the due amount is unpaid. The number no longer works.", Number{}},
	{Reactivated, "What was due is paid.", Number{}},
	{Cancelled, "The rental ends with its paid period.", Number{}},
	{Restored, "The cancellation was taken back.", Number{}},
	{Released, "The rental ended. The number rests before it is sold again.", Number{}},
	{Available, "The number can be sold again, after its rest or after staff withheld it.", Number{}},
	{PortedOut, "The number went to another carrier.", Number{}},
	{Updated, "The destination, the label or the tags changed.", Number{}},
	{OrderWaiting, "The order waits for the approval of the customer's owner or the carrier's staff; its numbers are reserved.", Order{}},
	{OrderApproved, "The order was approved and paid. Its numbers become rentals.", Order{}},
	{OrderCompleted, "Every number of the order is rented.", Order{}},
	{OrderRejected, "The order bought nothing.", Order{}},
	{Paid, "A payment was entered.", Payment{}},
	{Invoiced, "An invoice was issued: its period is over, and it has its number. It does not change any more.",
		Invoice{}},
	{Credited, "A credit note was issued. Its amount is in the balance.", CreditNote{}},
	{PriceChanged, "Numbers that you rent have a new price from a later period on, or such a change was cancelled: then " +
		"they keep their price.", PriceChange{}},
	{BalanceLow, "A charge left less than it took, so that the same charge again can't be paid.", Balance{}},
	{ImportFinished, "A file was imported, or its plan is ready to be looked at.", Import{}},
	{ImportFailed, "A file could not be imported.", Import{}},
	{ReportFinished, "A report can be downloaded.", Report{}},
	{ReportFailed, "A report could not be made.", Report{}},
	{HookDisabled, "A webhook was disabled, because it failed for three days or answered 410. Its owner's other " +
		"webhooks get this.", Disabling{}},
	{Test, "Somebody asked for a test of the webhook.", Trial{}},
}

// Amount is money as the API writes it.
type Amount struct {
	Amount   string `json:"amount" example:"10.00"`
	Currency string `json:"currency" example:"USD"`
}

func moneyOf(a money.Amount) Amount { return Amount{a.Number(), a.Currency()} }

// Trial is the data of a test.
type Trial struct {
	Webhook string `json:"webhook" doc:"The id of the webhook."`
}

// Disabling is the data of a disabled webhook.
type Disabling struct {
	Webhook      string    `json:"webhook" doc:"The id of the webhook."`
	URL          string    `json:"url"`
	Version      int       `json:"version" doc:"Of the webhook."`
	Reason       string    `json:"reason" example:"it failed for three days"`
	FailingSince time.Time `json:"failing_since"`
}

// OfDisabling returns the event of a webhook that was disabled.
func OfDisabling(owner ledger.Customer, at time.Time, d Disabling) Event {
	return of(owner, HookDisabled, at, id("webhook", owner.Carrier, d.Webhook, version(d.Version),
		d.FailingSince.UTC().Format(time.RFC3339Nano)), d)
}

// Report is the data of the events of a report.
type Report struct {
	ID       string `json:"id" doc:"The id of the report."`
	Version  int    `json:"version" doc:"The version of the report."`
	Report   string `json:"report" example:"inventory" doc:"The kind of the report."`
	Format   string `json:"format" enum:"csv,xlsx"`
	Schedule string `json:"schedule,omitempty" doc:"The name of its schedule; missing for a report that was asked for."`
	Rows     uint64 `json:"rows"`
	Error    string `json:"error,omitempty" doc:"Why it failed."`
}

// OfReport returns the event of a report that finished.
func OfReport(carrier string, at time.Time, by auth.Actor, r Report) Event {
	t := ReportFinished
	if r.Error != "" {
		t = ReportFailed
	}
	return of(ledger.Customer{Carrier: carrier}, t, at, id("report", carrier, r.ID, version(r.Version)), r).by(by)
}

// Event is an event in the form in which it is sent.
type Event struct {
	ID       string    `json:"id" doc:"The same for every repeat of the event."`
	Type     Type      `json:"type"`
	Time     time.Time `json:"time"`
	Carrier  string    `json:"carrier"`
	Customer string    `json:"customer,omitempty" doc:"The customer that it concerns; missing when it concerns the carrier alone."`
	Actor    *ActorRef `json:"actor,omitempty" doc:"Who made the change; missing when that is not recorded."`
	Data     any       `json:"data"`
}

// ActorRef refers to the actor of a change. It has no name, because a customer's
// webhook must not learn the names of the carrier's people.
type ActorRef struct {
	Kind string `json:"kind" enum:"user,api_key,import,schedule,operator,payment_provider"`
	ID   string `json:"id,omitempty"`
}

// by returns the event with the actor; an unknown one is left out.
func (e Event) by(a auth.Actor) Event {
	if a != (auth.Actor{}) {
		e.Actor = &ActorRef{string(a.Kind), a.ID}
	}
	return e
}

// id names an event by the item that changed and its version, so that a repeat
// has the same id. A digest keeps customers' names out of it.
func id(item ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(item, "|")))
	return "evt_" + hex.EncodeToString(sum[:16])
}

func version(n int) string { return strconv.Itoa(n) }

// Matches reports whether a type is among the patterns of a webhook: a type,
// "did.*" for all types of a group, or "*" for all.
func Matches(patterns []string, t Type) bool {
	group, _, _ := strings.Cut(string(t), ".")
	return slices.Contains(patterns, string(t)) || slices.Contains(patterns, group+".*") || slices.Contains(patterns, "*")
}

// IsPattern reports whether a pattern matches at least one type of event.
func IsPattern(pattern string) bool {
	return slices.ContainsFunc(Kinds, func(k Kind) bool { return k.Type != Test && Matches([]string{pattern}, k.Type) })
}
