package reconcile_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/reconcile"
)

// TestDamageIsReportedAndPassedOver damages bob's items, or a block, and makes a
// difference in alice's books: both are reported.
func TestDamageIsReportedAndPassedOver(t *testing.T) {
	t.Parallel()
	twenty, err := money.ParseRate("20")
	must(t, err)
	bob := ledger.Customer{Carrier: "acme", ID: "bob"}
	bobs := func(sk string) item { return key("CUSTOMER#acme#bob", sk) }
	for what, tc := range map[string]struct {
		damaged   item
		attribute string
		value     types.AttributeValue
		customer  string
	}{
		"a balance":      {bobs("ACCOUNT"), "balance", text("NaN USD"), "bob"},
		"a credit limit": {bobs("ACCOUNT"), "creditLimit", text("Infinity USD"), "bob"},
		"a tax":          {bobs("ACCOUNT"), "taxPercent", text("NaN"), "bob"},
		"an entry":       {bobs("ENTRY#0000000001"), "amount", text("1E+9 USD"), "bob"},
		"a block":        {key("CAT#acme#4420", "T#12#44207123"), "taken", text("none"), ""},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			w := newRenewedCustomer(t)
			empty := ledger.Account{Customer: bob, Status: ledger.Active, Currency: "USD", Balance: usd("0"),
				CreditLimit: usd("0"), Tax: twenty}
			opened, entry, err := empty.Post(ledger.Payment, []ledger.Posting{{Account: ledger.Cash, Amount: usd("-1")}},
				ledger.Reference{}, noon)
			must(t, err)
			must(t, w.store.CreateCustomer(t.Context(), opened.To, entry))
			w.spoil(t, tc.damaged, func(i item) {
				if i[tc.attribute] == nil {
					t.Fatalf("%v has no %s", tc.damaged, tc.attribute)
				}
				i[tc.attribute] = tc.value
			})
			w.spoil(t, account, func(i item) { i["balance"] = text("86.00 USD") })

			found := w.all(t)
			isDamage := func(d reconcile.Difference) bool {
				return d.Kind == reconcile.Damaged && d.Customer == tc.customer && d.Carrier == "acme"
			}
			isAlices := func(d reconcile.Difference) bool {
				return d.Kind == reconcile.Balance && d.Customer == "alice" &&
					strings.HasPrefix(d.Detail, "the balance is 86.00 USD")
			}
			for label, is := range map[string]func(reconcile.Difference) bool{"the damage": isDamage,
				"alice's balance": isAlices} {
				if n := count(found, is); n != 1 {
					t.Errorf("%s is reported %d times, want once: %v", label, n, found)
				}
			}
		})
	}
}

func count(found []reconcile.Difference, is func(reconcile.Difference) bool) (n int) {
	for _, d := range found {
		if is(d) {
			n++
		}
	}
	return n
}
