package whole_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"didpurchase/infra/client"
	"didpurchase/internal/wanttest"
)

// seenLocally is the longest time that a sale may take to reach the search in the
// local world.
const seenLocally = 2 * time.Second

// account has all of a customer's money and numbers.
type account struct {
	balance client.Money
	entries []client.LedgerEntry
	orders  []client.Order
	dids    []string
}

func (s *system) account(t *testing.T, user string) (a account) {
	t.Helper()
	a.balance = ask(t, s, user, client.GetAccount()).Balance
	a.entries = all(t, s, user, client.ListLedger())
	a.orders = all(t, s, user, client.ListOrders())
	for i, o := range a.orders {
		if len(o.DIDs) < o.Bought { // only small orders name their numbers
			for _, line := range all(t, s, user, client.ListOrderLines(o.ID)) {
				a.orders[i].DIDs = append(a.orders[i].DIDs, line.DID)
			}
		}
	}
	for _, d := range all(t, s, user, client.ListDIDs()) {
		a.dids = append(a.dids, d.DID)
	}
	return a
}

// balances checks that wallet, ledger, orders and numbers agree: the sum of the
// entries is the balance, their seq has no gap, every order was charged once at
// its total, and the orders' numbers are the customer's.
func (a account) balances(t *testing.T, user string) {
	t.Helper()
	slices.SortFunc(a.entries, func(x, y client.LedgerEntry) int { return x.Seq - y.Seq })
	sum, charged := 0, map[string]int{}
	for i, e := range a.entries {
		sum += cents(t, e.Amount)
		if e.Seq != i+1 || cents(t, e.BalanceAfter) != sum {
			t.Errorf("%s: entry %d is %+v, the sum is %d", user, i+1, e, sum)
		}
		if e.OrderID != nil {
			charged[*e.OrderID] -= cents(t, e.Amount)
		}
	}
	if got := cents(t, a.balance); got != sum {
		t.Errorf("%s: balance %d, ledger %d", user, got, sum)
	}
	var bought []string
	for _, o := range a.orders {
		if charged[o.ID] != cents(t, o.Total) {
			t.Errorf("%s: order %s of %s was charged %d", user, o.ID, o.Total.Amount, charged[o.ID])
		}
		delete(charged, o.ID)
		bought = append(bought, o.DIDs...)
	}
	if len(charged) > 0 {
		t.Errorf("%s: charged for orders that are not there: %v", user, charged)
	}
	slices.Sort(bought)
	slices.Sort(a.dids)
	if !slices.Equal(bought, a.dids) {
		t.Errorf("%s: ordered %v, has %v", user, bought, a.dids)
	}
}

func TestAPurchase(t *testing.T) {
	found := running.search(t, "alice", "starts_with", "4420794601", "limit", "3")
	var dids []string
	for _, o := range found.Data {
		dids = append(dids, o.DID)
	}
	before := running.account(t, "alice")
	outcomes, mine := running.hold(t, "alice", dids...)
	for _, did := range dids {
		if outcomes[did] != "held" {
			t.Fatalf("%s: %s", did, outcomes[did])
		}
	}
	theirs, _ := running.hold(t, "bob", append(dids, "+442079460199")...)
	wanttest.Equal(t, "bob's hold of a free number", theirs["+442079460199"], "held")
	wanttest.Equal(t, "bob's hold of alice's first number", theirs[dids[0]], "unavailable")
	wanttest.Equal(t, "bob's hold of alice's second number", theirs[dids[1]], "unavailable")
	wanttest.Equal(t, "bob's hold of alice's third number", theirs[dids[2]], "unavailable")
	if foreign, _ := running.hold(t, "carol", dids[0]); foreign[dids[0]] != "not_offered" {
		t.Errorf("carol, of another carrier, gets %v", foreign)
	}
	code := refused(t, running, "alice", order("other-total", usd("0.01")), http.StatusConflict)
	wanttest.Equal(t, "code for another total", code, "total_changed")
	bought := ask(t, running, "alice", order("first", mine.Total))
	at := time.Now()
	until(t, running.seen, "the three leave the search", func() bool {
		return running.search(t, "alice", "starts_with", "4420794601").Total == found.Total-4
	})
	t.Logf("out of the search %s after the order", time.Since(at).Round(time.Millisecond))
	again := ask(t, running, "alice", order("first", mine.Total))
	wanttest.Equal(t, "order under the same key", again.ID, bought.ID)
	wanttest.Equal(t, "total of the order", bought.Total, usd("9.00"))
	wanttest.Diff(t, "numbers of the order", bought.DIDs, dids)
	code = refused(t, running, "alice", order("first", usd("9.01")), http.StatusUnprocessableEntity)
	wanttest.Equal(t, "code for another order under the key", code, "idempotency_key_reused")
	after := running.account(t, "alice")
	after.balances(t, "alice")
	if got := cents(t, before.balance) - cents(t, after.balance); got != 900 || len(after.orders) != len(before.orders)+1 {
		t.Errorf("charged %d by %d orders", got, len(after.orders)-len(before.orders))
	}
}

func TestADeleteLeavesTheHoldOfSomebodyElse(t *testing.T) {
	const did = "+442079460250"
	running.hold(t, "alice", did)
	for _, form := range []string{did, "%2B442079460250", "442079460250"} {
		reply := running.as("bob")(client.Call{Method: http.MethodDelete, Path: "/v1/cart/items/" + form})
		wanttest.Equal(t, "status of bob's removal of "+form, reply.Status, http.StatusNoContent)
	}
	if theirs, _ := running.hold(t, "bob", did); theirs[did] != "unavailable" {
		t.Errorf("after bob's DELETE it is %s for bob", theirs[did])
	}
	if mine, _ := running.hold(t, "alice", did); mine[did] != "already_held" {
		t.Errorf("after bob's DELETE it is %s for alice", mine[did])
	}
	for range 2 {
		ask(t, running, "alice", client.RemoveFromCart(did))
	}
	if theirs, _ := running.hold(t, "bob", did); theirs[did] != "held" {
		t.Errorf("after alice's DELETE it is %s for bob", theirs[did])
	}
}

func TestALapsedHoldIsBackInTheSearch(t *testing.T) {
	const did = "+442079460333"
	offered := func() int { return running.search(t, "bob", "starts_with", did[1:]).Total }
	if outcomes, _ := running.hold(t, "buyer64", did); outcomes[did] != "held" {
		t.Fatalf("%v", outcomes)
	}
	until(t, running.seen, "the held number leaves the search", func() bool { return offered() == 0 })
	running.age(t, "buyer64", did, time.Now().Add(-time.Minute))
	at := time.Now()
	until(t, 90*time.Second, "the lapsed number is back", func() bool { return offered() == 1 })
	t.Logf("back in the search after %s", time.Since(at).Round(time.Second))
	if c := ask(t, running, "buyer64", client.GetCart()); len(c.Items) != 0 {
		t.Errorf("the cart still has %v", c.Items)
	}
}

// age changes the end of the only hold in the cart to the given moment, which saves
// a wait of a quarter of an hour.
func (s *system) age(t *testing.T, customer, did string, ended time.Time) {
	t.Helper()
	db := dynamodb.NewFromConfig(s.aws(s.DynamoDB))
	digits := strings.TrimPrefix(did, "+")
	for _, change := range []struct{ pk, sk, expression string }{
		{"DID#acme#" + digits[:len(digits)-4], digits, "SET #until = :t"},
		{"CUSTOMER#acme#" + customer, "CART", "SET #lines[0].#u = :t, nextAt = :t"},
	} {
		in := &dynamodb.UpdateItemInput{
			TableName: &s.Table, UpdateExpression: &change.expression,
			Key: map[string]types.AttributeValue{"pk": text(change.pk), "sk": text(change.sk)},
			ExpressionAttributeValues: map[string]types.AttributeValue{":t": text(
				ended.UTC().Format("2006-01-02T15:04:05.000Z"))},
			ExpressionAttributeNames: map[string]string{"#until": "until"},
			ConditionExpression:      aws.String("attribute_exists(pk)"),
		}
		if change.sk == "CART" {
			in.ExpressionAttributeNames = map[string]string{"#lines": "lines", "#u": "u"}
		}
		if _, err := db.UpdateItem(t.Context(), in); err != nil {
			t.Fatal(fmt.Errorf("%s: %w", change.sk, err))
		}
	}
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
