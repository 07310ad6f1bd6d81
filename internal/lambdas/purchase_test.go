package lambdas_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/books"
	"didpurchase/internal/httpapi/customer"
	"didpurchase/internal/httpapi/staff"
	"didpurchase/internal/wanttest"
)

// A customer's purchase, from the search to the ledger.
func TestPurchase(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	const first, last e164.Number = 442071230000, 442071230099
	w.offer("acme", first, last)

	var found customer.SearchAnswer
	w.as("alice", "GET", "/v1/available-dids?starts_with=%2B44+20+7123&limit=3", "").read(t, &found)
	wanttest.Equal(t, "search: total", found.Total, 100)
	if len(found.Data) != 3 {
		t.Fatalf("search: rows are %+v, want three", found.Data)
	}
	wanttest.Equal(t, "search: first number", found.Data[0].DID.Number, first)
	if found.NextCursor == nil {
		t.Fatal("search: no next cursor")
	}
	offer := found.Data[0]
	wanttest.Equal(t, "number as it is shown", offer.Display, "+44 20 7123 0000")
	wanttest.Equal(t, "name of the package", offer.Package.Name, "Standard")
	wanttest.Equal(t, "setup charge", offer.Setup.Amount, "1.00")
	wanttest.Equal(t, "recurring charge", offer.Recurring.Amount, "2.00")
	wanttest.Equal(t, "area", *offer.Area, "London")
	if foreign := w.as("carol", "GET", "/v1/available-dids", ""); !strings.Contains(foreign.Body, `"total":0`) {
		t.Errorf("carol sees acme's numbers: %s", foreign.Body)
	}

	var held customer.HoldAnswer
	w.as("alice", "POST", "/v1/cart/items", `{"dids":["+442071230000","+44 20 7123 0001","+442071239999"]}`).read(t, &held)
	if got := outcomes(held); got != "held held not_offered" {
		t.Errorf("alice holds: %s", got)
	}
	if held.Cart.Total.Amount != "6.00" || len(held.Cart.Items) != 2 {
		t.Errorf("cart = %+v", held.Cart)
	}
	var taken customer.HoldAnswer
	w.as("bob", "POST", "/v1/cart/items", `{"start":"+442071230001","count":2}`).read(t, &taken)
	if got := outcomes(taken); got != "unavailable held" {
		t.Errorf("bob holds: %s", got)
	}
	if gone := w.as("bob", "DELETE", "/v1/cart/items/"+url.PathEscape("+442071230001"), ""); gone.Status != 204 {
		t.Errorf("bob removes alice's: %d", gone.Status)
	}

	w.refusesOrders()
	bought := w.as("alice", "POST", "/v1/orders", `{"total":{"amount":"6.00","currency":"USD"}}`, "idempotency-key", "k1")
	var order books.Order
	bought.read(t, &order)
	wanttest.Equal(t, "order: status of the answer", bought.Status, 201)
	if len(order.DIDs) != 2 {
		t.Fatalf("order: numbers are %v, want two", order.DIDs)
	}
	wanttest.Equal(t, "order: status", order.Status, "completed")
	wanttest.Equal(t, "order: its number", order.Number, "alice-1")
	again := w.as("alice", "POST", "/v1/orders", `{"total":{"amount":"6.00","currency":"USD"}}`, "idempotency-key", "k1")
	if again.Status != 201 || again.Body != bought.Body {
		t.Errorf("the same key: %d %s, want the first answer", again.Status, again.Body)
	}
	w.agrees(order)
}

// Walking the pages gives each number once, ascending, even if numbers are bought
// meanwhile.
func TestSearchPages(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	w.offer("acme", 442071230000, 442071230049)
	w.offer("acme", 33123450000, 33123450009)
	var walked []e164.Number
	for cursor := ""; ; {
		var page customer.SearchAnswer
		w.as("acme-viewer", "GET", "/v1/available-dids?limit=7&cursor="+cursor, "").read(t, &page)
		for _, offer := range page.Data {
			walked = append(walked, offer.DID.Number)
		}
		if page.NextCursor == nil {
			break
		}
		cursor = *page.NextCursor
	}
	wanttest.Equal(t, "numbers on all pages", len(walked), 60)
	wanttest.True(t, "the numbers are sorted", slices.IsSorted(walked))
	wanttest.Equal(t, "distinct numbers on all pages", len(slices.Compact(walked)), 60)
	for _, broken := range []string{"x", "YXZhaWxhYmxlLWRpZHM6YWJj" /* available-dids:abc */} {
		got := w.as("alice", "GET", "/v1/available-dids?cursor="+broken, "")
		if got.Status != 400 || !strings.Contains(got.Body, `"parameter":"cursor"`) {
			t.Errorf("cursor %s: %d %s", broken, got.Status, got.Body)
		}
	}
	got := w.as("alice", "GET", "/v1/available-dids?contains=hello!&country=Britain", "")
	if got.Status != 400 || !strings.Contains(got.Body, `"parameter":"contains"`) {
		t.Errorf("bad filters: %d %s", got.Status, got.Body)
	}
}

// refusesOrders tries invalid orders: a wrong total, no key.
func (w *carriers) refusesOrders() {
	w.t.Helper()
	changed := w.as("alice", "POST", "/v1/orders", `{"total":{"amount":"5.00","currency":"USD"}}`, "idempotency-key", "k0")
	wanttest.Equal(w.t, "wrong total: status", changed.Status, 409)
	wanttest.Equal(w.t, "wrong total: code", changed.code(w.t), "total_changed")
	wanttest.Contains(w.t, "wrong total: body", changed.Body, `"total":{"amount":"6.00"`)
	keyless := w.as("alice", "POST", "/v1/orders", `{"total":{"amount":"6.00","currency":"USD"}}`)
	if keyless.Status != 400 || keyless.code(w.t) != "idempotency_key_required" {
		w.t.Errorf("no key: %d %s", keyless.Status, keyless.Body)
	}
}

// agrees compares wallet, ledger, rentals and order with each other.
func (w *carriers) agrees(order books.Order) {
	w.t.Helper()
	var account books.AccountView
	w.as("alice", "GET", "/v1/account", "").read(w.t, &account)
	if account.Balance.Amount != "94.00" || account.Available.Amount != "94.00" {
		w.t.Errorf("account = %+v, want 94.00", account)
	}
	var entries httpapi.List[books.LedgerEntry]
	w.as("alice", "GET", "/v1/account/ledger", "").read(w.t, &entries)
	if len(entries.Data) != 2 {
		w.t.Fatalf("ledger entries are %+v, want two", entries.Data)
	}
	wanttest.Equal(w.t, "amount of the first entry", entries.Data[0].Amount.Amount, "-6.00")
	wanttest.Equal(w.t, "balance after the first entry", entries.Data[0].BalanceAfter.Amount, "94.00")
	wanttest.Equal(w.t, "order of the first entry", *entries.Data[0].OrderID, order.ID)
	var rentals httpapi.List[books.Rental]
	w.as("alice", "GET", "/v1/dids?state=active&q=7123", "").read(w.t, &rentals)
	if len(rentals.Data) != 2 {
		w.t.Fatalf("rentals are %+v, want two", rentals.Data)
	}
	wanttest.Equal(w.t, "state of the first rental", rentals.Data[0].State, "active")
	wanttest.Equal(w.t, "next charge of the first rental", rentals.Data[0].NextCharge.Amount.Amount, "2.00")
	var shown books.Order
	w.as("alice", "GET", "/v1/orders/"+order.ID, "").read(w.t, &shown)
	if diff := cmp.Diff(order, shown); diff != "" {
		w.t.Errorf("the order that was made (-) and that is shown (+): %s", diff)
	}
	var cart customer.CartView
	w.as("alice", "GET", "/v1/cart", "").read(w.t, &cart)
	wanttest.Equal(w.t, "items in the emptied cart", len(cart.Items), 0)
	wanttest.True(w.t, "an emptied cart has no end of its holds", cart.HeldUntil == nil)
	wanttest.Equal(w.t, "total of the emptied cart", cart.Total.Amount, "0.00")
	var seen staff.InventoryDID
	w.as("ada", "GET", "/v1/inventory/442071230000", "").read(w.t, &seen)
	if seen.State != "active" || *seen.Customer != "alice" {
		w.t.Errorf("ada sees %+v", seen)
	}
}

func outcomes(a customer.HoldAnswer) string {
	var all []string
	for _, r := range a.Results {
		all = append(all, r.Outcome)
	}
	return strings.Join(all, " ")
}
