// Package payments has the routes of credit notes, and of top-ups by a payment
// provider: for the customer, for the carrier's staff, and the one by which the provider reports
// payments.
package payments

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/books"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/shop"
	"didpurchase/internal/topup"
)

// Service has the use cases of top-ups; *topup.Service implements it, and
// documents the errors.
type Service interface {
	Begin(ctx context.Context, c ledger.Customer, r topup.Request) (topup.TopUp, error)
	Receive(ctx context.Context, carrier, provider string, header func(string) string, body []byte) error
	Refundable(ctx context.Context, c ledger.Customer, amount money.Amount) (payment string, err error)
	Refund(ctx context.Context, c ledger.Customer, r topup.Refund) error
}

// Records has the records of top-ups.
type Records interface {
	books.PackageNames
	// Account returns the customer's account. Errors: commit.ErrNotFound.
	Account(context.Context, ledger.Customer) (ledger.Account, error)
	// TopUp returns one of the customer's top-ups. Errors: commit.ErrNotFound.
	TopUp(ctx context.Context, c ledger.Customer, id string) (topup.TopUp, error)
	// TopUps returns the customer's top-ups, newest first.
	TopUps(ctx context.Context, c ledger.Customer, p shop.Page) ([]topup.TopUp, string, error)
	// Findings returns the carrier's payments that were not entered, newest first.
	Findings(ctx context.Context, carrier string, p shop.Page) ([]topup.Finding, string, error)
}

// Routes has the routes of top-ups.
type Routes struct {
	Service   Service
	Credits   Creditor
	Records   Records
	Providers func(carrier string) []Provider // providers that the carrier may choose
}

// Register implements httpapi.Group.
func (t Routes) Register(r *httpapi.Routes) {
	t.registerTopUps(r)
	t.registerStaff(r)
	t.registerCreditNotes(r)
	t.registerEvents(r)
}

// TopUp is a top-up on the wire.
type TopUp struct {
	ID           string         `json:"id"`
	URL          *string        `json:"url" doc:"The payment provider's page, on which you pay; null once the top-up is over."`
	Status       string         `json:"status" enum:"open,processing,paid,failed,expired,review" doc:"open: nothing is known of a payment. processing: the provider waits for the money. paid: it is in the balance. review: the provider's report does not agree with the top-up, and the carrier looks at it."`
	Amount       httpapi.Money  `json:"amount"`
	CreatedAt    time.Time      `json:"created_at"`
	PaidAt       *time.Time     `json:"paid_at" doc:"When it was added to the balance; null before."`
	BalanceAfter *httpapi.Money `json:"balance_after" doc:"The balance right after it; null before."`
	Seq          *int           `json:"seq" doc:"Of the ledger entry; null before."`
}

// Request is a wanted top-up.
type Request struct {
	Amount httpapi.Money `json:"amount" doc:"At least 1, in the account's currency."`
}

// portalPath is the page of the portal that shows a top-up.
const portalPath = "/account/top-ups/"

func (t Routes) registerTopUps(r *httpapi.Routes) {
	begin := httpapi.Operation(http.MethodPost, "/v1/account/top-ups", "create-top-up", httpapi.TagAccount, "Top up",
		"Begins a payment by the carrier's payment provider: send the customer to url. The balance changes when "+
			"the provider has reported the payment, even if the customer does not come back. The same Idempotency-Key "+
			"returns the same top-up for 31 days.", http.StatusConflict)
	begin.DefaultStatus = http.StatusCreated
	httpapi.Register(r, begin, func(ctx context.Context, in *struct {
		site
		Key  string `header:"Idempotency-Key" doc:"Required. 1 to 255 printable characters of your choice, a new one for each top-up." example:"2f9c1b7e"`
		Body Request
	}) (*httpapi.Out[TopUp], error) {
		if err := books.CheckKey(in.Key); err != nil {
			return nil, err
		}
		amount, err := in.Body.Amount.Read("/amount")
		if err != nil {
			return nil, err
		}
		made, err := t.Service.Begin(ctx, httpapi.Customer(ctx), topup.Request{
			Key: in.Key, Amount: amount, Return: func(id string) string { return in.address + portalPath + id },
		})
		return httpapi.Answer(wireTopUp(made), err)
	})

	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/account/top-ups", "list-top-ups", httpapi.TagAccount,
		"List top-ups", "Your top-ups, newest first.", http.StatusBadRequest),
		func(ctx context.Context, in *httpapi.Page) (*httpapi.Out[httpapi.List[TopUp]], error) {
			return t.list(ctx, httpapi.Customer(ctx), *in)
		})

	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/account/top-ups/{id}", "get-top-up", httpapi.TagAccount,
		"Show a top-up", "One of your top-ups.", http.StatusNotFound),
		func(ctx context.Context, in *struct {
			ID string `path:"id"`
		}) (*httpapi.Out[TopUp], error) {
			found, err := t.Records.TopUp(ctx, httpapi.Customer(ctx), in.ID)
			return httpapi.Answer(wireTopUp(found), err)
		})
}

func (t Routes) list(ctx context.Context, c ledger.Customer, page httpapi.Page) (*httpapi.Out[httpapi.List[TopUp]],
	error) {
	return httpapi.AnswerPage("top-ups", page, wireTopUp, func(p shop.Page) ([]topup.TopUp, string, error) {
		return t.Records.TopUps(ctx, c, p)
	})
}

// site is the address at which the caller reached the API, and so the portal.
type site struct{ address string }

// Resolve is called by huma with the request.
func (s *site) Resolve(ctx huma.Context) []error {
	scheme := "https"
	if ctx.Header("X-Forwarded-Proto") == "http" { // in the local world
		scheme = "http"
	}
	s.address = scheme + "://" + ctx.Host()
	return nil
}

func wireTopUp(t topup.TopUp) TopUp {
	wire := TopUp{
		ID: t.ID, Status: string(t.Status), Amount: httpapi.WireMoney(t.Amount), CreatedAt: t.CreatedAt.UTC(),
		PaidAt: httpapi.OptionalTime(t.PaidAt), BalanceAfter: httpapi.OptionalMoney(t.BalanceAfter),
	}
	if t.Status == topup.Open {
		wire.URL = httpapi.Optional(t.URL)
	}
	if t.Seq > 0 {
		wire.Seq = &t.Seq
	}
	return wire
}
