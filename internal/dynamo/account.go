package dynamo

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"didpurchase/internal/commit"
	"didpurchase/internal/desk"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/party"
)

// accountItem is a customer's account.
type accountItem struct {
	Carrier     string        `dynamodbav:"carrier"`
	Customer    string        `dynamodbav:"customer"`
	Name        string        `dynamodbav:"name"`
	Status      ledger.Status `dynamodbav:"status"`
	Ver         int           `dynamodbav:"ver"`
	Currency    string        `dynamodbav:"currency"`
	Balance     amount        `dynamodbav:"balance"`
	CreditLimit amount        `dynamodbav:"creditLimit"`
	Seq         int           `dynamodbav:"seq"`
	Orders      int           `dynamodbav:"orders"`
	Invoices    int           `dynamodbav:"invoices"`
	Reserving   int           `dynamodbav:"reserving,omitempty"`

	Tax          string           `dynamodbav:"taxPercent,omitempty"`
	TaxTreatment ledger.Treatment `dynamodbav:"taxTreatment,omitempty"`
	TaxReason    string           `dynamodbav:"taxReason,omitempty"`
	Invoicing    party.Invoicing  `dynamodbav:"invoicing,omitempty"`
	Debits       *amount          `dynamodbav:"debits,omitempty"`
	// the open period; in the first releases it was always a day
	RenewalDay     string    `dynamodbav:"renewalDay,omitempty"`
	RenewalInvoice string    `dynamodbav:"renewalInvoice,omitempty"`
	NextAt         time.Time `dynamodbav:"nextAt,omitempty"`
	Cause          string    `dynamodbav:"cause,omitempty"`
	DuePK          string    `dynamodbav:"duePK,omitempty"`

	Purchasing ledger.PurchasingMode `dynamodbav:"purchasing,omitempty"`
	MonthLimit *amount               `dynamodbav:"monthLimit,omitempty"`
	SpentMonth string                `dynamodbav:"spentMonth,omitempty"`
	Spent      *amount               `dynamodbav:"spent,omitempty"`
	AskAbove   *amount               `dynamodbav:"approvalAbove,omitempty"`

	OpenCredits []openCreditItem `dynamodbav:"openCredits,omitempty"`

	By *actorItem `dynamodbav:"by,omitempty"`
}

// openCreditItem is a credit note on an invoice that was not paid.
type openCreditItem struct {
	Debits *amount `dynamodbav:"d,omitempty"`
	Amount amount  `dynamodbav:"a"`
}

// Account returns the customer's account. Errors: commit.ErrNotFound.
func (s *Store) Account(ctx context.Context, c ledger.Customer) (ledger.Account, error) {
	i, err := s.get(ctx, accountKey(c))
	if err != nil {
		return ledger.Account{}, err
	}
	if i == nil {
		return ledger.Account{}, fmt.Errorf("%w: account of %s", commit.ErrNotFound, c)
	}
	return readAccount(i)
}

// accountWrites are the attributes that an update of an account may change.
var accountWrites = []string{
	"name", "status", "ver", "balance", "creditLimit", "seq", "orders", "invoices",
	"taxPercent", "renewalDay", "renewalInvoice", "nextAt", "duePK", "cause", "by", "spentMonth", "spent", "debits",
	"reserving", "openCredits",
}

func (s *Store) writeAccount(u ledger.Update) (write, error) {
	after, err := encode(accountItemOf(u.To))
	if err != nil {
		return write{}, err
	}
	guard := expression.And(equal("ver", u.SeenVer), equal("status", ledger.Active))
	action, err := s.update(accountKey(u.To.Customer), setting(after, accountWrites...), guard)
	return write{change: u, action: action, current: reading(readAccount)}, err
}

// amendmentWrites are the attributes that an amendment may change.
var amendmentWrites = []string{"name", "status", "ver", "creditLimit", "taxPercent", "nextAt", "duePK", "cause", "by",
	"purchasing", "monthLimit", "approvalAbove", "taxTreatment", "taxReason", "invoicing"}

func (s *Store) writeAmendment(a desk.Amendment) (write, error) {
	after, err := encode(accountItemOf(a.To))
	if err != nil {
		return write{}, err
	}
	action, err := s.update(accountKey(a.To.Customer), setting(after, amendmentWrites...), equal("ver", a.SeenVer))
	return write{change: a, action: action, current: reading(readAccount)}, err
}

func accountItemOf(a ledger.Account) accountItem {
	i := accountItem{
		Carrier: a.Customer.Carrier, Customer: a.Customer.ID, Name: a.Name, Status: a.Status, Ver: a.Ver,
		Currency: a.Currency, Balance: amount{a.Balance}, CreditLimit: amount{a.CreditLimit}, Seq: a.Seq, Orders: a.Orders,
		Invoices: a.Invoices, Reserving: a.Reserving, Tax: a.Tax.String(), RenewalDay: a.OpenPeriod,
		RenewalInvoice: a.OpenInvoice, NextAt: a.CollectAt, Cause: a.CollectFor, By: actorItemOf(a.By),
	}
	i.Purchasing, i.MonthLimit = a.Purchasing.Mode, optionalAmount(a.Purchasing.Limit)
	i.AskAbove = optionalAmount(a.Purchasing.ApprovalAbove)
	i.SpentMonth, i.Spent = a.Purchasing.Month, optionalAmount(a.Purchasing.Spent)
	i.TaxTreatment, i.TaxReason, i.Invoicing, i.Debits = a.TaxTreatment, a.TaxReason, a.Invoicing, optionalAmount(a.Debits)
	for _, c := range a.OpenCredits {
		i.OpenCredits = append(i.OpenCredits, openCreditItem{optionalAmount(c.Debits), amount{c.Amount}})
	}
	if !a.CollectAt.IsZero() {
		i.DuePK = duePK(a.Customer)
	}
	return i
}

func readAccount(i item) (ledger.Account, error) {
	var a accountItem
	if err := decode(i, &a); err != nil {
		return ledger.Account{}, err
	}
	tax, err := money.ParseRate(a.Tax)
	if err != nil {
		return ledger.Account{}, damaged(i, err)
	}
	var credits []ledger.OpenCredit
	for _, c := range a.OpenCredits {
		credits = append(credits, ledger.OpenCredit{Debits: c.Debits.amount(), Amount: c.Amount.Amount})
	}
	return ledger.Account{
		OpenCredits: credits,
		Customer:    ledger.Customer{Carrier: a.Carrier, ID: a.Customer}, Name: a.Name, Status: a.Status, Ver: a.Ver,
		Currency: a.Currency, Balance: a.Balance.Amount, CreditLimit: a.CreditLimit.Amount, Seq: a.Seq, Orders: a.Orders,
		Invoices: a.Invoices, Reserving: a.Reserving, Tax: tax, CollectAt: a.NextAt, CollectFor: a.Cause,
		OpenPeriod: a.RenewalDay, OpenInvoice: a.RenewalInvoice, By: a.By.actor(), TaxTreatment: a.TaxTreatment,
		TaxReason: a.TaxReason, Invoicing: a.Invoicing, Debits: a.Debits.amount(),
		Purchasing: ledger.Purchasing{Mode: a.Purchasing, Limit: a.MonthLimit.amount(), Month: a.SpentMonth,
			Spent: a.Spent.amount(), ApprovalAbove: a.AskAbove.amount()},
	}, nil
}
