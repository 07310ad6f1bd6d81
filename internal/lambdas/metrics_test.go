package lambdas_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/oklog/ulid/v2"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/emf"
	"didpurchase/internal/faults"
	"didpurchase/internal/httpapi/books"
	"didpurchase/internal/lambdas/metered"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/shop"
)

// counts are sums by metric, and by "metric dimension-value".
type counts map[string]float64

// counted returns the sums of all functions' counts since the last call, without
// zeros. Each line must be valid for CloudWatch.
func (s *system) counted() counts {
	s.t.Helper()
	sums := counts{}
	for _, function := range slices.Sorted(maps.Keys(s.metrics)) {
		for line := range strings.Lines(s.metrics[function].String()) {
			found, err := readEMF(line)
			if err != nil {
				s.t.Errorf("%s: %v in %s", function, err, line)
			}
			for name, value := range found {
				sums[name] += value
			}
		}
		s.metrics[function].Reset()
	}
	maps.DeleteFunc(sums, func(_ string, value float64) bool { return value == 0 })
	return sums
}

// wantCounted compares the counts since the last call.
func (s *system) wantCounted(what string, want counts) {
	s.t.Helper()
	if diff := cmp.Diff(want, s.counted()); diff != "" {
		s.t.Errorf("%s: counted too little (-), too much (+): %s", what, diff)
	}
}

// readEMF reads a line strictly by the specification.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
func readEMF(line string) (counts, error) {
	var root map[string]any
	if err := json.Unmarshal([]byte(line), &root); err != nil {
		return nil, err
	}
	var metadata struct {
		Timestamp         int64
		CloudWatchMetrics []struct {
			Namespace  string
			Dimensions [][]string
			Metrics    []struct{ Name, Unit string }
		}
	}
	var raw struct {
		AWS json.RawMessage `json:"_aws"`
	}
	if err := json.Unmarshal([]byte(line), &raw); err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(strings.NewReader(string(raw.AWS)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&metadata); err != nil {
		return nil, err
	}
	if metadata.Timestamp != time.UnixMilli(metadata.Timestamp).UnixMilli() || metadata.Timestamp < 1e12 ||
		len(metadata.CloudWatchMetrics) != 1 {
		return nil, fmt.Errorf("timestamp %d, %d directives", metadata.Timestamp, len(metadata.CloudWatchMetrics))
	}
	directive, declared, found := metadata.CloudWatchMetrics[0], map[string]bool{"_aws": true}, counts{}
	if directive.Namespace != "did-purchase" || len(directive.Dimensions) != 1 || len(directive.Metrics) == 0 ||
		len(directive.Metrics) > 100 {
		return nil, fmt.Errorf("directive %+v", directive)
	}
	suffix := ""
	for _, d := range directive.Dimensions[0] {
		value, isText := root[d].(string)
		if !isText || value == "" || len(value) > 1024 || len(d) > 250 {
			return nil, fmt.Errorf("dimension %s is %v", d, root[d])
		}
		declared[d], suffix = true, suffix+" "+value
	}
	for _, m := range directive.Metrics {
		value, isNumber := root[m.Name].(float64)
		if _, again := found[m.Name+suffix]; !isNumber || math.IsInf(value, 0) || again || len(m.Name) > 1024 ||
			m.Unit != "Count" && m.Unit != "None" {
			return nil, fmt.Errorf("metric %+v is %v", m, root[m.Name])
		}
		if !slices.Contains(metered.Names, m.Name) {
			return nil, fmt.Errorf("metric %s is in no alarm and on no dashboard", m.Name)
		}
		declared[m.Name], found[m.Name+suffix] = true, value
	}
	for name := range root {
		if !declared[name] {
			return nil, fmt.Errorf("%s is neither dimension nor metric", name)
		}
	}
	return found, nil
}

// The functions' work is counted, each thing once.
func TestCounted(t *testing.T) {
	t.Parallel()
	s := newSystem(t, nil)
	const n e164.Number = 442071230000
	s.offer("acme", n, n+99)
	number := func(i e164.Number) string { return (n + i).String() }

	s.as("alice", "GET", "/v1/available-dids?contains=7123", "")
	s.as("alice", "GET", "/v1/available-dids?contains=hello!", "")
	s.as("alice", "POST", "/v1/available-dids/search", `{"dids":["+442071230000"]}`)
	s.as("alice", "GET", "/v1/coverage", "")
	s.wantCounted("a search, one that can't be read, a lookup, coverage", counts{"Searches": 2})

	s.hold("bob", number(0))
	s.wantCounted("a hold", counts{"Holds": 1})
	s.hold("alice", number(0), number(1), number(2), "+442071239999")
	s.wantCounted("one that is bob's, two that are free, one not offered", counts{"Holds": 2, "Refusals": 1})
	s.hold("alice", number(1), number(2))
	s.wantCounted("held already", counts{})

	s.as("acme-billing", "PATCH", "/v1/customers/alice", `{"tax_percent":"10"}`)
	s.as("alice", "POST", "/v1/orders", totalOf("6.00"), "idempotency-key", "k")
	s.wantCounted("another total", counts{})
	for range 2 {
		if got := s.as("alice", "POST", "/v1/orders", totalOf("6.60"), "idempotency-key", "k"); got.Status != 201 {
			t.Fatalf("order: %d %s", got.Status, got.Body)
		}
	}
	s.wantCounted("an order, and the same again", counts{"Orders": 1, "Revenue USD": 6})

	s.as("acme-sales", "POST", "/v1/customers/alice/dids",
		`{"dids":["`+number(3)+`"],"total":{"amount":"3.30","currency":"USD"}}`, "idempotency-key", "a")
	s.wantCounted("an allocation by staff", counts{"Orders": 1, "Revenue USD": 3})

	const money = `{"amount":{"amount":"%s","currency":"USD"},"reference":"%s","note":"n"}`
	s.as("acme-billing", "POST", "/v1/customers/alice/payments", fmt.Sprintf(money, "9.90", "p"))
	s.as("acme-billing", "POST", "/v1/customers/alice/refunds", fmt.Sprintf(money, "5.00", "r"))
	s.as("acme-billing", "POST", "/v1/customers/alice/adjustments", fmt.Sprintf(money, "-1.00", "a"))
	s.as("acme-billing", "POST", "/v1/customers/alice/adjustments", fmt.Sprintf(money, "1.00", "b"))
	s.wantCounted("a payment, a refund, adjustments", counts{})

	var account books.AccountView
	s.as("alice", "GET", "/v1/account", "").read(t, &account)
	if account.Balance.Amount != "95.00" { // else the orders above were refused, and count nothing
		t.Fatalf("balance %s", account.Balance.Amount)
	}
	s.as("alice", "DELETE", "/v1/dids/"+number(3), "")
	s.pass(start.AddDate(0, 1, 0))
	s.wantCounted("two renewals; cancelled and lapsed numbers don't count", counts{"Renewals": 2, "Revenue USD": 4})
	s.as("alice", "POST", "/v1/dids/"+number(3)+"/reclaim", totalOf("2.20"), "idempotency-key", "r")
	s.wantCounted("a number reclaimed, without setup", counts{"Orders": 1, "Revenue USD": 2})

	s.as("acme-billing", "POST", "/v1/customers/alice/refunds", fmt.Sprintf(money, "84.20", "all")) // 4.20 are left
	s.pass(start.AddDate(0, 2, 0))
	s.wantCounted("money for one of three", counts{"Renewals": 1, "Revenue USD": 2, "RenewalsUnpaid": 2})
}

// Revenue is by currency.
func TestRevenueByCurrency(t *testing.T) {
	t.Parallel()
	s := newSystem(t, nil)
	const n e164.Number = 442071230000
	s.offer("acme", n, n+9)
	s.must(s.store.PutPackage(t.Context(), "acme", pricing.Package{Terms: pricing.Terms{
		Package: "euro", Version: 1, Name: "Euro", Setup: money.MustParse("0", "EUR"),
		Recurring: money.MustParse("0.50", "EUR"),
		Interval:  pricing.Interval{Unit: pricing.Month, Count: 1},
	}}))
	s.offerRange(catalogue.Range{Carrier: "acme", Span: e164.Span{Start: n + 10_000, End: n + 10_009}, Package: "euro"})
	s.as("ada", "POST", "/v1/customers", `{"id":"eve","name":"Eve","currency":"EUR","credit_limit":{"amount":"5.00",`+
		`"currency":"EUR"}}`)
	for _, sale := range [][3]string{{"eve", (n + 10_000).String(), `{"amount":"0.50","currency":"EUR"}`},
		{"bob", n.String(), `{"amount":"3.00","currency":"USD"}`}} {
		body := fmt.Sprintf(`{"dids":[%q],"total":%s}`, sale[1], sale[2])
		if got := s.as("acme-sales", "POST", "/v1/customers/"+sale[0]+"/dids", body, "idempotency-key",
			"a"); got.Status != 201 {
			t.Fatalf("%d %s", got.Status, got.Body)
		}
	}
	s.wantCounted("a sale in each", counts{"Orders": 2, "Revenue EUR": 0.5, "Revenue USD": 3})
}

// Rows of files are counted when they are applied, and files that are refused are
// counted too.
func TestImportsCounted(t *testing.T) {
	t.Parallel()
	s := newSystem(t, nil)
	const file = "start,end,package\n+442071230000,+442071230009,standard\n+442071230010,+442071230019,bound\nx,y,z\n"
	s.drop("inventory/acme/a.csv", file)
	s.wantCounted("a file", counts{"ImportRowsApplied": 2, "ImportRowsRejected": 1})
	s.drop("inventory/acme/b.csv", strings.Replace(file, "x,y,z\n", "", 1))
	s.wantCounted("the same rows again", counts{})
	s.drop("inventory/acme/c.csv", "name,colour\nx,y\n")
	s.wantCounted("an unreadable file", counts{"ImportsFailed": 1})
	var planned struct{ ID string }
	s.as("ada", "POST", "/v1/imports", `{"filename":"d.csv","size":9,"dry_run":true}`).read(t, &planned)
	s.drop("uploads/acme/"+planned.ID+"/d.csv", strings.ReplaceAll(file, "+44207123", "+44207124"))
	s.wantCounted("a plan", counts{})
	s.as("ada", "POST", "/v1/imports/"+planned.ID+"/apply", "")
	s.deliver("import", s.take)
	s.wantCounted("the plan, applied", counts{"ImportRowsApplied": 2, "ImportRowsRejected": 1})
}

func TestFindingsCounted(t *testing.T) {
	t.Parallel()
	s := newSystem(t, nil)
	account, err := s.store.Account(t.Context(), ledger.Customer{Carrier: "acme", ID: "bob"})
	s.must(err)
	wrong := account
	wrong.Ver, wrong.Balance = account.Ver+1, money.MustParse("101", "USD")
	s.invoke(s.operate, map[string]string{"command": "reconcile"})
	s.wantCounted("books that agree", counts{})
	s.change(ledger.Update{SeenVer: account.Ver, To: wrong})
	s.invoke(s.operate, map[string]string{"command": "reconcile"})
	s.wantCounted("a balance that is not the sum of its entries", counts{"ReconcileFindings": 1})
}

// firstLost drops the answer to every other call of an operation: the call is
// carried out, and then repeated.
func firstLost(operation string) faults.Plan {
	return func(c faults.Call) faults.Fault {
		if c.Operation == operation && c.NthOf%2 == 1 {
			return faults.DropAfter
		}
		return faults.None
	}
}

// A change that is repeated after a lost answer counts once.
func TestLostAnswersCountOnce(t *testing.T) {
	t.Parallel()
	s := newSystem(t, map[string]faults.Plan{
		"cart": firstLost("UpdateItem"), "checkout": firstLost("TransactWriteItems"), "desk": firstLost("TransactWriteItems"),
		"renewal-worker": func(c faults.Call) faults.Fault {
			return max(firstLost("TransactWriteItems")(c), firstLost("UpdateItem")(c))
		},
		"inventory-import": firstLost("TransactWriteItems"),
	})
	const n e164.Number = 442071230000
	s.offer("acme", n, n+9)
	s.hold("alice", n.String())
	s.wantCounted("a hold", counts{"Holds": 1})
	s.as("alice", "POST", "/v1/orders", totalOf("3.00"), "idempotency-key", "k")
	s.wantCounted("an order", counts{"Orders": 1, "Revenue USD": 3})
	s.as("acme-sales", "POST", "/v1/customers/alice/dids", fmt.Sprintf(`{"dids":["%s"],%s`, n+1, totalOf("3.00")[1:]),
		"idempotency-key", "a")
	s.wantCounted("an allocation", counts{"Orders": 1, "Revenue USD": 3})
	s.as("acme-billing", "POST", "/v1/customers/alice/refunds",
		`{"amount":{"amount":"92.00","currency":"USD"},"reference":"r","note":"n"}`) // 2.00 are left
	s.pass(start.AddDate(0, 1, 0))
	s.wantCounted("a renewal, and one unpaid", counts{"Renewals": 1, "Revenue USD": 2, "RenewalsUnpaid": 1})
	s.drop("inventory/acme/a.csv", "start,end,package\n+442071240000,+442071240009,standard\nx,y,z\n")
	s.wantCounted("a file", counts{"ImportRowsApplied": 1, "ImportRowsRejected": 1})
	for _, function := range []string{"cart", "checkout", "desk", "renewal-worker", "inventory-import"} {
		if s.broken[function].Broken() == 0 {
			t.Errorf("%s lost no answer", function)
		}
	}
}

// An order that is refused because its key has placed it already does not count as
// a refusal of its numbers: they are its own.
func TestReplayIsNoRefusal(t *testing.T) {
	t.Parallel()
	s := newSystem(t, nil)
	const n e164.Number = 442071230000
	s.offer("acme", n, n+9)
	held := s.hold("alice", n.String())
	s.as("alice", "POST", "/v1/orders", totalOf("3.00"), "idempotency-key", "k")
	s.counted()
	if len(held.Results) != 1 {
		t.Fatalf("%+v", held)
	}
	alice := ledger.Customer{Carrier: "acme", ID: "alice"}
	placed := shop.IdempotencyRecord{Customer: alice, Key: "k", Body: "b", OrderID: "o", At: start,
		ExpiresAt: start.Add(shop.KeyLifetime)}
	late := did.HoldFor("acme", "alice", n, ulid.Make().String(), start.Add(time.Minute), did.Offer{Terms: pricing.Terms{
		Package: "standard", Version: 1, Setup: money.MustParse("1", "USD"), Recurring: money.MustParse("2", "USD"),
		Interval: pricing.Interval{Unit: pricing.Month, Count: 1},
	}}, start)
	metrics := emf.New("did-purchase", s.metrics["checkout"], s.env.Now)
	store := metered.Over(s.store, metrics)
	for _, changes := range [][]commit.Change{{late}, {placed, late}} {
		if err := store.Commit(context.Background(), commit.Batch{ID: ulid.Make().String(), Changes: changes}); err == nil {
			t.Fatal("a number that is rented was held")
		}
	}
	metrics.Flush()
	s.wantCounted("a number that is taken, and the same with an order that was placed", counts{"Refusals": 1})
}
