package operate_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/auth"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
)

func TestAdmit(t *testing.T) {
	t.Parallel()
	w := newOperator(t)
	if _, err := w.Invoke(t.Context(), []byte(onboardAcme)); err != nil {
		t.Fatal(err)
	}
	account := ledger.Account{Customer: ledger.Customer{Carrier: "acme", ID: "shop"}, Name: "Shop", Status: ledger.Active,
		Currency: "USD", Balance: money.Zero("USD"), CreditLimit: money.Zero("USD")}
	if err := w.store.CreateCustomer(t.Context(), account); err != nil {
		t.Fatal(err)
	}
	const (
		issuer = `"issuer": "https://issuer.example"`
		buyer  = `{"command": "admit", "carrier": "acme", "user": {` + issuer +
			`, "sub": "1-2", "name": "Bea", "customer": "shop", "roles": ["buyer"]}}`
		sales = `{"command": "admit", "carrier": "acme", "user": {` + issuer +
			`, "sub": "1-3", "id": "sam", "roles": ["sales", "billing"]}}`
	)
	for _, row := range []struct{ request, answer, refused string }{
		{buyer, `{"user":"created"}`, ""},
		{buyer, `{"user":"exists"}`, ""},
		{sales, `{"user":"created"}`, ""},
		{strings.ReplaceAll(buyer, "buyer", "viewer"), "",
			`is user "1-2" of carrier "acme", customer "shop", with the roles [buyer] already`},
		{strings.ReplaceAll(buyer, "buyer", "admin"), "", `user.roles[0]: "admin" is no role of a customer`},
		{strings.ReplaceAll(sales, "billing", "buyer"), "", `user.roles[1]: "buyer" is no role of staff`},
		{strings.ReplaceAll(buyer, `"shop"`, `"shap"`), "", `user.customer: acme has no customer "shap"`},
		{strings.ReplaceAll(sales, `"acme"`, `"akme"`), "", `carrier: there is no "akme"`},
		{`{"command": "admit", "user": {}}`, "", "carrier is missing"},
		{`{"command": "admit", "carrier": "acme", "user": {}}`, "", "user.roles is empty"},
	} {
		answer, err := w.Invoke(t.Context(), []byte(row.request))
		if row.refused == "" && (err != nil || string(answer) != row.answer) {
			t.Errorf("%s: %s, %v; want %s", row.request, answer, err, row.answer)
		}
		if row.refused != "" && (err == nil || !strings.Contains(err.Error(), row.refused)) {
			t.Errorf("%s: %s, %v; want %s", row.request, answer, err, row.refused)
		}
	}
	for sub, want := range map[string]auth.Principal{
		"1-2": {Carrier: "acme", Customer: "shop", User: "1-2", Name: "Bea", Roles: []auth.Role{auth.Buyer}},
		"1-3": {Carrier: "acme", User: "sam", Roles: []auth.Role{auth.Sales, auth.Billing}},
	} {
		got, err := w.store.User(t.Context(), "https://issuer.example", sub)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v %s", err, diff)
		}
	}
}
