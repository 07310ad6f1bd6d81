package lambdas_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/awsenv"
	"didpurchase/internal/catalogue"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/e164"
	"didpurchase/internal/event"
	"didpurchase/internal/httpapi/openapi"
	"didpurchase/internal/intake"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/revenue"
	"didpurchase/internal/routing"
	"didpurchase/internal/shop"
	"didpurchase/internal/webhook"
)

// The compared pages, and the number of records of each kind.
const (
	growthPage = 20
	fewThings  = 45 // more than two pages
	manyThings = 450
)

// The units that a page may read more if there are ten times as many records: keys
// are some bytes longer, and a binary search reads a few more.
const (
	moreShare = 1.1
	moreUnits = 4
)

// growing are the routes that read more if there is more, with the limit that they
// have instead of a page.
var growing = map[string]string{
	"GET /v1/reports/renewals": "adds up 31 days; refused beyond desk.MaxAhead rentals, and kept for ten minutes",
	"GET /v1/packages":         "a carrier has at most pricing.MaxVersions package versions",
	"GET /v1/price-rules":      "counts each rule's numbers in all ranges of the carrier, for staff",
	"GET /v1/api-keys":         "an owner has at most 100 keys",
	"GET /v1/users":            "an owner has at most 500 users",
	"GET /v1/inventory/{did}":  "shows 500 steps of a history, and reads at most 2,000",
	"GET /v1/find":             "looks at 200 customers, 50 orders and 50 imports at most",
	"GET /v1/rentals":          "its first page counts, over 20,000 rentals of 100 customers at most",
	"GET /v1/routes/changes":   "an answer reads at most routing.MaxEntries entries of the feed",
}

// TestPagesReadTheSameWhateverThereIs measures a page of every GET of the OpenAPI
// document with some records of each kind, and again with ten times as many. New
// routes are measured automatically; a new kind of record needs a line in grow.
func TestPagesReadTheSameWhateverThereIs(t *testing.T) {
	t.Parallel()
	meter := new(dynamotest.Meter)
	w := newCarriersAround(t, func(function string, env awsenv.Env) awsenv.Env {
		if function != "authorizer" {
			env.AWS = meter.Into(env.AWS)
		}
		return env
	})
	ids := w.things()
	w.addWebhooks()
	w.grow(0, fewThings)
	w.pageUnits(meter, ids) // the search loads its copy
	few := w.pageUnits(meter, ids)
	w.grow(fewThings, manyThings)
	many := w.pageUnits(meter, ids)
	stale := maps.Clone(growing)
	for _, path := range slices.Sorted(maps.Keys(many)) {
		route, _, _ := strings.Cut(path, " with ")
		if many[path] <= few[path]*moreShare+moreUnits {
			continue
		}
		delete(stale, route)
		if _, excepted := growing[route]; !excepted {
			t.Errorf("%s: %.1f read units with %d things of each kind, %.1f with %d", path, few[path], fewThings, many[path],
				manyThings)
		}
	}
	for route := range stale {
		t.Errorf("growing names %s, which reads the same however much there is", route)
	}
}

// pageUnits returns the read units of a page of each GET, by route and path.
func (w *carriers) pageUnits(meter *dynamotest.Meter, ids *strings.Replacer) map[string]float64 {
	w.t.Helper()
	units := map[string]float64{}
	for path, item := range openapi.Document().Paths {
		route := "GET " + path
		if item.Get == nil || samples[route].path == "" {
			continue
		}
		who := "alice"
		if !people[who].May(auth.Rules[route]) {
			who = "ada"
		}
		asked := ids.Replace(samples[route].path)
		for _, p := range item.Get.Parameters {
			if p.In == "query" && p.Name == "limit" {
				asked = withQuery(asked, fmt.Sprintf("limit=%d", growthPage))
			}
		}
		before := meter.Read()
		if answer := w.as(who, "GET", asked, ""); answer.Status >= 500 {
			w.t.Errorf("%s: %d %s", asked, answer.Status, answer.Body)
		}
		units[route+" with "+asked] = meter.Read() - before
	}
	return units
}

// grownWebhook is the webhook in the samples: alice's and acme's.
const grownWebhook = "01J0000000000000000000000A"

var webhookOwners = []webhook.Owner{{Carrier: "acme"}, {Carrier: "acme", ID: "alice"}}

func (w *carriers) addWebhooks() {
	w.t.Helper()
	for _, owner := range webhookOwners {
		w.must(w.store.PutWebhook(w.t.Context(), webhook.Webhook{
			Owner: owner, ID: grownWebhook, Ver: 1, URL: "https://example.com/hooks", Events: []string{"did.*"},
			Secret: "whsec_AAAA", CreatedAt: start,
		}, 0))
	}
}

// grow adds the records of each kind from one place to another.
func (w *carriers) grow(from, to int) {
	w.t.Helper()
	for i := from; i < to; i++ {
		w.growMoney(i)
		w.growStock(i)
		w.growAccess(i)
		w.growRecords(i)
	}
}

const grownFirst e164.Number = 442080000000

// growMoney adds an order of one number, with its rental, entry and invoice, a
// customer, and a month of revenue.
func (w *carriers) growMoney(i int) {
	w.t.Helper()
	alice := ledger.Customer{Carrier: "acme", ID: "alice"}
	account, err := w.store.Account(w.t.Context(), alice)
	w.must(err)
	if i%20 == 0 {
		paid, entry, err := account.Post(ledger.Payment,
			[]ledger.Posting{{Account: ledger.Cash, Amount: money.MustParse("-1000", "USD")}}, ledger.Reference{}, w.clock)
		w.must(err)
		w.change(paid, entry)
		account = paid.To
	}
	number, id := grownFirst+e164.Number(i)*e164.BlockSize, fmt.Sprintf("01JD00000000000000001%05d", i)
	onto := account.NextInvoice(w.clock)
	onto.OrderID = id
	charge := ledger.Charge{
		Book: ledger.Recurring, Net: money.MustParse("2", "USD"), Tax: money.MustParse("0.40", "USD"), Number: number,
		RentalID: "r" + number.Digits(), Package: "standard", From: start, To: start.AddDate(0, 1, 0),
	}
	update, entry, billed, err := account.Bill(ledger.Order, []ledger.Charge{charge}, onto, "", w.clock)
	w.must(err)
	move, err := did.AllocateTo("acme", "alice", number, did.DID{}, monthly, charge.RentalID, w.clock, time.UTC)
	w.must(err)
	w.change(move, update, entry, billed, shop.Order{
		Customer: alice, ID: id, Number: fmt.Sprintf("alice-g%d", i), Status: shop.Completed, Total: entry.Amount.Neg(),
		InvoiceID: billed.ID,
		EntrySeq:  entry.Seq, CreatedAt: w.clock,
		Lines: []shop.OrderLine{{Number: number, RentalID: charge.RentalID, Offer: monthly}},
	})
	w.must(w.store.CreateCustomer(w.t.Context(), ledger.Account{
		Customer: ledger.Customer{Carrier: "acme", ID: fmt.Sprintf("grown-%04d", i)}, Name: "Grown", Status: ledger.Active,
		Currency: "USD", Balance: money.Zero("USD"), CreditLimit: money.Zero("USD"),
	}))
	month := start.AddDate(0, -20-i, 0).Format("2006-01")
	w.change(revenue.Earned{Of: ledger.Customer{Carrier: "acme"}, Month: month, Sums: revenue.Sums{
		{Month: month, Package: "standard", Book: ledger.Recurring, Currency: "USD"}: money.MustParse("2", "USD"),
	}})
}

// growStock adds a span, a set, and the block of the number that alice rents, and
// a job.
func (w *carriers) growStock(i int) {
	w.t.Helper()
	first := grownFirst + e164.Number(i)*e164.BlockSize
	w.offerAs("standard", first, first+99)
	set, err := catalogue.NewSuffixes([]uint16{200, 205, 210})
	w.must(err)
	scattered := catalogue.Range{Carrier: "acme", Package: "bound", Country: "GB", Type: e164.Geographic,
		Ver: 1}.SetRange(first.Block(), set)
	w.change(intake.Placed{Range: scattered})
	taken, err := catalogue.NewSuffixes([]uint16{0})
	w.must(err)
	w.must(w.store.PutBlock(w.t.Context(), catalogue.Block{Carrier: "acme", Block: first.Block(), Taken: taken, Ver: 1}))
	if made := w.as("ada", "POST", "/v1/ranges/withhold", `{"filename":"a.csv","size":9}`); made.Status != 202 {
		w.t.Fatalf("job: %d %s", made.Status, made.Body)
	}
	w.must(w.store.PutProfile(w.t.Context(), "acme", fmt.Sprintf("grown-%04d", i), intake.Profile{}))
	w.must(w.store.PutPackage(w.t.Context(), "acme", pricing.Package{Terms: pricing.Terms{
		Package: fmt.Sprintf("grown-%04d", i), Version: 1, Name: "Grown", Setup: money.MustParse("1", "USD"),
		Recurring: money.MustParse("2", "USD"),
		Interval:  pricing.Interval{Unit: pricing.Month, Count: 1},
	}}))
}

// growAccess adds users and keys of acme and of alice.
func (w *carriers) growAccess(i int) {
	w.t.Helper()
	for _, customer := range []string{"", "alice"} {
		id := fmt.Sprintf("grown-%s-%04d", customer, i)
		w.must(w.store.CreateUser(w.t.Context(), auth.User{
			Carrier: "acme", Customer: customer, ID: id, Name: "Grown", Roles: []auth.Role{auth.Viewer},
			Issuer: w.env.OIDCIssuer, Subject: "sub-" + id, CreatedAt: start,
		}))
		w.must(w.store.CreateAPIKey(w.t.Context(), auth.APIKey{
			Carrier: "acme", Customer: customer, ID: id, Name: "grown", Hash: "hash-" + id,
			Scopes: []auth.Scope{auth.ScopesFor(customer)[0]}, CreatedAt: start,
		}))
	}
}

// growRecords adds a step to a number's history, an entry to the feed of routes,
// and deliveries.
func (w *carriers) growRecords(i int) {
	w.t.Helper()
	w.must(w.store.PutPassage(w.t.Context(), did.Passage{
		Carrier: "acme", Number: sold, Sequence: fmt.Sprintf("%030d", i+1), Incarnation: "grown", Ver: i + 1, At: start,
		From: did.Held, To: did.Assigned, Customer: "alice",
	}))
	w.must(w.store.PutFeed(w.t.Context(), "acme", start.Add(time.Duration(i)*time.Millisecond),
		routing.Entry{Number: sold, Version: fmt.Sprintf("%d", i), At: start}))
	for _, owner := range webhookOwners {
		w.must(w.store.CreateDelivery(w.t.Context(), webhook.Delivery{
			Owner: owner, Webhook: grownWebhook, ID: fmt.Sprintf("01J0000000000000000001%04d", i), EventID: "e",
			Type: event.Type("did.rented"),
			Body: "{}", Status: webhook.Delivered, CreatedAt: start, Tries: 1,
		}))
	}
}
