// Package lambdas_test runs the API's Lambdas together as API Gateway does:
// events through the real authorizer and the real functions, over a real table
// and a real issuer.
package lambdas_test

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/golang-jwt/jwt/v5"
	"github.com/oklog/ulid/v2"

	"didpurchase/internal/auth"
	"didpurchase/internal/awsenv"
	"didpurchase/internal/carrier"
	"didpurchase/internal/catalogue"
	"didpurchase/internal/commit"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/e164"
	"didpurchase/internal/intake"
	"didpurchase/internal/lambdahttp"
	"didpurchase/internal/lambdas/access"
	"didpurchase/internal/lambdas/account"
	"didpurchase/internal/lambdas/authorizer"
	"didpurchase/internal/lambdas/cart"
	"didpurchase/internal/lambdas/checkout"
	"didpurchase/internal/lambdas/desk"
	"didpurchase/internal/lambdas/inventory"
	"didpurchase/internal/lambdas/packages"
	"didpurchase/internal/lambdas/payments"
	"didpurchase/internal/lambdas/rentals"
	"didpurchase/internal/lambdas/reports"
	"didpurchase/internal/lambdas/routing"
	"didpurchase/internal/lambdas/search"
	"didpurchase/internal/ledger"
	"didpurchase/internal/localaws/issuer"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
)

const audience = "did-purchase"

var start = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// carriers is the API with two carriers, their users, and a clock that only the
// test moves.
type carriers struct {
	t         *testing.T
	clock     time.Time
	env       awsenv.Env
	store     *dynamo.Store
	issuer    *issuer.Issuer
	key       *rsa.PrivateKey // the issuer's
	authorize authorizer.Handler
	begin     func() (ctx context.Context, requestID string) // of each invocation
	functions map[string]lambdahttp.Function                 // by the first part of the path after /v1
}

// people are the users by name: carriers acme and globex, customers alice, bob
// and carol.
var people = map[string]auth.Principal{
	"alice":        {Carrier: "acme", Customer: "alice", Roles: []auth.Role{auth.Buyer}},
	"alice-too":    {Carrier: "acme", Customer: "alice", Roles: []auth.Role{auth.Buyer}},
	"olive":        {Carrier: "acme", Customer: "alice", Roles: []auth.Role{auth.Owner}},
	"alice-reads":  {Carrier: "acme", Customer: "alice", Roles: []auth.Role{auth.Viewer}},
	"bob":          {Carrier: "acme", Customer: "bob", Roles: []auth.Role{auth.Buyer}},
	"carol":        {Carrier: "globex", Customer: "carol", Roles: []auth.Role{auth.Buyer}},
	"ada":          {Carrier: "acme", Roles: []auth.Role{auth.Admin}},
	"acme-success": {Carrier: "acme", Roles: []auth.Role{auth.CustomerSuccess}},
	"acme-sales":   {Carrier: "acme", Roles: []auth.Role{auth.Sales}},
	"acme-billing": {Carrier: "acme", Roles: []auth.Role{auth.Billing}},
	"acme-viewer":  {Carrier: "acme", Roles: []auth.Role{auth.Viewer}},
	"grace":        {Carrier: "globex", Roles: []auth.Role{auth.Admin}},
}

func newCarriers(t *testing.T) *carriers {
	t.Helper()
	return newCarriersAround(t, func(_ string, env awsenv.Env) awsenv.Env { return env })
}

// newCarriersAround is newCarriers; around changes each function's environment.
func newCarriersAround(t *testing.T, around func(function string, env awsenv.Env) awsenv.Env) *carriers {
	t.Helper()
	_, table := dynamotest.New(t)
	w := &carriers{t: t, clock: start, begin: func() (context.Context, string) { return context.Background(), "req-1" }}
	w.env = awsenv.Env{
		TableName: table, BucketName: "files", OIDCAudience: audience, S3Endpoint: "http://127.0.0.1:9",
		ImportQueueURL: "http://127.0.0.1:9/import", DeliveryQueueURL: "http://127.0.0.1:9/deliveries",
		ReportQueueURL: "http://127.0.0.1:9/reports",
		SecretsFolder:  "/did-purchase/payments", SSMURL: "http://127.0.0.1:9", StripeURL: "http://127.0.0.1:9",
		AWS: dynamotest.Config(t), Now: func() time.Time { return w.clock },
		Logger: slog.New(slog.NewJSONHandler(io.Discard, nil)),
	}
	w.startIssuer()
	w.store = dynamo.New(w.env.AWS, table)
	w.populate()
	w.authorize = authorizer.New(around("authorizer", w.env))
	offers, accounts := search.New(around("search", w.env)), account.New(around("account", w.env))
	orders := checkout.New(around("checkout", w.env))
	offered, served := inventory.New(around("inventory", w.env)), desk.New(around("desk", w.env))
	rented := rentals.New(around("rentals", w.env))
	audits := reports.New(around("reports", w.env))
	admits, priced := access.New(around("access", w.env)), packages.New(around("packages", w.env))
	routes, paid := routing.New(around("routing", w.env)), payments.New(around("payments", w.env))
	w.functions = map[string]lambdahttp.Function{
		"available-dids": offers, "coverage": offers, "cart": cart.New(around("cart", w.env)), "orders": orders,
		"approvals": orders,
		"me":        accounts, "permissions": accounts, "dids": rented, "rentals": rented, "edits": rented, "account": accounts,
		"invoices": accounts, "routes": routes, "payment-findings": paid, "payment-providers": paid, "top-ups": paid,
		"usage": offered, "imports": offered, "ranges": offered, "import-profiles": offered, "packages": priced,
		"price-rules": priced,
		"inventory":   offered, "customers": served, "settings": served, "reports": audits, "audit-schedules": audits,
		"audit": served, "find": served, "api-keys": admits, "webhooks": admits, "users": admits, "invitations": admits,
	}
	return w
}

func (w *carriers) startIssuer() {
	w.t.Helper()
	server := httptest.NewUnstartedServer(nil)
	keyFile := filepath.Join(w.t.TempDir(), "key.pem")
	config := issuer.Config{URL: "http://" + server.Listener.Addr().String(), Audience: audience, KeyFile: keyFile,
		Now: w.env.Now}
	for name := range people {
		config.Users = append(config.Users, issuer.User{Name: name, Subject: "sub-" + name})
	}
	for _, name := range []string{"nobody", "leaver"} {
		config.Users = append(config.Users, issuer.User{Name: name, Subject: "sub-" + name})
	}
	var err error
	w.issuer, err = issuer.New(config)
	w.must(err)
	server.Config.Handler = w.issuer
	server.Start()
	w.t.Cleanup(server.Close)
	w.env.OIDCIssuer = config.URL
	pem, err := os.ReadFile(keyFile)
	w.must(err)
	w.key, err = jwt.ParseRSAPrivateKeyFromPEM(pem)
	w.must(err)
}

// populate makes carriers, prices, customers with 100 USD each, and users.
func (w *carriers) populate() {
	w.t.Helper()
	ctx := context.Background()
	for _, id := range []string{"acme", "globex"} {
		w.must(w.store.CreateCarrier(ctx, carrier.New(id, strings.ToUpper(id), "UTC", "USD")))
		for name, days := range map[string]int{"Standard": 0, "Bound": 365} {
			w.must(w.store.PutPackage(ctx, id, pricing.Package{Terms: pricing.Terms{
				Package: strings.ToLower(name), Version: 1, Name: name, Setup: money.MustParse("1", "USD"),
				Recurring: money.MustParse("2", "USD"),
				Interval:  pricing.Interval{Unit: pricing.Month, Count: 1}, MinTermDays: days,
			}}))
		}
	}
	for _, c := range []ledger.Customer{{Carrier: "acme", ID: "alice"}, {Carrier: "acme", ID: "bob"},
		{Carrier: "globex", ID: "carol"}} {
		empty := ledger.Account{Customer: c, Name: "Customer " + c.ID, Status: ledger.Active, Currency: "USD",
			Balance: money.Zero("USD"), CreditLimit: money.Zero("USD")}
		paid, entry, err := empty.Post(ledger.Payment,
			[]ledger.Posting{{Account: ledger.Cash, Amount: money.MustParse("-100", "USD")}},
			ledger.Reference{Note: "opening"}, start)
		w.must(err)
		w.must(w.store.CreateCustomer(ctx, paid.To, entry))
	}
	for name, p := range people {
		p.User, p.Name = name, "User "+name
		w.must(w.store.CreateUser(ctx, auth.User{
			Carrier: p.Carrier, Customer: p.Customer, ID: p.User, Name: p.Name, Roles: p.Roles,
			Issuer: w.env.OIDCIssuer, Subject: "sub-" + name, CreatedAt: start,
		}))
	}
}

func (w *carriers) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// token is the issuer's token for a user, after change if any, signed again.
func (w *carriers) token(name string, change func(*jwt.Token, jwt.MapClaims)) string {
	w.t.Helper()
	signed, err := w.issuer.Token(name)
	w.must(err)
	if change == nil {
		return signed
	}
	claims := jwt.MapClaims{}
	token, _, err := jwt.NewParser().ParseUnverified(signed, claims)
	w.must(err)
	var key any = w.key
	change(token, claims)
	if token.Method == jwt.SigningMethodNone {
		key = jwt.UnsafeAllowNoneSignatureType
	}
	signed, err = token.SignedString(key)
	w.must(err)
	return signed
}

// reply is a function's answer.
type reply struct {
	Status  int
	Headers map[string]string
	Body    string
}

// read decodes the body.
func (r reply) read(t *testing.T, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.Body), into); err != nil {
		t.Fatalf("%v in %s", err, r.Body)
	}
}

func (r reply) code(t *testing.T) string {
	t.Helper()
	var p struct{ Code string }
	r.read(t, &p)
	return p.Code
}

// as sends a request with a good token of the user.
func (w *carriers) as(name, method, target, body string, headers ...string) reply {
	w.t.Helper()
	return w.send(w.token(name, nil), method, target, body, headers...)
}

// send does the work of an HTTP API: it calls the authorizer if there is a token,
// and passes the authorizer's context to the route's function.
func (w *carriers) send(token, method, target, body string, headers ...string) reply {
	w.t.Helper()
	u, err := url.Parse(target)
	w.must(err)
	request := events.APIGatewayV2HTTPRequest{
		Version: "2.0", RawPath: u.Path, RawQueryString: u.RawQuery, Body: body,
		RouteKey: method + " " + u.Path, // correct for routes without parameters; for others it is not used
		Headers:  map[string]string{"content-type": "application/json"},
	}
	ctx, id := w.begin()
	request.RequestContext.RequestID = id
	request.RequestContext.HTTP.Method = method
	for i := 0; i < len(headers); i += 2 {
		request.Headers[headers[i]] = headers[i+1]
	}
	if token != "" {
		request.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
			Lambda: w.askAuthorizer(token, id, request.Headers)}
	}
	function := w.functions[functionOf(method, u.Path)]
	if function == nil {
		w.t.Fatalf("no function for %s", target)
	}
	answer, err := function(ctx, request)
	w.must(err)
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
		"Strict-Transport-Security": "max-age=63072000; includeSubDomains",
	} {
		if got := answer.Headers[name]; got != want {
			w.t.Errorf("%s %s: %s %q, want %q", method, target, name, got, want)
		}
	}
	return reply{answer.StatusCode, answer.Headers, answer.Body}
}

// functionOf is the first part of the path after /v1; what a customer rents is
// the rentals' and what it owes the account's, for staff too.
func functionOf(method, path string) string {
	parts := strings.Split(path, "/")
	if method == http.MethodPost && len(parts) == 5 && parts[4] == "dids" { // an order of staff
		return "orders"
	}
	if len(parts) > 5 && parts[4] == "orders" {
		return "orders"
	}
	if slices.Contains(parts, "top-ups") || slices.Contains(parts, "credit-notes") {
		return "top-ups"
	}
	if len(parts) > 4 && slices.Contains([]string{"dids", "idle-dids", "edits"}, parts[4]) ||
		strings.HasPrefix(path, "/v1/account/idle-dids") {
		return "rentals"
	}
	if len(parts) > 4 && parts[2] == "customers" &&
		!slices.Contains([]string{"billing", "payments", "refunds", "adjustments"}, parts[4]) {
		return "account"
	}
	if parts[2] == "reports" && len(parts) == 4 && slices.Contains([]string{"revenue", "disconnected", "renewals"},
		parts[3]) {
		return "settings" // of desk
	}
	if strings.HasPrefix(path, "/v1/account/billing") {
		return "customers"
	}
	return parts[2]
}

// askAuthorizer returns the authorizer's context after a conversion to JSON and
// back.
func (w *carriers) askAuthorizer(token, requestID string, headers map[string]string) (handover map[string]any) {
	w.t.Helper()
	headers = maps.Clone(headers)
	headers["authorization"] = "Bearer " + token
	ctx, _ := w.begin()
	request := events.APIGatewayV2CustomAuthorizerV2Request{
		Version: "2.0", Type: "REQUEST", IdentitySource: []string{"Bearer " + token}, Headers: headers,
	}
	request.RequestContext.RequestID = requestID
	answer, err := w.authorize(ctx, request)
	w.must(err)
	if !answer.IsAuthorized {
		w.t.Error("the authorizer refused, which an HTTP API answers with 403")
	}
	wire, err := json.Marshal(answer.Context)
	w.must(err)
	w.must(json.Unmarshal(wire, &handover))
	return handover
}

// offer puts a span on sale.
func (w *carriers) offer(carrier string, first, last e164.Number) {
	w.t.Helper()
	w.offerRange(catalogue.Range{Carrier: carrier, Span: e164.Span{Start: first, End: last}, Package: "standard"})
}

// offerAs puts a span of acme on sale under a package.
func (w *carriers) offerAs(pack string, first, last e164.Number) {
	w.t.Helper()
	w.offerRange(catalogue.Range{Carrier: "acme", Span: e164.Span{Start: first, End: last}, Package: pack})
}

func (w *carriers) offerRange(r catalogue.Range) {
	w.t.Helper()
	ctx := context.Background()
	r.Country, r.Area, r.Type, r.Ver = "GB", "London", e164.Geographic, 1
	w.must(w.store.AddPartition(ctx, r.Carrier, r.Span.Start.Partition()))
	w.must(w.store.Commit(ctx, commit.Batch{ID: ulid.Make().String(), Changes: []commit.Change{intake.Placed{Range: r}}}))
}

// change writes changes that the domain made.
func (w *carriers) change(changes ...commit.Change) {
	w.t.Helper()
	w.must(w.store.Commit(context.Background(), commit.Batch{ID: ulid.Make().String(), Changes: changes}))
}
