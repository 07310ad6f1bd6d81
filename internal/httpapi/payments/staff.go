package payments

import (
	"context"
	"net/http"
	"time"

	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/books"
	"didpurchase/internal/shop"
	"didpurchase/internal/topup"
)

// Finding is a payment that was not entered, on the wire.
type Finding struct {
	ID       string         `json:"id" doc:"The provider's id of its report."`
	At       time.Time      `json:"at"`
	Provider string         `json:"provider" example:"stripe"`
	Problem  string         `json:"problem" enum:"unknown_top_up,other_session,other_amount,paid_again,account_closed,reference_used"`
	Detail   string         `json:"detail" doc:"The problem in a sentence."`
	Customer *string        `json:"customer" doc:"As the provider's report names it."`
	TopUp    *string        `json:"top_up"`
	Payment  *string        `json:"payment" doc:"The provider's id of the payment. Enter the payment by hand with it as the reference, if it is right." example:"pi_3Nx"`
	Amount   *httpapi.Money `json:"amount" doc:"As the provider reports it; negative if it took money back."`
	Expected *httpapi.Money `json:"expected" doc:"The top-up's; null if there is none."`
}

// Provider is a payment provider and the place of a carrier's access to it.
type Provider struct {
	Name       string   `json:"name" enum:"stripe"`
	EventsPath string   `json:"events_path" doc:"The provider sends its events to this path of the API." example:"/v1/payment-providers/stripe/acme/events"`
	Events     []string `json:"events" doc:"The types of events that it must send."`
	Parameters []string `json:"parameters" doc:"Names of the parameters in SSM Parameter Store with your access, of type SecureString: the API key, and the secret that signs events. An operator writes them."`
}

func (t Routes) registerStaff(r *httpapi.Routes) {
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/customers/{id}/top-ups", "list-customer-top-ups",
		httpapi.TagStaff, "List a customer's top-ups", "Newest first.", http.StatusBadRequest, http.StatusNotFound),
		func(ctx context.Context, in *struct {
			books.CustomerPath
			httpapi.Page
		}) (*httpapi.Out[httpapi.List[TopUp]], error) {
			if _, err := t.Records.Account(ctx, in.Customer(ctx)); err != nil {
				return nil, err
			}
			return t.list(ctx, in.Customer(ctx), in.Page)
		})

	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/payment-findings", "list-payment-findings",
		httpapi.TagStaff, "List payments that were not entered",
		"Payments that a payment provider reported and that contradict "+
			"our own records, newest first. Check the payment at the provider, and enter it by hand if it is right.",
		http.StatusBadRequest),
		func(ctx context.Context, in *httpapi.Page) (*httpapi.Out[httpapi.List[Finding]], error) {
			return httpapi.AnswerPage("payment-findings", *in, wireFinding, func(p shop.Page) ([]topup.Finding, string, error) {
				return t.Records.Findings(ctx, httpapi.Caller(ctx).Carrier, p)
			})
		})

	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/payment-providers", "list-payment-providers",
		httpapi.TagStaff, "List payment providers", "The payment providers, and the settings that each needs. Choose one as "+
			"payment_provider of the settings."),
		func(ctx context.Context, _ *struct{}) (*httpapi.Out[httpapi.List[Provider]], error) {
			return httpapi.Answer(httpapi.List[Provider]{Data: t.Providers(httpapi.Caller(ctx).Carrier)}, nil)
		})
}

func wireFinding(f topup.Finding) Finding {
	return Finding{
		ID: f.ID, At: f.At.UTC(), Provider: f.Provider, Problem: string(f.Problem), Detail: topup.Problems[f.Problem],
		Customer: httpapi.Optional(f.Customer), TopUp: httpapi.Optional(f.TopUp), Payment: httpapi.Optional(f.Payment),
		Amount: httpapi.OptionalMoney(f.Amount), Expected: httpapi.OptionalMoney(f.Expected),
	}
}
