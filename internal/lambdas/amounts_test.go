package lambdas_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

// noAmounts are texts that some readers of decimals accept as numbers.
var noAmounts = []string{
	"NaN", "nan", "sNaN1", "Infinity", "-inf", "1e3", "1E+2", "+5", ".5", "5.", "0x10", "1_000", "1,50", " 1", "1 ",
	"1000000000000000", "0.00000000001", "１", "--1", "",
}

// TestNoAmountIsTaken sends texts that are not plain decimals wherever an
// amount or a percentage is read, and checks that the accounts are unchanged.
func TestNoAmountIsTaken(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	w.offer("acme", 442071230000, 442071230009)
	w.as("alice", "POST", "/v1/cart/items", `{"dids":["+442071230000"]}`)
	for _, place := range []struct{ who, method, path, body, pointer string }{
		{"ada", "POST", "/v1/customers", `{"id":"dave","name":"Dave","tax_percent":%q}`, "/tax_percent"},
		{"ada", "POST", "/v1/customers", `{"id":"dave","name":"Dave","credit_limit":{"amount":%q,"currency":"USD"}}`,
			"/credit_limit/amount"},
		{"ada", "PATCH", "/v1/customers/alice", `{"tax_percent":%q}`, "/tax_percent"},
		{"ada", "PATCH", "/v1/customers/alice", `{"credit_limit":{"amount":%q,"currency":"USD"}}`, "/credit_limit/amount"},
		{"ada", "POST", "/v1/customers/alice/payments", `{"amount":{"amount":%q,"currency":"USD"},"reference":"r"}`,
			"/amount/amount"},
		{"ada", "POST", "/v1/customers/alice/refunds", `{"amount":{"amount":%q,"currency":"USD"},"reference":"r","note":"n"}`,
			"/amount/amount"},
		{"ada", "POST", "/v1/packages", `{"id":"p","name":"P","setup":{"amount":%q,"currency":"USD"},` +
			`"recurring":{"amount":"1","currency":"USD"},"interval":{"unit":"month","count":1}}`, "/setup/amount"},
		{"ada", "POST", "/v1/packages", `{"id":"p","name":"P","setup":{"amount":"1","currency":"USD"},` +
			`"recurring":{"amount":%q,"currency":"USD"},"interval":{"unit":"month","count":1}}`, "/recurring/amount"},
		{"alice", "POST", "/v1/orders", `{"total":{"amount":%q,"currency":"USD"}}`, "/total/amount"},
	} {
		for _, text := range noAmounts {
			what := fmt.Sprintf("%s %s %s = %q", place.method, place.path, place.pointer, text)
			reply := w.as(place.who, place.method, place.path, fmt.Sprintf(place.body, text), "Idempotency-Key", "k")
			refused(t, what, reply, 422, "invalid_request", fmt.Sprintf(`"pointer":%q`, place.pointer))
		}
	}
	for _, parameter := range []string{"max_setup", "max_recurring"} {
		for _, text := range append(noAmounts, "-1") {
			if text == "" {
				continue // no limit
			}
			target := "/v1/available-dids?" + parameter + "=" + url.QueryEscape(text)
			refused(t, target, w.as("alice", "GET", target, ""), 400, "invalid_request",
				fmt.Sprintf(`"parameter":%q`, parameter))
		}
	}
	if account := w.as("alice", "GET", "/v1/account", ""); !strings.Contains(account.Body,
		`"balance":{"amount":"100.00"`) {
		t.Errorf("account: %s", account.Body)
	}
}

// TestNothingIsNegativeZero makes zeros of negative amounts and reads them.
func TestNothingIsNegativeZero(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	w.as("ada", "POST", "/v1/customers", `{"id":"dave","name":"Dave","credit_limit":{"amount":"-0.00","currency":"USD"}}`)
	w.as("ada", "POST", "/v1/packages", `{"id":"free","name":"Free","setup":{"amount":"-0.00","currency":"USD"},`+
		`"recurring":{"amount":"-0","currency":"USD"},"interval":{"unit":"month","count":1}}`)
	w.offerAs("free", 442071230000, 442071230009)
	w.buy("k", "0.00", 442071230000)
	w.as("ada", "PATCH", "/v1/customers/alice", `{"tax_percent":"-0"}`)
	for user, targets := range map[string][]string{
		"alice": {"/v1/account", "/v1/account/ledger", "/v1/invoices", "/v1/orders", "/v1/dids", "/v1/cart",
			"/v1/account/charges"},
		"ada": {"/v1/customers", "/v1/packages"},
	} {
		for _, target := range targets {
			reply := w.as(user, "GET", target, "")
			if reply.Status != 200 {
				t.Errorf("%s: %d", target, reply.Status)
			}
			if strings.Contains(reply.Body, `"-0`) {
				t.Errorf("%s has a negative zero: %s", target, reply.Body)
			}
		}
	}
}

// TestSumsThatAreTooLargeAreRefused pays in until the balance has no room.
func TestSumsThatAreTooLargeAreRefused(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	const most = "999999999999999.99"
	refused(t, "100 and the most", w.as("ada", "POST", "/v1/customers/alice/payments", payment("r", most)), 422,
		"invalid_request", "nothing was changed")
	limit := w.as("ada", "PATCH", "/v1/customers/alice", `{"credit_limit":{"amount":"`+most+`","currency":"USD"}}`)
	if limit.Status != 200 || !strings.Contains(limit.Body, `"available":{"amount":"1000000000000099.99"`) {
		t.Errorf("credit limit: %d %s", limit.Status, limit.Body)
	}
	if account := w.as("alice", "GET", "/v1/account", ""); account.Status != 200 {
		t.Errorf("account: %d %s", account.Status, account.Body)
	}
}
