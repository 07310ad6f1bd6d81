package staff

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"didpurchase/internal/desk"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/books"
	"didpurchase/internal/ledger"
)

// PaymentService enters money; *desk.Service implements it, and documents the
// errors.
type PaymentService interface {
	Enter(ctx context.Context, c ledger.Customer, m desk.Movement) (desk.Receipt, error)
}

// PaymentRequest is a received payment.
type PaymentRequest struct {
	Amount    httpapi.Money `json:"amount" doc:"Above 0, in the account's currency."`
	Reference string        `json:"reference" minLength:"1" maxLength:"128" doc:"The payment's own id, such as your provider's. It is entered once among all of your customers, even if it is sent again or in another notation: capitals, wide forms and extra blanks make no difference." example:"pi_3Nx"`
	Note      string        `json:"note,omitempty" maxLength:"500"`
}

// CorrectionRequest is a refund, or a correction.
type CorrectionRequest struct {
	Amount    httpapi.Money `json:"amount"`
	Reference string        `json:"reference" minLength:"1" maxLength:"128" doc:"It is entered once among all of your customers, like a payment's." example:"ticket-881"`
	Note      string        `json:"note" minLength:"1" maxLength:"500" doc:"The reason; the customer reads it."`
}

// Receipt is the entered payment, refund or correction.
type Receipt struct {
	Kind         string        `json:"kind" enum:"payment,refund,adjustment"`
	Reference    string        `json:"reference"`
	Amount       httpapi.Money `json:"amount" doc:"Of the balance: positive if the customer receives it."`
	BalanceAfter httpapi.Money `json:"balance_after"`
	At           time.Time     `json:"at"`
	Seq          int           `json:"seq" doc:"Of the ledger entry."`
	Note         *string       `json:"note"`
	By           string        `json:"by" doc:"The user who entered it, or key: and an API key's id."`
}

func registerPayments(r *httpapi.Routes, service PaymentService) {
	enter := func(kind ledger.Kind, path, id, summary, description string) huma.Operation {
		o := httpapi.Operation(http.MethodPost, "/v1/customers/{id}/"+path, id, httpapi.TagStaff, summary,
			description+" The same reference with the same amount returns the same receipt; with another amount, or for "+
				"another customer, it is refused.",
			http.StatusPaymentRequired, http.StatusNotFound, http.StatusConflict)
		o.DefaultStatus = http.StatusCreated
		return o
	}
	httpapi.Register(r, enter(ledger.Payment, "payments", "enter-payment", "Enter a payment",
		"Adds to the customer's balance, and tries unpaid charges immediately."),
		func(ctx context.Context, in *struct {
			books.CustomerPath
			Body PaymentRequest
		}) (*httpapi.Out[Receipt], error) {
			return entered(ctx, service, ledger.Payment, in.CustomerPath, in.Body.Amount, in.Body.Reference, in.Body.Note)
		})

	for kind, path := range map[ledger.Kind]string{ledger.Refund: "refunds", ledger.Adjustment: "adjustments"} {
		summary, description := "Enter a refund", "Subtracts a refund from the balance, which must not fall below zero."
		if kind == ledger.Adjustment {
			summary, description = "Enter an adjustment", "Corrects the balance: a positive amount is added to it."
		}
		httpapi.Register(r, enter(kind, path, "enter-"+string(kind), summary, description),
			func(ctx context.Context, in *struct {
				books.CustomerPath
				Body CorrectionRequest
			}) (*httpapi.Out[Receipt], error) {
				return entered(ctx, service, kind, in.CustomerPath, in.Body.Amount, in.Body.Reference, in.Body.Note)
			})
	}
}

func entered(ctx context.Context, service PaymentService, kind ledger.Kind, of books.CustomerPath, sum httpapi.Money,
	reference, note string) (*httpapi.Out[Receipt], error) {
	amount, err := sum.Read("/amount")
	if err != nil {
		return nil, err
	}
	receipt, err := service.Enter(ctx, of.Customer(ctx), desk.Movement{
		Kind: kind, Amount: amount, Reference: reference, Note: note, By: httpapi.Caller(ctx).User,
	})
	return httpapi.Answer(wireReceipt(receipt), err)
}

func wireReceipt(r desk.Receipt) Receipt {
	return Receipt{
		Kind: string(r.Kind), Reference: r.Reference, Amount: httpapi.WireMoney(r.Amount),
		BalanceAfter: httpapi.WireMoney(r.BalanceAfter),
		At:           r.At.UTC(), Seq: r.Seq, Note: httpapi.Optional(r.Note), By: r.By,
	}
}
