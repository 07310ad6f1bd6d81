package operate

import (
	"context"
	"time"

	"didpurchase/internal/audit"
	"didpurchase/internal/auth"
	"didpurchase/internal/carrier"
)

// Operators' acts on a carrier are in its audit. A rebuild and a reconciliation are
// not, because they change no decision of a person.

func (o operator) onboarding(ctx context.Context, c carrier.Carrier) audit.Entry {
	return audit.New(ctx, o.env.Now(), audit.Entry{Carrier: c.ID, Action: audit.CarrierOnboarded, New: audit.Values{
		"name": c.Name, "time_zone": c.TimeZone, "currency": c.Currency,
	}})
}

func (o operator) admission(ctx context.Context, u auth.User) audit.Entry {
	return audit.New(ctx, o.env.Now(), audit.Entry{
		Carrier: u.Carrier, Customer: u.Customer, Action: audit.UserAdmitted, Subject: u.ID, New: audit.OfUser(u),
	})
}

// replaying is written before the events are sent: a replay that fails half-way is
// an act too.
func (o operator) replaying(ctx context.Context, r replayRequest) audit.Entry {
	return audit.New(ctx, o.env.Now(), audit.Entry{
		Carrier: r.Carrier, Customer: r.Customer, Action: audit.WebhookReplayed, Subject: r.Webhook,
		New: audit.Values{"from": r.From.UTC().Format(time.RFC3339)},
	})
}
