package operate_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"didpurchase/internal/commit"
	"didpurchase/internal/lambdas/operate"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/wanttest"
)

// tenBuyers makes a table of several parts, in which one balance is wrong.
func (w operator) tenBuyers(t *testing.T) {
	t.Helper()
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
		if _, err := w.db.PutItem(t.Context(),
			&dynamodb.PutItemInput{TableName: &w.table, Item: map[string]types.AttributeValue{
				"pk": &types.AttributeValueMemberS{Value: "CUSTOMER#acme#" + c.ID},
				"sk": &types.AttributeValueMemberS{Value: "BALLAST"}, "ballast": ballast,
			}}); err != nil {
			t.Fatal(err)
		}
	}
}

const wrongBalance = "buyer7 the balance is 0.01 USD, the wallet's postings sum to 0.00 USD"

// Reconciling without enough time returns a cursor. So each difference is found
// once: here one balance, of one of many customers.
func TestReconcileInParts(t *testing.T) {
	t.Parallel()
	w := newOperator(t)
	w.tenBuyers(t)
	short, cancel := context.WithTimeout(t.Context(), 20*time.Second) // less than the time for a part
	defer cancel()
	var parts, customers int
	var details []string
	for request := []byte(`{"command": "reconcile", "carrier": "acme"}`); string(request) != "null"; parts++ {
		answer, err := w.Invoke(short, request)
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
		if request, err = json.Marshal(got.GoOn); err != nil || got.GoOn != nil && got.GoOn.Cursor != got.Cursor {
			t.Fatalf("part %d goes on with %s, %v", parts, request, err)
		}
	}
	wanttest.Equal(t, "number of customers", customers, 10)
	if len(details) != 1 {
		t.Fatalf("differences are %q, want one", details)
	}
	wanttest.Equal(t, "difference", details[0], wrongBalance)
	for request, want := range map[string]string{
		`{"command": "reconcile", "carrier": "none"}`:                 `carrier: there is no "none"`,
		`{"command": "reconcile", "repair": true}`:                    `unknown object member name "repair"`,
		`{"command": "reconcile", "cursor": "nonsense of something"}`: "not a cursor",
	} {
		if answer, err := w.Invoke(t.Context(), []byte(request)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %s, %v; want %s", request, answer, err, want)
		}
	}
}

// An automatic pass completes in several invocations, even if some die, and reports
// each difference once.
func TestPassGoesOn(t *testing.T) {
	t.Parallel()
	w := newOperator(t)
	w.tenBuyers(t)
	short, cancel := context.WithTimeout(t.Context(), 20*time.Second) // less than the time for a part
	defer cancel()
	var sum operate.Reconciled
	run := func(pass string) (got operate.Reconciled) {
		t.Helper()
		answer, err := w.Invoke(short, fmt.Appendf(nil, `{"command": "reconcile", "pass": %q}`, pass))
		if err == nil {
			err = json.Unmarshal(answer, &got)
		}
		if err != nil {
			t.Fatal(err)
		}
		sum.Customers, sum.Differences = sum.Customers+got.Customers, append(sum.Differences, got.Differences...)
		return got
	}
	if got := run("resume"); !got.Done || got.Blocks+got.Customers > 0 {
		t.Errorf("nothing to go on with: %+v", got)
	}
	first := run("begin")
	if first.Done || first.Cursor == "" {
		t.Fatalf("the table is of one part: %+v", first)
	}
	standing, err := w.store.Pass(t.Context())
	if err != nil || standing.Cursor != first.Cursor {
		t.Fatalf("%+v, %v; want the cursor %s", standing, err, first.Cursor)
	}
	taken, _ := standing.Taken(false, noon, time.Now().Add(time.Hour))
	dying, err := w.store.KeepPass(t.Context(), taken) // by an invocation that will die
	if err != nil {
		t.Fatal(err)
	}
	for _, pass := range []string{"begin", "resume"} {
		if got := run(pass); got.Done || got.Cursor != "" {
			t.Errorf("%s while another invocation works on it: %+v", pass, got)
		}
	}
	if _, err := w.store.KeepPass(t.Context(), standing); !errors.Is(err, commit.ErrMovedOn) {
		t.Errorf("a pass was taken twice: %v", err)
	}
	dying.Until = noon.Add(-time.Hour)
	if _, err := w.store.KeepPass(t.Context(), dying); err != nil {
		t.Fatal(err)
	}
	last := run("begin") // of the next night
	for rounds := 0; !last.Done && rounds < 100; rounds++ {
		last = run("resume")
	}
	wanttest.True(t, "the last part is marked as done", last.Done)
	wanttest.Equal(t, "customers in the sum", sum.Customers, 10)
	if len(sum.Differences) != 1 {
		t.Fatalf("differences in the sum are %+v, want one", sum.Differences)
	}
	wanttest.Equal(t, "difference in the sum", sum.Differences[0].Customer+" "+sum.Differences[0].Detail, wrongBalance)
	if got := run("resume"); !got.Done || got.Customers > 0 {
		t.Errorf("after its end: %+v", got)
	}
	if got := run("begin"); got.Done || got.Cursor != first.Cursor {
		t.Errorf("a new one: %+v", got)
	}
	for _, bad := range []string{`"pass": "again"`, `"pass": "begin", "carrier": "acme"`,
		`"pass": "resume", "cursor": "x"`} {
		if _, err := w.Invoke(t.Context(), []byte(`{"command": "reconcile", `+bad+`}`)); err == nil ||
			!strings.Contains(err.Error(), "pass: ") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
