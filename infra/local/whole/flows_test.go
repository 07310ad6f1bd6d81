package whole_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"didpurchase/infra/client"
	"didpurchase/internal/wanttest"
)

// reconciliation is a part of operate's answer.
type reconciliation struct {
	Done        bool
	Cursor      string
	Customers   int
	Differences []struct{ Kind, Carrier, Customer, Detail string }
}

// After every sale and import of the tests before it, reconciling finds no
// difference.
func TestReconcileFindsNothing(t *testing.T) {
	var customers int
	for cursor, done := "", false; !done; {
		var part reconciliation
		running.operate(t, map[string]string{"command": "reconcile", "cursor": cursor}, &part)
		for _, d := range part.Differences {
			t.Errorf("%s %s %s: %s", d.Kind, d.Carrier, d.Customer, d.Detail)
		}
		customers, cursor, done = customers+part.Customers, part.Cursor, part.Done
	}
	wanttest.True(t, "the books of customers were compared", customers > 0)
}

func TestARebuildLeavesTheSearchAsItIs(t *testing.T) {
	before := running.search(t, "alice", "starts_with", "44")
	for cursor, done := "", false; !done; {
		var part reconciliation
		running.operate(t, map[string]string{"command": "rebuild", "carrier": "acme", "cursor": cursor}, &part)
		cursor, done = part.Cursor, part.Done
	}
	wanttest.Equal(t, "numbers that are offered", running.search(t, "alice", "starts_with", "44").Total, before.Total)
}

func TestAnOperatorOnboardsACarrier(t *testing.T) {
	issuer := running.API
	if running.deployed != nil {
		issuer = running.deployed.Outputs["OidcIssuer"]
	}
	var answer map[string]any
	for range 2 { // the second changes nothing
		running.operate(t, map[string]any{
			"command": "onboard",
			"carrier": map[string]string{"id": "initech", "name": "Initech", "currency": "USD", "time_zone": "Europe/London"},
			"admin":   map[string]string{"issuer": issuer, "sub": "peter", "name": "Peter"},
		}, &answer)
		running.operate(t, map[string]any{
			"command": "admit", "carrier": "initech",
			"user": map[string]any{"issuer": issuer, "sub": "milton", "name": "Milton", "roles": []string{"viewer"}},
		}, &answer)
	}
}

// upload sends a file like the portal, and returns the answer's status.
func (s *system) upload(t *testing.T, to client.Upload, address, content string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), to.Method, address, strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range to.Headers {
		r.Header.Set(name, value)
	}
	answer, err := s.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer.StatusCode
}

// A file that is uploaded like in the portal is imported, and its report can be
// downloaded. S3 refuses both addresses if they are changed, and a file of another
// size.
func TestAnUploadAndItsReport(t *testing.T) {
	const file = "start,end,package\n+390212340000,+390212340999,daily\n+390212350000,+390212350999,unknown\n"
	made := ask(t, running, "ada", client.CreateImport(
		client.ImportRequest{Filename: "Städte März+1.csv", Size: new(len(file)), DryRun: new(false)}))
	if running.deployed != nil { // the local S3 checks no signature
		changed := strings.Replace(made.Upload.URL, "uploads/acme/", "uploads/globex/", 1)
		wanttest.Equal(t, "status of an upload to another carrier's folder", running.upload(t, made.Upload, changed, file),
			403)
		wanttest.Equal(t, "status of a larger upload", running.upload(t, made.Upload, made.Upload.URL, file+"x"), 403)
		wanttest.Equal(t, "status of a smaller upload", running.upload(t, made.Upload, made.Upload.URL, file[1:]), 403)
	}
	wanttest.Equal(t, "status of the upload", running.upload(t, made.Upload, made.Upload.URL, file), 200)
	var job client.Import
	until(t, patience, "the import of the upload", func() bool {
		job = running.job(t, made.ID)
		return job.Status == "completed" || job.Status == "failed"
	})
	wanttest.Equal(t, "rows applied", job.RowsApplied, 1)
	wanttest.Equal(t, "rows rejected", job.RowsRejected, 1)
	address := running.reportOf(t, job.ID)
	status, disposition, text := running.download(t, address)
	wanttest.Equal(t, "status of the report", status, 200)
	wanttest.Contains(t, "disposition of the report", disposition, "attachment")
	wanttest.Contains(t, "the report", text, "unknown_package")
	if running.deployed != nil {
		status, _, _ = running.download(t, strings.Replace(address, "reports/", "uploads/", 1))
		wanttest.Equal(t, "status of another object's download", status, 403)
	}
}

// reportOf returns the address to which the API redirects.
func (s *system) reportOf(t *testing.T, id string) string {
	t.Helper()
	token, err := s.token("ada")
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.API+"/v1/imports/"+id+"/report", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	still := *s.client
	still.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	answer, err := still.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	to, err := answer.Location()
	if err != nil {
		t.Fatalf("%s: %v", answer.Status, err)
	}
	return to.String()
}

func (s *system) download(t *testing.T, address string) (status int, disposition, text string) {
	t.Helper()
	answer, err := s.client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, answer.Header.Get("Content-Disposition"), string(body)
}

// The second consumer of the stream writes the history of a number.
func TestAHistoryIsWritten(t *testing.T) {
	const did = "+442920180123"
	if _, err := running.grab("bob", []string{did}); err != nil {
		t.Fatal(err)
	}
	until(t, patience, "the history has the purchase", func() bool {
		found := running.inventory(t, did)
		return found.State == "active" && len(found.History) >= 2
	})
}

// The local bus has the events of a purchase, each with its type.
func TestEventsAreOnTheLocalBus(t *testing.T) {
	if *onDeployed != "" {
		t.Skip("it is the local world's bus")
	}
	const did = "+442920180124"
	if _, err := running.grab("bob", []string{did}); err != nil {
		t.Fatal(err)
	}
	until(t, patience, "the bus has the purchase", func() bool {
		for _, e := range ask(t, running, "bob", busEvents).Data {
			if e.Type == "did.rented" && e.Detail.Data.DID == did {
				return true
			}
		}
		return false
	})
}

// busEvents asks the local world for the events on its bus.
var busEvents = client.Request[struct {
	Data []struct {
		Type   string `json:"detail-type"`
		Detail struct{ Data struct{ DID string } }
	}
}]{Call: client.Call{Method: http.MethodGet, Path: "/local/bus"}, Success: http.StatusOK}

// Each function answers reads of its role.
func TestReads(t *testing.T) {
	for user, paths := range map[string][]string{
		"bob": {"me", "permissions", "account", "account/ledger", "account/charges", "account/statement", "invoices",
			"orders", "coverage", "cart", "dids"},
		"ada": {
			"me", "ranges", "import-profiles", "packages", "customers", "settings", "api-keys", "users", "webhooks",
			"customers/bob", "customers/bob/ledger",
			"customers/bob/statement", "customers/bob/orders", "customers/bob/invoices", "customers/bob/dids", "reports/revenue",
			"reports/renewals",
		},
	} {
		for _, path := range paths {
			wanttest.Equal(t, "status for "+user+" who reads "+path, running.get(user, "/v1/"+path).Status, 200)
		}
	}
}

// A program with a key posts a payment, and asks for the routes of numbers.
func TestAProgramWithAKey(t *testing.T) {
	customers := client.Call{Method: http.MethodGet, Path: "/v1/customers"}
	payment := client.PaymentRequest{Amount: usd("5.00"), Reference: "by-key"}
	for scope, call := range map[string]client.Call{
		"payments": client.EnterPayment("bob", payment).Call,
		"routes":   {Method: http.MethodGet, Path: "/v1/routes"},
	} {
		made := ask(t, running, "ada", client.IssueAPIKey(client.NewKey{Name: "erp " + scope, Scopes: []string{scope}}))
		reply := running.api().Send(t.Context(), made.Key, call)
		wanttest.True(t, scope+": success is answered, not "+reply.String(), reply.Status == 200 || reply.Status == 201)
		reply = running.api().Send(t.Context(), made.Key, customers)
		wanttest.Equal(t, scope+": status of a call outside of its scope", reply.Status, 403)
	}
	wanttest.Equal(t, "status for no key of ours", running.api().Send(t.Context(), "nonsense", customers).Status, 401)
}

// A withdrawal is a job that goes through the import queue.
func TestAWithdrawalByTheQueue(t *testing.T) {
	job := ask(t, running, "ada",
		client.WithdrawRanges(client.RangesRequest{Start: "+441914980500", End: "+441914980999"}))
	until(t, patience, "the withdrawal ends", func() bool { return running.job(t, job.ID).Status == "completed" })
	until(t, running.seen, "the withdrawn numbers leave the search", func() bool {
		return running.search(t, "alice", "starts_with", "4419149805").Total == 0
	})
	wanttest.True(t, "the rest of the range is offered", running.search(t, "alice", "starts_with", "4419149804").Total > 0)
}

// A number in a path is read in each form, and a label in any script.
func TestANumberInAPathIsReadInEachForm(t *testing.T) {
	const did = "+442896496100"
	if _, err := running.grab("bob", []string{did}); err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{did, "%2B442896496100", "442896496100", "+44%202896%20496100"} {
		wanttest.Equal(t, "status for "+form, running.get("bob", "/v1/dids/"+form).Status, 200)
	}
	edited := ask(t, running, "bob", client.EditDID(did, client.RentalPatch{Label: "Ünï 😀"}))
	wanttest.Diff(t, "label", edited.Label, new("Ünï 😀"))
	found := running.search(t, "bob", "pattern", "44*7?7")
	wanttest.True(t, "a pattern with a question mark finds numbers", found.Total > 0)
}

// The answers that API Gateway gives without a function, and the functions that are
// open to everybody.
func TestAnswersWithoutAUser(t *testing.T) {
	for path, want := range map[string]int{"/v1/me": 401, "/v1/none": 404, "/": 200, "/openapi.json": 200, "/docs": 200} {
		status, _, text := running.download(t, running.API+path)
		wanttest.Equal(t, "status of "+path+" ("+text[:min(len(text), 100)]+")", status, want)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, running.API+"/v1/cart", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Origin", "https://numbers.example")
	r.Header.Set("Access-Control-Request-Method", "GET")
	answer, err := running.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	wanttest.Equal(t, "allowed origin", answer.Header.Get("Access-Control-Allow-Origin"), "*")
}

// A buyer finds a number, holds it and buys it; the next run takes another one.
func TestABuyerBuysANumber(t *testing.T) {
	found := running.search(t, "bob", "starts_with", "441632960", "limit", "1")
	if len(found.Data) == 0 {
		t.Fatal("there is nothing to buy")
	}
	did := found.Data[0].DID
	bought, err := running.grab("bob", []string{did})
	if err != nil {
		t.Fatal(err)
	}
	// with the earlier content of the cart
	wanttest.True(t, "the order has the number", slices.Contains(bought.DIDs, did))
	until(t, running.seen, "the number leaves the search", func() bool {
		return running.search(t, "bob", "starts_with", did[1:]).Total == 0
	})
	running.account(t, "bob").balances(t, "bob")
}
