package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/auth"
	"didpurchase/internal/commit"
	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/books"
	"didpurchase/internal/httpapi/customer"
	"didpurchase/internal/httpapi/httpapitest"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

// shopThat answers every call in the same way: these tests are about HTTP; the shop
// has its own tests.
type shopThat struct {
	fails   error
	numbers []e164.Number // the numbers that Hold or Remove received
	limit   int
	after   string
}

func (s *shopThat) View(context.Context, ledger.Customer) (shop.View, error) {
	return shop.View{}, s.fails
}

func (s *shopThat) Hold(_ context.Context, _ ledger.Customer, numbers []e164.Number) ([]shop.Result, shop.View, error) {
	s.numbers = numbers
	return nil, shop.View{}, s.fails
}

func (s *shopThat) Remove(_ context.Context, _ ledger.Customer, n e164.Number) error {
	s.numbers = []e164.Number{n}
	return s.fails
}

func (s *shopThat) Extend(context.Context, ledger.Customer) (shop.View, error) {
	return shop.View{}, s.fails
}

func (s *shopThat) Checkout(context.Context, ledger.Customer, string, money.Amount) (shop.Order, error) {
	return shop.Order{Status: shop.Completed}, s.fails
}

func (s *shopThat) Order(context.Context, ledger.Customer, string) (shop.Order, error) {
	return shop.Order{}, s.fails
}

func (s *shopThat) Orders(_ context.Context, _ ledger.Customer, p shop.Page) ([]shop.Order, string, error) {
	s.limit, s.after = p.Limit, p.After
	return []shop.Order{{ID: "01"}}, "next place", s.fails
}

func (s *shopThat) PlaceOrder(context.Context, ledger.Customer, string, shop.Wanted) (shop.Order, error) {
	return shop.Order{}, s.fails
}

func (s *shopThat) PlanOrder(context.Context, ledger.Customer, shop.Wanted) (shop.Plan, error) {
	return shop.Plan{}, s.fails
}

func (s *shopThat) CancelOrder(context.Context, ledger.Customer, string) (shop.Order, error) {
	return shop.Order{}, s.fails
}

func (s *shopThat) OrderLines(context.Context, ledger.Customer, string, shop.LinePlace,
	int) ([]shop.OrderLine, shop.LinePlace, error) {
	return nil, shop.LinePlace{}, s.fails
}

func cartOf(s *shopThat) func(*slog.Logger) http.Handler {
	return func(log *slog.Logger) http.Handler { return httpapi.Handler(log, time.Now, customer.Cart{Service: s}) }
}

func ordersOf(s *shopThat) func(*slog.Logger) http.Handler {
	return func(log *slog.Logger) http.Handler {
		return httpapi.Handler(log, time.Now, customer.Orders{Service: s, Records: s})
	}
}

func TestEveryErrorHasItsProblem(t *testing.T) {
	usd := func(n string) money.Amount { return money.MustParse(n, "USD") }
	for _, c := range []struct {
		err    error
		status int
		code   string
		want   []string // in the body
	}{
		{commit.ErrNotFound, 404, "not_found", nil},
		{fmt.Errorf("wrapped: %w", &shop.Unavailable{Numbers: []e164.Number{442071234567}}), 409, "dids_unavailable",
			[]string{`"did":"+442071234567"`}},
		{&shop.TotalChanged{Confirmed: usd("3"), Today: usd("4")}, 409, "total_changed",
			[]string{`"confirmed_total":{"amount":"3.00","currency":"USD"}`, `"total":{"amount":"4.00","currency":"USD"}`}},
		{shop.ErrCartEmpty, 409, "illegal_state", nil},
		{shop.ErrKeyReused, 422, "idempotency_key_reused", []string{`"parameter":"Idempotency-Key"`}},
		{&ledger.InsufficientFunds{Needed: usd("9"), Available: usd("1.5")}, 402, "insufficient_funds",
			[]string{`"needed":{"amount":"9.00"`, `"available":{"amount":"1.50"`}},
		{ledger.ErrAccountClosed, 409, "illegal_state", nil},
		{errors.New("dynamodb: secret table name"), 500, "internal_error", nil},
		{fmt.Errorf("%w: secret table name", commit.ErrContended), 503, "busy", nil},
		{fmt.Errorf("secret table name: %w", commit.ErrUnavailable), 503, "busy", nil},
		{fmt.Errorf("%w: %w", shop.ErrInProgress, commit.ErrContended), 409, "in_progress", nil},
	} {
		w, p, log := httpapitest.Send(t, ordersOf(&shopThat{fails: c.err}), &httpapitest.Buyer, "POST", "/v1/orders",
			`{"total":{"amount":"3.00","currency":"USD"}}`, "Idempotency-Key", "k", "Content-Type", "application/json")
		if w.Code != c.status || p.Code != c.code {
			t.Errorf("%v: %d %s, want %d %s", c.err, w.Code, w.Body, c.status, c.code)
		}
		again := p.Code == "busy" || p.Code == "in_progress"
		if wait := w.Header().Get("Retry-After"); (wait == "1") != again {
			t.Errorf("%v: Retry-After %q", c.err, wait)
		}
		for _, want := range c.want {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%v: %s lacks %s", c.err, w.Body, want)
			}
		}
		if strings.Contains(w.Body.String(), "secret") {
			t.Errorf("the answer contains a text that only the log may have: %s", w.Body)
		}
		if c.status >= 500 != strings.Contains(log, "secret table name") {
			t.Errorf("%v: log = %s", c.err, log)
		}
	}
}

func TestBadRequestsNameTheField(t *testing.T) {
	const total = `{"total":{"amount":"3.00","currency":"USD"}}`
	for _, c := range []struct {
		method, target, body string
		status               int
		code                 string
		at                   string // pointer or parameter
	}{
		{"POST", "/v1/cart/items", `{"dids":["+442071234567","hello"]}`, 422, "invalid_request", "/dids/1"},
		{"POST", "/v1/cart/items", `{"dids":["+0442071234567"]}`, 422, "invalid_request", "/dids/0"},
		{"POST", "/v1/cart/items", `{"dids":[]}`, 422, "invalid_request", "/dids"},
		{"POST", "/v1/cart/items", `{}`, 422, "invalid_request", "/dids"},
		{"POST", "/v1/cart/items", `{"start":"+442071234567"}`, 422, "invalid_request", "/count"},
		{"POST", "/v1/cart/items", `{"start":"+99999","count":2}`, 422, "invalid_request", "/count"},
		{"POST", "/v1/cart/items", `{"start":"+442071234567","count":101}`, 422, "invalid_request", "/count"},
		{"POST", "/v1/cart/items", `{"start":"+442071234567","count":2,"dids":["+442071234567"]}`, 422, "invalid_request",
			"/dids"},
		{"POST", "/v1/cart/items", `{"numbers":["+442071234567"]}`, 422, "invalid_request", "/numbers"},
		{"POST", "/v1/cart/items", `{"dids":`, 400, "invalid_request", ""},
		{"POST", "/v1/cart/items", ``, 400, "invalid_request", ""},
		{"POST", "/v1/cart/items", `[]`, 422, "invalid_request", ""},
		{"POST", "/v1/cart/items", `{"dids":["` + strings.Repeat("1", 1<<20) + `"]}`, 413, "request_entity_too_large", ""},
		{"DELETE", "/v1/cart/items/hello", ``, 400, "invalid_request", "did"},
		{"POST", "/v1/orders", `{"total":{"amount":"3.00"}}`, 422, "invalid_request", "/total"},
		{"POST", "/v1/orders", `{"total":{"amount":"3.001","currency":"USD"}}`, 422, "invalid_request", "/total"},
		{"POST", "/v1/orders", `{"total":{"amount":"1e3","currency":"USD"}}`, 422, "invalid_request", "/total/amount"},
		{"POST", "/v1/orders", `{"total":3}`, 422, "invalid_request", "/total"},
		{"POST", "/v1/orders?key=", total, 400, "invalid_request", "key"},
		{"GET", "/v1/orders?limit=201", "", 400, "invalid_request", "limit"},
		{"GET", "/v1/orders?limit=0", "", 400, "invalid_request", "limit"},
		{"GET", "/v1/orders?limit=many", "", 400, "invalid_request", "limit"},
		{"GET", "/v1/orders?limit=", "", 400, "invalid_request", "limit"},
		{"GET", "/v1/orders?cursor=broken!", "", 400, "invalid_request", "cursor"},
		{"GET", "/v1/orders?limt=10", "", 400, "invalid_request", "limt"},
	} {
		h := ordersOf(&shopThat{})
		if strings.HasPrefix(c.target, "/v1/cart") {
			h = cartOf(&shopThat{})
		}
		w, p, _ := httpapitest.Send(t, h, &httpapitest.Buyer, c.method, c.target, c.body, "Idempotency-Key", "k",
			"Content-Type", "application/json")
		if w.Code != c.status || p.Code != c.code {
			t.Errorf("%s %s %s: %d %s, want %d %s", c.method, c.target, c.body, w.Code, w.Body, c.status, c.code)
			continue
		}
		if strings.Contains(p.Detail, "invalid value") || strings.Contains(p.Detail, "e164:") {
			t.Errorf("%s %s %s: %q is an internal word", c.method, c.target, c.body, p.Detail)
		}
		if c.at != "" && (len(p.Errors) == 0 || p.Errors[0].Pointer+p.Errors[0].Parameter != c.at) {
			t.Errorf("%s %s %s: %s, want an error at %s", c.method, c.target, c.body, w.Body, c.at)
		}
	}
}

func TestIdempotencyKey(t *testing.T) {
	const total = `{"total":{"amount":"3.00","currency":"USD"}}`
	for key, want := range map[string]string{
		"":                       "idempotency_key_required",
		strings.Repeat("k", 256): "invalid_request",
		"tab\there":              "invalid_request",
		"schlüssel":              "invalid_request",
		"a, b":                   "",
		strings.Repeat("k", 255): "",
	} {
		w, p, _ := httpapitest.Send(t, ordersOf(&shopThat{}), &httpapitest.Buyer, "POST", "/v1/orders", total,
			"Idempotency-Key", key)
		if p.Code != want || want == "" && w.Code != http.StatusCreated {
			t.Errorf("key %q: %d %q, want %q", key, w.Code, p.Code, want)
		}
	}
}

func TestWhoMay(t *testing.T) {
	for _, c := range []struct {
		who    *auth.Principal
		method string
		status int
		code   string
	}{
		{nil, "GET", 401, "unauthenticated"},
		{&httpapitest.Admin, "GET", 403, "forbidden"},
		{&httpapitest.Viewer, "GET", 200, ""},
		{&httpapitest.Viewer, "POST", 403, "forbidden"},
		{&httpapitest.Buyer, "GET", 200, ""},
	} {
		w, p, _ := httpapitest.Send(t, ordersOf(&shopThat{}), c.who, c.method, "/v1/orders", "")
		if w.Code != c.status || p.Code != c.code {
			t.Errorf("%+v %s: %d %s, want %d", c.who, c.method, w.Code, w.Body, c.status)
		}
		if challenge := w.Header().Get("WWW-Authenticate"); (c.status == 401) != (challenge != "") {
			t.Errorf("%d with WWW-Authenticate %q", c.status, challenge)
		}
	}
}

// While callers can't be identified, the answer has the time to try again, and
// no line of the log is an error: any stranger could cause many.
func TestUnavailable(t *testing.T) {
	var log bytes.Buffer
	r := httptest.NewRequest("GET", "/v1/orders", nil)
	r = r.WithContext(httpapi.WithRequest(r.Context(),
		httpapi.Request{ID: "req-1", Authorizer: auth.UnavailableHandover("the API is closed for maintenance")}))
	w := httptest.NewRecorder()
	ordersOf(&shopThat{})(slog.New(slog.NewJSONHandler(&log, nil))).ServeHTTP(w, r)
	var p httpapi.Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	got := []string{fmt.Sprint(w.Code), p.Code, p.Detail, w.Header().Get("Retry-After"),
		w.Header().Get("WWW-Authenticate")}
	want := []string{"503", "busy", "nobody can be authorized at the moment: the API is closed for maintenance", "60", ""}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if line := log.String(); !strings.Contains(line, `"level":"WARN"`) {
		t.Errorf("the log has %s, want a warning", line)
	}
}

func TestNoRoute(t *testing.T) {
	for _, c := range []struct {
		method, target string
		status         int
		code, allow    string
	}{
		{"GET", "/v1/nothing", 404, "not_found", ""},
		{"PUT", "/v1/orders", 405, "method_not_allowed", "GET, HEAD, POST"},
	} {
		w, p, _ := httpapitest.Send(t, ordersOf(&shopThat{}), &httpapitest.Buyer, c.method, c.target, "")
		at := fmt.Sprintf("%s %s", c.method, c.target)
		wanttest.Equal(t, at+": status", w.Code, c.status)
		wanttest.Equal(t, at+": code", p.Code, c.code)
		wanttest.Equal(t, at+": Allow", w.Header().Get("Allow"), c.allow)
	}
}

func TestDIDsInPaths(t *testing.T) {
	for _, path := range []string{"+442071234567", "%2B442071234567", "442071234567", "%2B44%2020%207123%204567",
		"+44-20-7123-4567", "%2B44%20(0)20%207123%204567", "0044%2020.7123.4567",
		"011%2044%2020%207123%204567", "tel:+44-20-7123-4567", "%27+442071234567", "442071234567.0", "%3D%22+442071234567%22",
		"%EF%BC%8B442071234567", "+44%C2%A020%C2%A071234567", "+44%E2%80%9120%E2%80%917123%E2%80%914567",
		"%20+442071234567%20"} {
		s := &shopThat{}
		w, _, _ := httpapitest.Send(t, cartOf(s), &httpapitest.Buyer, "DELETE", "/v1/cart/items/"+path, "")
		wanttest.Equal(t, path+": status", w.Code, http.StatusNoContent)
		if len(s.numbers) != 1 {
			t.Fatalf("%s: removed numbers are %v, want one", path, s.numbers)
		}
		wanttest.Equal(t, path+": removed number", s.numbers[0], 442071234567)
	}
}

// An invalid number is named with its place in the request.
func TestUnreadableDIDs(t *testing.T) {
	for _, c := range []struct{ method, path, body, place string }{
		{"POST", "/v1/cart/items", `{"dids":["+442071234567","020 7123 4567"]}`, "/dids/1"},
		{"POST", "/v1/cart/items", `{"dids":["4.42E+11"]}`, "/dids/0"},
		{"POST", "/v1/cart/items", `{"start":"","count":3}`, "/start"},
		{"DELETE", "/v1/cart/items/abc", "", "did"},
	} {
		var got httpapi.Problem
		w, _, _ := httpapitest.Send(t, cartOf(&shopThat{}), &httpapitest.Buyer, c.method, c.path, c.body)
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if len(got.Errors) != 1 || got.Errors[0].Pointer+got.Errors[0].Parameter != c.place {
			t.Errorf("%s %s: %s, want an error at %s", c.path, c.body, w.Body, c.place)
		}
	}
}

// An invalid number in a path is refused in a sentence; of two readings, both are
// named.
func TestPathsNameWhatIsWrong(t *testing.T) {
	for path, want := range map[string]string{
		"020%207123%204567": `"020 7123 4567" is a national number, and no country is given; write it with a plus and its country code`,
		"44%20800%201111.000": `"44 800 1111.000" has 2 meanings: international +448001111 or international +448001111000; ` +
			`write it with a plus and its country code`,
		"4.42E%2B11":          `"4.42E+11" lost its digits to a spreadsheet; format the column as text`,
		"+442071234567x12":    `"+442071234567x12" has an extension; a number for sale has none`,
		"+39%206%2012345684":  `"+39 6 12345684": the numbering plan has no numbers that begin with +39612345684; its numbers keep their 0: maybe +390612345684`,
		"00442071234567%2F8":  `"00442071234567/8" seems to be several numbers: few digits follow the slash`,
		"%E2%80%8B":           "the number is empty",
		"+999%20123%20456%20": `"+999 123 456": no country has the calling code that +999123456 begins with`,
	} {
		s := &shopThat{}
		var got httpapi.Problem
		w, _, _ := httpapitest.Send(t, cartOf(s), &httpapitest.Buyer, "DELETE", "/v1/cart/items/"+path, "")
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		wanttest.Equal(t, path+": status", w.Code, http.StatusBadRequest)
		if len(got.Errors) != 1 {
			t.Fatalf("%s: %s, want one error", path, w.Body)
		}
		wanttest.Equal(t, path+": detail", got.Errors[0].Detail, want)
	}
}

func TestRuns(t *testing.T) {
	s := &shopThat{}
	w, _, _ := httpapitest.Send(t, cartOf(s), &httpapitest.Buyer, "POST", "/v1/cart/items",
		`{"start":"+442071234567","count":3}`)
	if w.Code != http.StatusOK || fmt.Sprint(s.numbers) != "[+442071234567 +442071234568 +442071234569]" {
		t.Errorf("%d, numbers %v", w.Code, s.numbers)
	}
}

func TestPages(t *testing.T) {
	s := &shopThat{}
	w, _, _ := httpapitest.Send(t, ordersOf(s), &httpapitest.Buyer, "GET", "/v1/orders", "")
	wanttest.Equal(t, "status", w.Code, http.StatusOK)
	wanttest.Equal(t, "limit", s.limit, 50)
	wanttest.Equal(t, "cursor", s.after, "")
	var page httpapi.List[books.Order]
	if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || page.NextCursor == nil {
		t.Fatalf("%s: %v", w.Body, err)
	}
	if w, _, _ = httpapitest.Send(t, ordersOf(s), &httpapitest.Buyer, "GET",
		"/v1/orders?limit=200&cursor="+*page.NextCursor, ""); s.limit != 200 || s.after != "next place" {
		t.Errorf("%d, limit %d, after %q; want 200 and the next place", w.Code, s.limit, s.after)
	}
	elsewhere := httpapi.EncodeCursor("ledger", "next place")
	if w, p, _ := httpapitest.Send(t, ordersOf(s), &httpapitest.Buyer, "GET", "/v1/orders?cursor="+*elsewhere,
		""); w.Code != http.StatusBadRequest || p.Errors[0].Parameter != "cursor" {
		t.Errorf("a cursor of another list: %d %s", w.Code, w.Body)
	}
}

func TestOneLogLine(t *testing.T) {
	_, _, log := httpapitest.Send(t, ordersOf(&shopThat{}), &httpapitest.Buyer, "GET", "/v1/orders/01", "")
	if strings.Count(log, "\n") != 1 {
		t.Fatalf("log = %q, want one line", log)
	}
	for _, want := range []string{`"request_id":"req-1"`, `"method":"GET"`, `"route":"GET /v1/orders/{id}"`,
		`"status":200`, `"carrier":"acme"`, `"customer":"alice"`} {
		if !strings.Contains(log, want) {
			t.Errorf("log %s lacks %s", log, want)
		}
	}
	if strings.Contains(log, "u1") {
		t.Errorf("log %s names the user", log)
	}
}

func TestOnlyJSON(t *testing.T) {
	w, p, _ := httpapitest.Send(t, cartOf(&shopThat{}), &httpapitest.Buyer, "POST", "/v1/cart/items", "dids=1",
		"Content-Type", "application/x-www-form-urlencoded")
	wanttest.Equal(t, "status", w.Code, http.StatusUnsupportedMediaType)
	wanttest.Equal(t, "code", p.Code, "unsupported_media_type")
	wanttest.Contains(t, "detail", p.Detail, "send Content-Type: application/json")
}
