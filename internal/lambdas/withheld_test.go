package lambdas_test

import (
	"strings"
	"testing"

	"github.com/oklog/ulid/v2"

	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi/staff"
	"didpurchase/internal/wanttest"
)

// A withheld number keeps its properties: its country, type and package are
// shown.
func TestWithheldKeepsWhatItIs(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	const n e164.Number = 442071230000
	w.offer("acme", n, n+9)
	var before, after staff.InventoryDID
	w.as("ada", "GET", "/v1/inventory/"+n.Digits(), "").read(t, &before)
	err := w.store.Commit(t.Context(), commit.Batch{ID: ulid.Make().String(),
		Changes: []commit.Change{did.WithholdBy("acme", n, "test", w.clock)}})
	if err != nil {
		t.Fatal(err)
	}
	w.as("ada", "GET", "/v1/inventory/"+n.Digits(), "").read(t, &after)
	if after.State != "withheld" {
		t.Errorf("state %q, want withheld", after.State)
	}
	for label, pair := range map[string][2]*string{
		"country": {before.Country, after.Country}, "type": {before.Type, after.Type},
		"area": {before.Area, after.Area}, "package": {before.Package, after.Package},
	} {
		if was, is := text(pair[0]), text(pair[1]); was != is || label != "area" && is == "" {
			t.Errorf("%s: %q, was %q", label, is, was)
		}
	}
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// Messages call a rented number active, the word for its state on the wire.
func TestRefusalsUseTheWiresWords(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	const n e164.Number = 442071230000
	w.offer("acme", n, n+9)
	w.as("ada", "POST", "/v1/customers/alice/dids", `{"dids":["`+n.String()+`"],`+totalOf("3.00")[1:], "idempotency-key",
		"a")
	answer := w.as("alice", "POST", "/v1/dids/"+n.Digits()+"/restore", "")
	wanttest.Equal(t, "status", answer.Status, 409)
	wanttest.Contains(t, "body", answer.Body, `active`)
	wanttest.True(t, "the body does not contain the state's internal name, assigned",
		!strings.Contains(answer.Body, "assigned"))
}
