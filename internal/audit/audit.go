// Package audit is the record of acts: who changed settings, prices, people,
// keys, customers, money and numbers, when, and the values before and after. An
// entry is written in the transaction of its act and never changes. The package
// knows no store and no use case.
package audit

import (
	"context"
	"slices"
	"strings"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/commit"
	"didpurchase/internal/e164"
)

// Action is an act: the kind of thing, a dot, and how it was changed.
type Action string

// The actions.
const (
	SettingsChanged   Action = "settings.changed"
	PackageAdded      Action = "package.added"
	CustomerCreated   Action = "customer.created"
	CustomerChanged   Action = "customer.changed"
	BillingChanged    Action = "billing.changed"
	PaymentEntered    Action = "payment.entered"
	RefundEntered     Action = "refund.entered"
	AdjustmentEntered Action = "adjustment.entered"
	CreditNoteIssued  Action = "credit_note.issued"
	KeyCreated        Action = "api_key.created"
	KeyRotated        Action = "api_key.rotated"
	KeyRevoked        Action = "api_key.revoked"
	CarrierOnboarded  Action = "carrier.onboarded"
	UserAdmitted      Action = "user.admitted"
	UserInvited       Action = "user.invited"
	UserReinvited     Action = "user.invited_again"
	UserChanged       Action = "user.changed"
	UserRemoved       Action = "user.removed"
	UserJoined        Action = "user.joined"
	WebhookCreated    Action = "webhook.created"
	WebhookChanged    Action = "webhook.changed"
	WebhookRotated    Action = "webhook.rotated"
	WebhookDeleted    Action = "webhook.deleted"
	WebhookReplayed   Action = "webhook.replayed"
	ProfileWritten    Action = "import_profile.written"
	ImportRequested   Action = "import.requested"
	ImportReplanned   Action = "import.planned_again"
	ImportApplied     Action = "import.applied"
	OrderSubmitted    Action = "order.submitted"
	OrderApproved     Action = "order.approved"
	OrderDeclined     Action = "order.declined"
	OrderWithdrawn    Action = "order.withdrawn"
	OrderCompleted    Action = "order.completed"
	NumberEdited      Action = "did.updated"
	NumberCancelled   Action = "did.cancelled"
	NumberRestored    Action = "did.restored"
	NumberReleased    Action = "did.released"
	NumberPortedOut   Action = "did.ported_out"

	PriceRulesSet        Action = "price_rules.set"
	PriceChangeBegun     Action = "price_change.begun"
	PriceChangeCancelled Action = "price_change.cancelled"
	AuditScheduleWritten Action = "audit_schedule.written"
	AuditScheduleDeleted Action = "audit_schedule.deleted"
	ReportRequested      Action = "report.requested"
	ReportCancelled      Action = "report.cancelled"
	ReportDownloaded     Action = "report.downloaded"
)

// Actions lists every action.
var Actions = []Action{
	CarrierOnboarded, SettingsChanged, PackageAdded, PriceRulesSet, PriceChangeBegun, PriceChangeCancelled,
	CustomerCreated, CustomerChanged, BillingChanged,
	PaymentEntered, RefundEntered, AdjustmentEntered, CreditNoteIssued,
	KeyCreated, KeyRotated, KeyRevoked, UserAdmitted, UserInvited, UserReinvited, UserChanged, UserRemoved, UserJoined,
	WebhookCreated, WebhookChanged, WebhookRotated, WebhookDeleted, WebhookReplayed, ProfileWritten, ImportRequested,
	ImportReplanned, ImportApplied,
	OrderSubmitted, OrderApproved, OrderDeclined, OrderWithdrawn,
	OrderCompleted, NumberEdited, NumberCancelled, NumberRestored, NumberReleased, NumberPortedOut,
	AuditScheduleWritten, AuditScheduleDeleted, ReportRequested, ReportCancelled, ReportDownloaded,
}

// Values are fields as people read them. They never hold a secret or its hash.
type Values map[string]string

// OfUser returns the audited values of a user; the zero User has none.
func OfUser(u auth.User) Values {
	roles := make([]string, len(u.Roles))
	for i, r := range u.Roles {
		roles[i] = string(r)
	}
	return Values{"name": u.Name, "email": u.Email, "roles": strings.Join(roles, " ")}
}

// Entry is one act.
type Entry struct {
	Carrier  string
	ID       string // a ULID; for an act found in the stream, the digits of its item
	At       time.Time
	By       auth.Actor
	Action   Action
	Customer string        // the customer that it concerns; "" for the carrier itself
	Subject  string        // the id of the changed thing; "" where the action needs none
	Numbers  []e164.Number // the single numbers that it concerns
	Old, New Values        // the values that differ
}

// Target names the entry's item.
func (e Entry) Target() string { return "audit entry " + e.Carrier + " " + e.ID }

// New completes an act with its time, the actor of the context and an id, with
// the values that differ.
func New(ctx context.Context, now time.Time, e Entry) Entry {
	e.ID, e.At, e.By = commit.NewID(now), now, auth.ActorOf(ctx)
	return e.Differing()
}

// Differing returns the entry without the values that are empty or the same before
// and after.
func (e Entry) Differing() Entry {
	e.Old, e.New = without(e.Old, e.New), without(e.New, e.Old)
	return e
}

// without returns the values that the others do not have in the same way. Empty
// ones are left out.
func without(values, others Values) Values {
	kept := Values{}
	for field, value := range values {
		if value != "" && others[field] != value {
			kept[field] = value
		}
	}
	return kept
}

// Query selects entries; a zero field selects all.
type Query struct {
	From, To time.Time // From is included, To is not
	Actor    string    // an id
	Customer string
	Number   e164.Number
	Action   string // an Action, or all of a kind: "user.*"
}

// Known reports whether a query for the action can select anything; "" selects all.
func Known(action string) bool {
	group, isGroup := strings.CutSuffix(action, "*")
	return action == "" || slices.ContainsFunc(Actions, func(a Action) bool {
		return string(a) == action || isGroup && strings.HasPrefix(string(a), group)
	})
}

// SelectsAll reports whether the query asks for every entry of its time.
func (q Query) SelectsAll() bool {
	return q.Actor == "" && q.Customer == "" && q.Number == 0 && q.Action == ""
}

// Selects reports whether the entry is among those that the query asks for.
func (q Query) Selects(e Entry) bool {
	group, isGroup := strings.CutSuffix(q.Action, "*")
	switch {
	case e.At.Before(q.From), !q.To.IsZero() && !e.At.Before(q.To):
		return false
	case q.Actor != "" && e.By.ID != q.Actor, q.Customer != "" && e.Customer != q.Customer:
		return false
	case q.Number != 0 && !slices.Contains(e.Numbers, q.Number):
		return false
	case isGroup:
		return strings.HasPrefix(string(e.Action), group)
	default:
		return q.Action == "" || q.Action == string(e.Action)
	}
}
