package staff

import (
	"context"
	"net/http"
	"time"

	"didpurchase/internal/audit"
	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/shop"
)

// AuditRecords has the acts of a carrier's people and programs.
type AuditRecords interface {
	// Audit returns the entries that the query selects, newest first; next is the
	// place to continue before. They may be a moment late.
	Audit(ctx context.Context, carrier string, q audit.Query, p shop.Page) (entries []audit.Entry, next string, err error)
}

// AuditEntry is an act on the wire.
type AuditEntry struct {
	ID       string            `json:"id"`
	At       time.Time         `json:"at"`
	Actor    *httpapi.Actor    `json:"actor" doc:"Who did it."`
	Action   string            `json:"action" example:"customer.changed"`
	Customer *string           `json:"customer" doc:"The customer that it concerns; null when it concerns your carrier alone."`
	Subject  *string           `json:"subject" doc:"The changed thing: the id of a user, an API key, a webhook or an import, the name of a package or an import profile, the reference of a payment, the number of an order, the DID."`
	DIDs     []string          `json:"dids" doc:"The numbers that it concerns, where they are named one by one."`
	Old      map[string]string `json:"old" doc:"The values before, of the fields that changed."`
	New      map[string]string `json:"new" doc:"The values after."`
}

// auditInput selects acts.
type auditInput struct {
	httpapi.Page
	From     time.Time   `query:"from" doc:"The first moment; if missing, 31 days before to." example:"2026-11-01T00:00:00Z"`
	To       time.Time   `query:"to" doc:"The moment before which they were done; now if missing."`
	Actor    string      `query:"actor" maxLength:"255" doc:"The id of who did it: a user's, an API key's or an import's, or an operator's command."`
	DID      httpapi.DID `query:"did" doc:"Acts that concern this number. Changes by timers are in GET /v1/inventory/{did}."`
	Customer string      `query:"customer" maxLength:"40"`
	Action   string      `query:"action" maxLength:"40" doc:"An action such as user.removed, or all of a kind: user.*" example:"customer.*"`
}

// auditDays is the default length of the requested time, in days.
const auditDays = 31

func registerAudit(r *httpapi.Routes, records AuditRecords, now func() time.Time) {
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/audit", "list-audit", httpapi.TagStaff,
		"List who did what", "Changes by people, programs, files and operators: settings, packages, customers, money, "+
			"users, API keys, webhooks, imports, orders and rentals, newest first, with the values before and after. Entries "+
			"never change. Orders and rentals are some seconds late. An answer reads at most 1,000 entries and 24 "+
			"months, so a page may be short or empty and still have a next_cursor: follow it to the end.",
		http.StatusBadRequest),
		func(ctx context.Context, in *auditInput) (*httpapi.Out[httpapi.List[AuditEntry]], error) {
			q, err := in.query(now())
			if err != nil {
				return nil, err
			}
			return httpapi.AnswerPage("audit", in.Page, wireEntryOfAudit, func(p shop.Page) ([]audit.Entry, string, error) {
				return records.Audit(ctx, httpapi.Caller(ctx).Carrier, q, p)
			})
		})
}

func (in *auditInput) query(now time.Time) (audit.Query, error) {
	q := audit.Query{From: in.From, To: in.To, Actor: in.Actor, Customer: in.Customer, Number: in.DID.Number,
		Action: in.Action}
	if q.To.IsZero() {
		q.To = now.Add(time.Second) // includes an act of this moment
	}
	if q.From.IsZero() {
		q.From = q.To.AddDate(0, 0, -auditDays)
	}
	if q.To.Before(q.From) {
		return q, httpapi.BadParameter("to", "must not be before from")
	}
	if !audit.Known(q.Action) {
		return q, httpapi.BadParameter("action", "there is no such action")
	}
	return q, nil
}

func wireEntryOfAudit(e audit.Entry) AuditEntry {
	return AuditEntry{
		ID: e.ID, At: e.At.UTC(), Actor: httpapi.WireActor(e.By), Action: string(e.Action),
		Customer: httpapi.Optional(e.Customer), Subject: httpapi.Optional(e.Subject),
		DIDs: httpapi.Each(e.Numbers, e164.Number.String), Old: orEmpty(e.Old), New: orEmpty(e.New),
	}
}

// orEmpty returns {} for no values.
func orEmpty(v audit.Values) map[string]string {
	if v == nil {
		return map[string]string{}
	}
	return v
}
