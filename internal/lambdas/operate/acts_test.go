package operate_test

import (
	"testing"
	"time"

	"didpurchase/internal/audit"
	"didpurchase/internal/auth"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
	"didpurchase/internal/webhook"
)

// An operator's acts for a carrier are in the carrier's audit, once.
func TestActsOfOperators(t *testing.T) {
	t.Parallel()
	w := newOperator(t)
	for _, request := range []string{
		onboardAcme, onboardAcme,
		`{"command": "admit", "carrier": "acme", "user": {"issuer": "https://issuer.example", "sub": "1-3", "id": "sam", ` +
			`"roles": ["sales", "billing"]}}`,
	} {
		if _, err := w.Invoke(t.Context(), []byte(request)); err != nil {
			t.Fatal(err)
		}
	}
	hook := webhook.Webhook{Owner: webhook.Owner{Carrier: "acme"}, ID: "01J0000000000000000000000A", CreatedAt: noon}
	if err := w.store.PutWebhook(t.Context(), hook, 0); err != nil {
		t.Fatal(err)
	}
	const replay = `{"command": "replay", "carrier": "acme", "webhook": "01J0000000000000000000000A", "from": ` +
		`"2026-01-30T10:00:00Z"}`
	if _, err := w.Invoke(t.Context(), []byte(replay)); err != nil {
		t.Fatal(err)
	}
	entries, _, err := w.store.Audit(t.Context(), "acme", audit.Query{To: noon.Add(time.Hour)}, shop.Page{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	acts := map[audit.Action][]audit.Entry{}
	for _, e := range entries {
		wanttest.True(t, "an id", e.ID != "")
		wanttest.Equal(t, "time", e.At, noon)
		acts[e.Action] = append(acts[e.Action], audit.Entry{By: e.By, Subject: e.Subject, New: e.New})
	}
	by := func(command string) auth.Actor { return auth.Actor{Kind: auth.ByOperator, ID: command} }
	wanttest.Diff(t, "onboarded", acts[audit.CarrierOnboarded], []audit.Entry{{By: by("onboard"),
		New: audit.Values{"name": "Acme Telecom", "time_zone": "Europe/London", "currency": "USD"}}})
	wanttest.Diff(t, "replayed", acts[audit.WebhookReplayed], []audit.Entry{{By: by("replay"), Subject: hook.ID,
		New: audit.Values{"from": "2026-01-30T10:00:00Z"}}})
	admitted := map[string]audit.Entry{}
	for _, e := range acts[audit.UserAdmitted] {
		admitted[e.Subject] = e
	}
	wanttest.Diff(t, "admitted", admitted, map[string]audit.Entry{
		"ada": {By: by("onboard"), Subject: "ada", New: audit.Values{"name": "Ada", "roles": "admin"}},
		"sam": {By: by("admit"), Subject: "sam", New: audit.Values{"roles": "sales billing"}},
	})
}
