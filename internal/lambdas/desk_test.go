package lambdas_test

import (
	"fmt"
	"strings"
	"testing"

	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/books"
	"didpurchase/internal/httpapi/customer"
	"didpurchase/internal/httpapi/staff"
	"didpurchase/internal/wanttest"
)

func payment(reference, amount string) string {
	return fmt.Sprintf(`{"amount":{"amount":%q,"currency":"USD"},"reference":%q}`, amount, reference)
}

// A payment is entered once, by staff or by the payment provider's key, and
// restores unpaid rentals.
func TestPayments(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	const path = "/v1/customers/alice/payments"
	var key staff.IssuedKey
	w.as("ada", "POST", "/v1/api-keys", `{"name":"provider","scopes":["payments"]}`).read(t, &key)

	first := w.send(key.Key, "POST", path, payment("pi_1", "50.00"))
	again := w.as("acme-billing", "POST", path, payment("pi_1", "50.00"))
	wanttest.Equal(t, "status of the payment", first.Status, 201)
	wanttest.Equal(t, "status of the repeated payment", again.Status, 201)
	wanttest.Equal(t, "answer to the repeated payment", again.Body, first.Body)
	wanttest.Contains(t, "answer to the payment", first.Body, `"balance_after":{"amount":"150.00"`)
	wanttest.Contains(t, "answer to the payment", first.Body, `"by":"key:`)
	refused(t, "another amount", w.send(key.Key, "POST", path, payment("pi_1", "51.00")), 409, "reference_reused",
		"50.00 USD", `"pointer":"/reference"`)
	refused(t, "another currency", w.send(key.Key, "POST", path,
		strings.ReplaceAll(payment("pi_2", "5.00"), "USD", "EUR")), 422, "invalid_request", `"/amount/currency"`)
	refused(t, "nothing", w.send(key.Key, "POST", path, payment("pi_2", "0.00")), 422, "invalid_request",
		`"/amount/amount"`)
	refused(t, "nobody", w.send(key.Key, "POST", "/v1/customers/zoe/payments", payment("pi_2", "5.00")), 404, "not_found")
	for _, other := range []string{"GET /v1/customers", "GET /v1/settings", "POST /v1/customers/alice/refunds"} {
		method, target, _ := strings.Cut(other, " ")
		refused(t, other+" with a key for payments", w.send(key.Key, method, target, `{}`), 403, "forbidden")
	}
	if listed := w.as("ada", "GET", "/v1/api-keys", ""); strings.Contains(listed.Body, key.Key) ||
		!strings.Contains(listed.Body, key.Hint) {
		t.Errorf("keys: %s", listed.Body)
	}
	if gone := w.as("ada", "DELETE", "/v1/api-keys/"+key.ID, ""); gone.Status != 204 {
		t.Errorf("revoked: %d %s", gone.Status, gone.Body)
	}
	refused(t, "a revoked key", w.send(key.Key, "POST", path, payment("pi_3", "5.00")), 401, "unauthenticated")

	var entries httpapi.List[books.LedgerEntry]
	w.as("ada", "GET", "/v1/customers/alice/ledger", "").read(t, &entries)
	if len(entries.Data) != 2 {
		t.Fatalf("ledger: entries are %+v, want two", entries.Data)
	}
	wanttest.Equal(t, "ledger: kind of the first entry", entries.Data[0].Kind, "payment")
	wanttest.Equal(t, "ledger: kind of its first line", entries.Data[0].Lines[0].Kind, "payment")
	wanttest.Equal(t, "ledger: note of the first entry", *entries.Data[0].Note, "pi_1")
}

// Unpaid charges are tried again after a payment, and after a higher credit
// limit.
func TestMoneyBringsBack(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	const n e164.Number = 442071230000
	w.offer("acme", n, n+99)
	w.buy("k", "99.00", span(n, 33)...) // of 100.00
	due := start.AddDate(0, 1, 0)
	w.renew(due, span(n, 33)...)
	if r := w.rental("GET", n, "", ""); r.State != "past_due" {
		t.Fatalf("%+v", r)
	}
	w.as("acme-billing", "POST", "/v1/customers/alice/payments", payment("p", "1.00"))
	w.renew(due)
	if first, second := w.rental("GET", n, "", ""), w.rental("GET", n+1, "", ""); first.State != "active" ||
		second.State != "past_due" {
		t.Errorf("after 1.00: %s and %s", first.State, second.State)
	}
	if got := w.as("acme-billing", "PATCH", "/v1/customers/alice",
		`{"credit_limit":{"amount":"64.00","currency":"USD"}}`); got.Status != 200 ||
		!strings.Contains(got.Body, `"available":{"amount":"64.00"`) {
		t.Errorf("credit: %d %s", got.Status, got.Body)
	}
	w.renew(due)
	if last := w.rental("GET", n+32, "", ""); last.State != "active" {
		t.Errorf("on credit: %+v", last)
	}
	var account books.AccountView
	w.as("alice", "GET", "/v1/account", "").read(t, &account)
	if account.Balance.Amount != "-64.00" || account.Available.Amount != "0.00" {
		t.Errorf("%+v", account)
	}
}

func span(first e164.Number, count int) []e164.Number {
	numbers := make([]e164.Number, count)
	for i := range numbers {
		numbers[i] = first + e164.Number(i)
	}
	return numbers
}

// A customer is opened, taxed, paid for, closed, and opened again.
func TestCustomers(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	opened := w.as("ada", "POST", "/v1/customers",
		`{"id":"dave","name":"Dave","tax_percent":"20","credit_limit":{"amount":"5.00","currency":"USD"}}`)
	wanttest.Equal(t, "status of the new account", opened.Status, 201)
	wanttest.Contains(t, "the new account", opened.Body, `"available":{"amount":"5.00","currency":"USD"}`)
	wanttest.Contains(t, "the new account", opened.Body, `"tax_percent":"20"`)
	refused(t, "again", w.as("ada", "POST", "/v1/customers", `{"id":"dave","name":"Other"}`), 409, "already_exists")
	refused(t, "everything wrong", w.as("ada", "POST", "/v1/customers", `{"id":"D#1","name":"","currency":"XXZ"}`), 422,
		"invalid_request", `"/id"`, `"/name"`, `"/currency"`)
	refused(t, "a tax of 101", w.as("ada", "PATCH", "/v1/customers/dave", `{"tax_percent":"101"}`), 422, "invalid_request",
		`"/tax_percent"`)
	refused(t, "billing renames", w.as("acme-billing", "PATCH", "/v1/customers/dave", `{"name":"X"}`), 403, "forbidden")

	w.as("acme-billing", "PATCH", "/v1/customers/alice", `{"tax_percent":"8.25"}`)
	w.offer("acme", 442071230000, 442071230009)
	w.buy("k", "3.24", 442071230000) // 0.0825 and 0.165, half even
	var bought books.Invoice
	w.as("acme-viewer", "GET", "/v1/customers/alice/invoices/alice-inv-1", "").read(t, &bought)
	if len(bought.Lines) != 2 {
		t.Fatalf("invoice: lines are %+v, want two", bought.Lines)
	}
	wanttest.Equal(t, "invoice: tax of the first line", bought.Lines[0].Tax.Amount, "0.08")
	wanttest.Equal(t, "invoice: tax of the second line", bought.Lines[1].Tax.Amount, "0.16")
	wanttest.Equal(t, "invoice: tax", bought.Tax.Amount, "0.24")
	wanttest.Equal(t, "invoice: gross amount", bought.Gross.Amount, "3.24")

	for _, status := range []string{"closed", "active"} {
		if got := w.as("ada", "PATCH", "/v1/customers/alice", fmt.Sprintf(`{"status":%q}`, status)); got.Status != 200 ||
			!strings.Contains(got.Body, status) {
			t.Errorf("%s: %d %s", status, got.Status, got.Body)
		}
		held := w.as("alice", "POST", "/v1/cart/items", `{"dids":["+442071230001"]}`)
		if status == "closed" {
			refused(t, "a closed account holds", held, 409, "illegal_state")
			refused(t, "a closed account extends", w.as("alice", "POST", "/v1/cart/extend", ""), 409, "illegal_state")
			refused(t, "staff allocate to a closed account",
				w.as("ada", "POST", "/v1/customers/alice/dids", `{"dids":["+442071230002"],`+totalOf("3.24")[1:], "idempotency-key",
					"k3"), 409, "illegal_state")
			refused(t, "a closed account buys", w.as("alice", "POST", "/v1/orders", totalOf("3.24"), "idempotency-key", "k2"),
				409, "illegal_state")
			refused(t, "a closed account pays in", w.as("ada", "POST", "/v1/customers/alice/payments", payment("p", "1.00")),
				409, "illegal_state")
			continue
		}
		if got := w.as("alice", "POST", "/v1/orders", totalOf("3.24"), "idempotency-key", "k2"); got.Status != 201 {
			t.Errorf("opened again: %d %s", got.Status, got.Body)
		}
	}
}

// A new version is for new rentals, from its day on; a package that is over is
// not offered.
func TestPackages(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	w.offer("acme", 442071230000, 442071230009)
	w.buy("k", "3.00", 442071230000)
	version := `{"id":"standard","name":"Standard","setup":{"amount":"0.00","currency":"USD"},"recurring":{"amount":"5.00","currency":"USD"},
		"interval":{"unit":"month","count":1},"alignment":{"month_days":[15,"last"],"prorated":true},"min_term_days":30,%s}`
	announced := fmt.Sprintf(version, `"active_from":"2026-12-01T00:00:00Z","active_until":"2027-01-01T00:00:00Z"`)
	for range 2 { // again changes nothing
		got := w.as("ada", "POST", "/v1/packages", announced)
		wanttest.Equal(t, "status", got.Status, 201)
		wanttest.Contains(t, "body", got.Body, `"version":2,"on_sale":false`)
		wanttest.Contains(t, "body", got.Body, `"month_days":[15,"last"]`)
	}
	var all httpapi.List[staff.Package]
	w.as("acme-viewer", "GET", "/v1/packages?versions=all", "").read(t, &all)
	if len(all.Data) != 3 {
		t.Fatalf("versions are %+v, want three", all.Data)
	}
	wanttest.True(t, "the second version is on sale", all.Data[1].OnSale)
	wanttest.True(t, "the third version is not on sale", !all.Data[2].OnSale)
	price := func(want string) {
		t.Helper()
		found := w.as("alice", "GET", "/v1/available-dids?limit=1", "")
		if want == "" && strings.Contains(found.Body, `"total":0`) || want != "" &&
			strings.Contains(found.Body, `"recurring":{"amount":"`+want) {
			return
		}
		t.Errorf("at %s: %s, want the price %q", w.clock, found.Body, want)
	}
	price("2.00")
	w.clock = start.AddDate(0, 0, 7) // 1 December
	price("5.00")
	w.as("alice", "POST", "/v1/cart/items", `{"dids":["+442071230001"]}`)
	w.buy("k2", "4.67", 442071230001) // 14 of the 15 days from 30 November to 15 December
	r := w.rental("GET", 442071230001, "", "")
	wanttest.Equal(t, "a new rental: recurring charge", r.Recurring.Amount, "5.00")
	wanttest.Equal(t, "a new rental: day on which the period ends", r.PeriodEnd.Day(), 15)
	wanttest.True(t, "a new rental has a minimum term", r.MinimumTermEnds != nil)
	if r := w.rental("GET", 442071230000, "", ""); r.Recurring.Amount != "2.00" {
		t.Errorf("an old rental: %+v", r)
	}
	w.clock = start.AddDate(0, 1, 8) // 1 January
	price("")
	var held customer.HoldAnswer
	w.as("alice", "POST", "/v1/cart/items", `{"dids":["+442071230002"]}`).read(t, &held)
	if outcomes(held) != "not_offered" {
		t.Errorf("of a package that is over: %s", outcomes(held))
	}
	refused(t, "days of the month of a week",
		w.as("ada", "POST", "/v1/packages", strings.Replace(announced, `"unit":"month"`, `"unit":"week"`, 1)), 422,
		"invalid_request", `"/alignment"`)
	refused(t, "the 32nd", w.as("ada", "POST", "/v1/packages", strings.Replace(announced, "15,", "32,", 1)), 422,
		"invalid_request", "month_days")
	refused(t, "a cent of a cent", w.as("ada", "POST", "/v1/packages", strings.Replace(announced, "5.00", "5.001", 1)),
		422, "invalid_request", `"/recurring"`)
}

// The carrier's rules apply from the moment of their change; staff cancel for a
// customer by them.
func TestSettingsAndStaffsCancellation(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	const n e164.Number = 442071230000
	w.offer("acme", n, n+9)
	w.buy("k", "6.00", n, n+1)
	changed := w.as("ada", "PATCH", "/v1/settings", `{"aging_days":3,"time_zone":"Europe/London"}`)
	wanttest.Equal(t, "status of the change", changed.Status, 200)
	wanttest.Contains(t, "changed settings", changed.Body, `"aging_days":3`)
	wanttest.Contains(t, "minimums of 3 days", changed.Body, `"aging_minimums":[{"country":"AS","days":45}`)
	longer := w.as("ada", "PATCH", "/v1/settings", `{"aging_days":45}`)
	wanttest.Contains(t, "minimums of 45 days", longer.Body, `"aging_minimums":[]`)
	w.as("ada", "PATCH", "/v1/settings", `{"aging_days":3}`)
	wanttest.Contains(t, "settings that a viewer reads", w.as("acme-viewer", "GET", "/v1/settings", "").Body,
		"Europe/London")
	refused(t, "bad settings", w.as("ada", "PATCH", "/v1/settings", `{"grace_days":-1,"catch_up":0,"time_zone":"Local"}`),
		422, "invalid_request", `"/grace_days"`, `"/catch_up"`, `"/time_zone"`)

	got := w.as("acme-success", "DELETE", "/v1/customers/alice/dids/"+n.Digits(), "")
	if got.Status != 200 || !strings.Contains(got.Body, "pending_release") {
		t.Errorf("%d %s", got.Status, got.Body)
	}
	due := start.AddDate(0, 1, 0)
	w.renew(due, n, n+1)
	if r := w.rental("GET", n, "", ""); r.State != "aging" || !r.NextEvent.Equal(due.AddDate(0, 0, 3)) {
		t.Errorf("%+v", r)
	}
	var dids httpapi.List[books.Rental]
	w.as("acme-viewer", "GET", "/v1/customers/alice/dids?state=active", "").read(t, &dids)
	if len(dids.Data) != 1 || dids.Data[0].DID.Number != n+1 {
		t.Errorf("%+v", dids.Data)
	}
}

// Staff rent numbers to a customer, and the customer's account pays; one number
// is ported out.
func TestAllocationAndPortOut(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	const n e164.Number = 442071230000
	w.offer("acme", n, n+9)
	body := func(total string, numbers ...e164.Number) string {
		return fmt.Sprintf(`{"dids":["%s"],%s`, strings.Trim(strings.ReplaceAll(fmt.Sprint(numbers), " ", `","`), "[]"),
			totalOf(total)[1:])
	}
	const path = "/v1/customers/alice/dids"
	w.as("bob", "POST", "/v1/cart/items", `{"dids":["+442071230002"]}`)
	refused(t, "held by bob, not offered", w.as("acme-sales", "POST", path, body("9.00", n, n+2, n+20), "idempotency-key",
		"a"), 409, "dids_unavailable", (n + 2).String(), (n + 20).String())
	refused(t, "another total", w.as("acme-sales", "POST", path, body("9.00", n, n+1), "idempotency-key", "a"), 409,
		"total_changed", `"total":{"amount":"6.00"`)
	first := w.as("acme-sales", "POST", path, body("6.00", n, n+1), "idempotency-key", "a")
	again := w.as("acme-sales", "POST", path, body("6.00", n+1, n), "idempotency-key", "a")
	if first.Status != 201 || first.Body != again.Body {
		t.Fatalf("%d %s, then %d %s", first.Status, first.Body, again.Status, again.Body)
	}
	refused(t, "the key again", w.as("acme-sales", "POST", path, body("3.00", n), "idempotency-key", "a"), 422,
		"idempotency_key_reused")
	refused(t, "rented already", w.as("acme-sales", "POST", path, body("3.00", n), "idempotency-key", "b"), 409,
		"dids_unavailable")
	if r := w.rental("GET", n, "", ""); r.State != "active" {
		t.Errorf("%+v", r)
	}

	port := "/v1/inventory/" + n.Digits() + "/port-out"
	for range 2 {
		if got := w.as("ada", "POST", port, ""); got.Status != 200 || !strings.Contains(got.Body, `"state":"ported_out"`) {
			t.Errorf("%d %s", got.Status, got.Body)
		}
	}
	r := w.rental("GET", n, "", "")
	wanttest.Equal(t, "state", r.State, "ported_out")
	wanttest.True(t, "a ported number has no next charge", r.NextCharge == nil)
	wanttest.True(t, "a ported number has no next event", r.NextEvent == nil)
	refused(t, "a number that bob holds", w.as("ada", "POST", "/v1/inventory/442071230002/port-out", ""), 409,
		"illegal_state")
	refused(t, "cancelling a ported number", w.as("alice", "DELETE", "/v1/dids/"+n.Digits(), ""), 409, "illegal_state")
}
