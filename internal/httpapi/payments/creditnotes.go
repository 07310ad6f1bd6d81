package payments

import (
	"context"
	"fmt"
	"net/http"
	"reflect"

	"didpurchase/internal/crediting"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/books"
	"didpurchase/internal/ledger"
	"didpurchase/internal/topup"
)

// Creditor issues credit notes; *crediting.Service implements it, and documents the
// errors.
type Creditor interface {
	Preview(ctx context.Context, c ledger.Customer, r crediting.Request) (crediting.Result, error)
	Issue(ctx context.Context, c ledger.Customer, r crediting.Request) (crediting.Result, error)
}

// CreditNoteRequest is a wanted credit note.
type CreditNoteRequest struct {
	Invoice string         `json:"invoice" maxLength:"200" doc:"The id of an issued invoice." example:"alice-inv-7"`
	Lines   []int          `json:"lines,omitempty" maxItems:"1000" doc:"The lines to credit, by their line on the invoice. Without lines and amount the whole rest of the invoice is credited."`
	Amount  *httpapi.Money `json:"amount,omitempty" doc:"In place of lines: an amount with tax, at most the rest of the invoice. It is split over the tax rates of the invoice in proportion."`
	Reason  string         `json:"reason" minLength:"1" maxLength:"500" doc:"On the credit note, for the customer." example:"The number did not work in November."`
	Refund  string         `json:"refund,omitempty" enum:"balance,provider" default:"balance" doc:"balance: the amount stays in the balance. provider: it goes back by the payment provider, to a payment of the customer's that is large enough."`
	DryRun  bool           `json:"dry_run,omitempty" doc:"Answer with the credit note as it would be, and issue nothing. It needs no Idempotency-Key."`
}

// CreditNote is a credit note on the wire: an invoice with amounts of 0 or less.
type CreditNote struct {
	books.Invoice
	DryRun        bool          `json:"dry_run" doc:"Nothing was issued."`
	InvoiceStatus string        `json:"invoice_status" enum:"open,paid,void" doc:"Of the corrected invoice, after the credit note."`
	Left          httpapi.Money `json:"left" doc:"What can still be credited of the invoice, with tax."`
	BalanceAfter  httpapi.Money `json:"balance_after" doc:"Of the account now; a refund by the provider is subtracted once the provider confirms it."`
	Refund        *CreditRefund `json:"refund" doc:"null: the amount stays in the balance."`
}

// CreditRefund is the way of a credit note's amount back by the payment provider.
type CreditRefund struct {
	Payment string  `json:"payment" doc:"The provider's id of the payment that is refunded." example:"pi_3Nx"`
	Status  string  `json:"status" enum:"planned,sent,refused" doc:"planned: a dry run. sent: the provider took it; the ledger has it once the provider confirms it. refused: the amount stays in the balance."`
	Detail  *string `json:"detail" doc:"The provider's reason of a refusal."`
}

func (t Routes) registerCreditNotes(r *httpapi.Routes) {
	o := httpapi.Operation(http.MethodPost, "/v1/customers/{id}/credit-notes", "issue-credit-note", httpapi.TagStaff,
		"Issue a credit note", "Corrects an issued invoice, which never changes: whole, by lines, or by an amount. All "+
			"credit notes of an invoice together are at most the invoice. The credit note has a number of its own series "+
			"without gaps, is listed with the customer's invoices, and its amount is added to the balance. The same "+
			"Idempotency-Key returns the same credit note for 31 days.",
		http.StatusNotFound, http.StatusConflict)
	o.DefaultStatus = http.StatusCreated
	o = httpapi.InStatuses(o, map[int]reflect.Type{
		http.StatusOK: reflect.TypeFor[CreditNote](), http.StatusCreated: reflect.TypeFor[CreditNote](),
	})
	httpapi.Register(r, o, func(ctx context.Context, in *struct {
		books.CustomerPath
		Key  string `header:"Idempotency-Key" doc:"Required unless dry_run. 1 to 255 printable characters of your choice, a new one for each credit note." example:"2f9c1b7e"`
		Body CreditNoteRequest
	}) (*httpapi.Outcome, error) {
		return t.credit(ctx, in.Customer(ctx), in.Key, in.Body)
	})
}

func (t Routes) credit(ctx context.Context, c ledger.Customer, key string, body CreditNoteRequest) (*httpapi.Outcome,
	error) {
	wanted, err := body.read(key)
	if err != nil {
		return nil, err
	}
	if body.DryRun {
		return t.preview(ctx, c, wanted)
	}
	if err := books.CheckKey(key); err != nil {
		return nil, err
	}
	if wanted.ToProvider {
		return t.creditToProvider(ctx, c, wanted)
	}
	result, err := t.Credits.Issue(ctx, c, wanted)
	return t.answer(ctx, http.StatusCreated, result, nil, err)
}

func (b CreditNoteRequest) read(key string) (crediting.Request, error) {
	wanted := crediting.Request{
		Key: key, Invoice: b.Invoice, Selection: ledger.Selection{Lines: b.Lines}, Reason: b.Reason,
		ToProvider: b.Refund == "provider",
	}
	if b.Lines != nil && len(b.Lines) == 0 {
		return wanted, httpapi.BadField("/lines", "must name a line; leave lines out to credit all that is left")
	}
	if b.Amount == nil {
		return wanted, nil
	}
	var err error
	wanted.Selection.Amount, err = b.Amount.Read("/amount")
	return wanted, err
}

func (t Routes) preview(ctx context.Context, c ledger.Customer, wanted crediting.Request) (*httpapi.Outcome, error) {
	result, err := t.Credits.Preview(ctx, c, wanted)
	if err != nil || !wanted.ToProvider {
		return t.answer(ctx, http.StatusOK, result, nil, err)
	}
	payment, err := t.Service.Refundable(ctx, c, result.Note.Gross.Neg())
	return t.answer(ctx, http.StatusOK, result, &CreditRefund{Payment: payment, Status: "planned"}, err)
}

// creditToProvider issues a credit note, and then asks the provider for the refund.
// A repeat with the same key goes on where the first request ended: both steps are
// done once.
func (t Routes) creditToProvider(ctx context.Context, c ledger.Customer, wanted crediting.Request) (*httpapi.Outcome,
	error) {
	wanted.Payment = func(ctx context.Context, note ledger.Invoice) (string, error) {
		return t.Service.Refundable(ctx, c, note.Gross.Neg())
	}
	result, err := t.Credits.Issue(ctx, c, wanted)
	if err != nil {
		return nil, err
	}
	refund := &CreditRefund{Payment: result.Note.Corrects.Payment, Status: "sent"}
	err = t.Service.Refund(ctx, c, topup.Refund{
		ID: result.Note.ID, Payment: refund.Payment, Amount: result.Note.Gross.Neg(),
	})
	if refused := topup.RefusalOf(err); refused != "" {
		refund.Status, refund.Detail, err = "refused", &refused, nil
	}
	if err != nil {
		return nil, fmt.Errorf("credit note %s is issued, and its refund is not sent: %w", result.Note.Issued.Number, err)
	}
	if result.Account, err = t.Records.Account(ctx, c); err != nil {
		return nil, err
	}
	return t.answer(ctx, http.StatusCreated, result, refund, nil)
}

func (t Routes) answer(ctx context.Context, status int, r crediting.Result, refund *CreditRefund,
	err error) (*httpapi.Outcome, error) {
	if err != nil {
		return nil, err
	}
	document, err := books.WireCreditNote(ctx, t.Records, r.Note, r.Entries, r.Account, r.Carrier)
	if err != nil {
		return nil, err
	}
	now, err := r.Account.StatusOf(r.Invoice)
	if err != nil {
		return nil, err
	}
	left, err := r.Invoice.Gross.Sub(r.Invoice.Credited)
	return &httpapi.Outcome{Status: status, Body: CreditNote{
		Invoice: document, DryRun: status == http.StatusOK, InvoiceStatus: string(now), Left: httpapi.WireMoney(left),
		BalanceAfter: httpapi.WireMoney(r.Account.Balance), Refund: refund,
	}}, err
}
