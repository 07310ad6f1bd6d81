package operate_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"didpurchase/internal/lambdas/operate"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
)

// Reconciling that is short of time says how to go on, and so finds each
// difference once: a balance here, of one of many customers.
func TestReconcileInParts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.Invoke(t.Context(), []byte(onboardAcme)); err != nil {
		t.Fatal(err)
	}
	ballast := &types.AttributeValueMemberS{Value: strings.Repeat("x", 300_000)}
	for i := range 10 { // a part of a scan is 1 MB
		c := ledger.Customer{Carrier: "acme", ID: fmt.Sprintf("buyer%d", i)}
		balance := money.Zero("USD")
		if i == 7 {
			balance = money.MustParse("0.01", "USD")
		}
		err := w.store.CreateCustomer(t.Context(), ledger.Account{
			Customer: c, Status: ledger.Active, Currency: "USD", Balance: balance, CreditLimit: money.Zero("USD"),
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &w.table, Item: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "CUSTOMER#acme#" + c.ID}, "sk": &types.AttributeValueMemberS{Value: "BALLAST"}, "ballast": ballast,
		}}); err != nil {
			t.Fatal(err)
		}
	}
	short, cancel := context.WithTimeout(t.Context(), 20*time.Second) // less than what a part may need
	defer cancel()
	var parts, customers int
	var details []string
	for cursor := ""; parts == 0 || cursor != ""; parts++ {
		answer, err := w.Invoke(short, fmt.Appendf(nil, `{"command": "reconcile", "carrier": "acme", "cursor": %q}`, cursor))
		if err != nil {
			t.Fatal(err)
		}
		var got operate.Reconciled
		if err := json.Unmarshal(answer, &got); err != nil {
			t.Fatal(err)
		}
		if got.Done != (got.Cursor == "") || parts == 0 && got.Done {
			t.Fatalf("part %d: %+v", parts, got)
		}
		customers += got.Customers
		for _, d := range got.Differences {
			details = append(details, d.Customer+" "+d.Detail)
		}
		cursor = got.Cursor
	}
	want := "buyer7 the balance is 0.01 USD, the wallet's postings sum to 0.00 USD"
	if customers != 10 || len(details) != 1 || details[0] != want {
		t.Errorf("%d customers in %d parts: %q", customers, parts, details)
	}
	for request, want := range map[string]string{
		`{"command": "reconcile", "carrier": "none"}`:                 `carrier: there is no "none"`,
		`{"command": "reconcile", "repair": true}`:                    `unknown field "repair"`,
		`{"command": "reconcile", "cursor": "nonsense of something"}`: "not a cursor",
	} {
		if answer, err := w.Invoke(t.Context(), []byte(request)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %s, %v; want %s", request, answer, err, want)
		}
	}
}
