package payments_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"didpurchase/infra/local/pay"
	"didpurchase/internal/auth"
	"didpurchase/internal/awsenv"
	"didpurchase/internal/carrier"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/faults"
	"didpurchase/internal/lambdahttp"
	"didpurchase/internal/lambdas/payments"
	"didpurchase/internal/ledger"
	"didpurchase/internal/localaws/ssm"
	"didpurchase/internal/money"
	"didpurchase/internal/shop"
)

const (
	folder  = "/did-purchase/payments"
	signing = "whsec_test"
)

var (
	start = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	alice = ledger.Customer{Carrier: "acme", ID: "alice"}
)

// system is the function with Parameter Store and with the local Stripe,
// all of them over HTTP, and a clock that only the test moves.
type system struct {
	*testing.T
	clock   time.Time
	store   *dynamo.Store
	secrets *ssm.Store
	stripe  *pay.Stripe
	serve   lambdahttp.Function
	plan    faults.Plan // of the function's calls to the database; nil breaks none
	answers []int       // answers to the events that were sent
}

func newSystem(t *testing.T) *system {
	t.Helper()
	_, table := dynamotest.New(t)
	w := &system{T: t, clock: start, store: dynamo.New(dynamotest.Config(t), table)}
	injector := faults.New(func(c faults.Call) faults.Fault {
		if w.plan == nil {
			return faults.None
		}
		return w.plan(c)
	})
	w.secrets = ssm.New(map[string]string{
		folder + "/acme/stripe/api-key": "sk_test", folder + "/acme/stripe/signing-secret": signing,
	})
	servers := http.NewServeMux()
	servers.Handle(ssm.Path, w.secrets)
	servers.HandleFunc("POST /v1/payment-providers/{provider}/{carrier}/events", w.forward)
	server := httptest.NewServer(servers)
	t.Cleanup(server.Close)
	w.stripe = pay.New(pay.Options{
		Address: server.URL + pay.Path, Key: "sk_test", Signing: signing, Now: w.now, Client: server.Client(),
		EventsURL: func(carrier string) string {
			return server.URL + "/v1/payment-providers/stripe/" + carrier + "/events"
		},
	})
	servers.Handle(pay.Path, w.stripe)
	w.serve = payments.New(awsenv.Env{
		TableName: table, AWS: injector.Into(dynamotest.Config(t)), SecretsFolder: folder, SSMURL: server.URL + ssm.Path,
		StripeURL: server.URL + strings.TrimSuffix(pay.Path, "/"), Now: w.now,
		Logger: slog.New(slog.NewJSONHandler(w.Output(), nil)),
	})
	w.populate()
	return w
}

func (w *system) now() time.Time { return w.clock }

func (w *system) populate() {
	w.Helper()
	acme := carrier.New("acme", "Acme", "UTC", "USD")
	acme.Payments = "stripe"
	w.must(w.store.CreateCarrier(w.Context(), acme))
	w.must(w.store.CreateCarrier(w.Context(), carrier.New("globex", "Globex", "UTC", "USD")))
	for _, c := range []ledger.Customer{alice, {Carrier: "globex", ID: "carol"}} {
		w.must(w.store.CreateCustomer(w.Context(), ledger.Account{Customer: c, Name: c.ID, Status: ledger.Active,
			Currency: "USD", Balance: money.Zero("USD"), CreditLimit: money.Zero("USD")}))
	}
}

func (w *system) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// forward sends a request from outside to the function, without a caller.
func (w *system) forward(out http.ResponseWriter, in *http.Request) {
	body, _ := io.ReadAll(in.Body)
	answer := w.send(nil, in.Method, in.URL.Path, string(body), "stripe-signature", in.Header.Get("Stripe-Signature"))
	out.WriteHeader(answer.StatusCode)
	fmt.Fprint(out, answer.Body)
}

// send sends a request as a principal; nil means without one.
func (w *system) send(who *auth.Principal, method, path, body string,
	headers ...string) events.APIGatewayV2HTTPResponse {
	path, query, _ := strings.Cut(path, "?")
	request := events.APIGatewayV2HTTPRequest{RawPath: path, RawQueryString: query, Body: body, Headers: map[string]string{
		"content-type": "application/json", "host": "shop.example", "x-forwarded-proto": "https"}}
	for i := 0; i < len(headers); i += 2 {
		request.Headers[headers[i]] = headers[i+1]
	}
	request.RequestContext.HTTP.Method, request.RequestContext.HTTP.Path = method, path
	if who != nil {
		wire, _ := json.Marshal(who.Handover())
		request.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{}
		_ = json.Unmarshal(wire, &request.RequestContext.Authorizer.Lambda)
	}
	answer, err := w.serve(context.Background(), request)
	if err != nil {
		w.Error(err)
	}
	if who == nil {
		w.answers = append(w.answers, answer.StatusCode)
	}
	return answer
}

var (
	buyer = &auth.Principal{Carrier: "acme", Customer: "alice", User: "u1", Roles: []auth.Role{auth.Buyer}}
	staff = &auth.Principal{Carrier: "acme", User: "u3", Roles: []auth.Role{auth.Admin}}
)

// topUp has the fields of an answer that tests read.
type topUp struct {
	ID, URL, Code string
	Status        any
	BalanceAfter  *struct{ Amount string } `json:"balance_after"`
}

// ask sends a request as alice, and fails unless the answer has the status.
func (w *system) ask(want int, method, path, body string, headers ...string) (answer topUp) {
	w.Helper()
	got := w.send(buyer, method, path, body, headers...)
	if got.StatusCode != want {
		w.Fatalf("%s %s is answered by %d, want %d: %s", method, path, got.StatusCode, want, got.Body)
	}
	w.must(json.Unmarshal([]byte(got.Body), &answer))
	return answer
}

// begin begins a top-up as alice and returns it with its session.
func (w *system) begin(key, amount string) (topUp, string) {
	w.Helper()
	made := w.ask(201, "POST", "/v1/account/top-ups", `{"amount":{"amount":"`+amount+`","currency":"USD"}}`,
		"idempotency-key", key)
	return made, made.URL[strings.LastIndexByte(made.URL, '/')+1:]
}

func (w *system) status(id string) any {
	w.Helper()
	return w.ask(200, "GET", "/v1/account/top-ups/"+id, "").Status
}

// press presses a button of the provider's page, and fails unless the answer to its
// event has the status.
func (w *system) press(session, action string, want int) pay.Session {
	w.Helper()
	_, err := w.stripe.Do(w.Context(), session, action)
	if got := w.answers[len(w.answers)-1]; got != want {
		w.Errorf("the event of %q is answered by %d, want %d: %v", action, got, want, err)
	}
	after, _ := w.stripe.Session(session)
	return after
}

// again sends an event of a session again, signed now.
func (w *system) again(session pay.Session, e pay.Event) {
	_ = w.stripe.Send(w.Context(), "acme", e, w.clock)
}

// balance returns alice's balance, and the kinds of the entries of her ledger,
// the last first.
func (w *system) balance() (string, string) {
	w.Helper()
	account, err := w.store.Account(w.Context(), alice)
	w.must(err)
	entries, _, err := w.store.Entries(w.Context(), alice, shop.Page{Limit: 100})
	w.must(err)
	var kinds []string
	for _, e := range entries {
		kinds = append(kinds, string(e.Kind)+" "+e.Amount.Number())
	}
	return account.Balance.Number(), strings.Join(kinds, ", ")
}
