package desk

import (
	"context"
	"maps"
	"time"

	"didpurchase/internal/audit"
	"didpurchase/internal/commit"
	"didpurchase/internal/correlation"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/party"
	"didpurchase/internal/validate"
)

// Amendment changes the terms of an account, not its balance. It succeeds for
// an account that still has version SeenVer, active or closed.
type Amendment struct {
	SeenVer int
	To      ledger.Account
}

// Target names the account's item.
func (a Amendment) Target() string { return ledger.Update{To: a.To}.Target() }

// Opening has the fields of a new account.
type Opening struct {
	ID          string
	Name        string
	Currency    string // "" = the carrier's
	CreditLimit money.Amount
	Tax         money.Rate
}

// OpenAccount creates a customer of the carrier with an empty account. Errors:
// *validate.Invalid, commit.ErrExists.
func (s *Service) OpenAccount(ctx context.Context, carrier string, o Opening) (ledger.Account, error) {
	of, err := s.store.Carrier(ctx, carrier)
	if err != nil {
		return ledger.Account{}, err
	}
	if o.Currency == "" {
		o.Currency = of.Currency
	}
	none, err := money.Parse("0", o.Currency)
	var f validate.Faults
	f.Unless(validate.Slug(o.ID), "/id", "must be a slug such as alice or acme-retail, of at most 40 characters")
	f.Unless(validate.Text(o.Name, 1, 100), "/name", "must be 1 to 100 characters, of which one is visible")
	f.Unless(err == nil, "/currency", "%q is not an ISO 4217 currency", o.Currency)
	if o.CreditLimit.Currency() == "" {
		o.CreditLimit = none
	}
	checkLimit(&f, o.CreditLimit, o.Currency)
	if err := f.Err(); err != nil {
		return ledger.Account{}, err
	}
	account := ledger.Account{
		Customer: ledger.Customer{Carrier: carrier, ID: o.ID}, Name: o.Name, Status: ledger.Active, Ver: 1,
		Currency: o.Currency, Balance: none, CreditLimit: o.CreditLimit, Tax: o.Tax,
	}
	return account, s.store.CreateCustomer(ctx, account, s.act(ctx, audit.Entry{
		Carrier: carrier, Action: audit.CustomerCreated, Customer: o.ID, New: accountValues(account),
	}))
}

func checkLimit(f *validate.Faults, limit money.Amount, currency string) {
	f.Unless(!limit.IsNegative(), "/credit_limit/amount", "must not be negative")
	f.Unless(limit.Currency() == currency, "/credit_limit/currency", "must be the account's, %s", currency)
}

// Terms are the fields of an account that staff may change; nil leaves one
// unchanged.
type Terms struct {
	Name        *string
	Status      *ledger.Status
	CreditLimit *money.Amount
	Tax         *money.Rate
	Treatment   *ledger.Treatment
	TaxReason   *string
	Invoicing   *party.Invoicing // "" = the carrier's

	Purchasing   *ledger.PurchasingMode
	MonthlyLimit *money.Amount // without a currency: removes the limit
	// ApprovalAbove is the total up to which an order needs no approval; without a
	// currency every order needs one.
	ApprovalAbove *money.Amount
}

// Amend changes an account's terms. If the new terms allow more charges, unpaid
// charges are tried again. Errors: commit.ErrNotFound, *validate.Invalid.
func (s *Service) Amend(ctx context.Context, c ledger.Customer, t Terms) (ledger.Account, error) {
	return commit.Insist(ctx, func() (ledger.Account, error) {
		account, err := s.store.Account(ctx, c)
		if err != nil {
			return ledger.Account{}, err
		}
		a, changed, err := amend(account, t, s.now())
		if err != nil || !changed {
			return account, err
		}
		a.To = collectedFor(ctx, a.To, account)
		return a.To, s.commit(ctx, a, s.act(ctx, audit.Entry{
			Carrier: c.Carrier, Action: audit.CustomerChanged, Customer: c.ID, Old: accountValues(account),
			New: accountValues(a.To),
		}))
	})
}

// collectedFor returns the account with the correlation id of this request, if
// the request made it due for collection.
func collectedFor(ctx context.Context, account, before ledger.Account) ledger.Account {
	if !account.CollectAt.Equal(before.CollectAt) {
		account.CollectFor = correlation.ID(ctx)
	}
	return account
}

// amend decides from the current account only.
func amend(account ledger.Account, t Terms, now time.Time) (a Amendment, changed bool, err error) {
	to := account
	var f validate.Faults
	if t.Name != nil {
		to.Name = *t.Name
		f.Unless(validate.Text(to.Name, 1, 100), "/name", "must be 1 to 100 characters, of which one is visible")
	}
	if t.Status != nil {
		to.Status = *t.Status
		f.Unless(to.Status == ledger.Active || to.Status == ledger.Closed, "/status", "must be active or closed")
	}
	if t.CreditLimit != nil {
		to.CreditLimit = *t.CreditLimit
		checkLimit(&f, to.CreditLimit, account.Currency)
	}
	t.amendTax(&to, &f)
	t.amendPurchasing(&to, &f)
	if err := f.Err(); err != nil {
		return Amendment{}, false, err
	}
	if maps.Equal(accountValues(to), accountValues(account)) {
		return Amendment{}, false, nil
	}
	collects, err := mayPayMore(account, to)
	if err != nil {
		return Amendment{}, false, err
	}
	if collects {
		to.CollectAt = now
	}
	to.Ver = account.Ver + 1
	return Amendment{SeenVer: account.Ver, To: to}, true, nil
}

// mayPayMore reports whether the account can pay charges that it could not pay
// before: its credit limit grew, or it was opened again.
func mayPayMore(before, after ledger.Account) (bool, error) {
	more, err := after.CreditLimit.Cmp(before.CreditLimit)
	return after.Status == ledger.Active && (more > 0 || before.Status != ledger.Active), err
}

// amendTax changes the tax and the way of invoicing of the customer's charges.
func (t Terms) amendTax(to *ledger.Account, f *validate.Faults) {
	set(&to.Tax, t.Tax)
	set(&to.TaxTreatment, t.Treatment)
	set(&to.TaxReason, t.TaxReason)
	set(&to.Invoicing, t.Invoicing)
	treatment := to.TaxedAs()
	f.Unless(treatment.Known(), "/tax_treatment", "must be taxable, reverse_charge or exempt")
	f.Unless(treatment == ledger.Taxable || to.Tax == money.Rate{}, "/tax_percent", "must be 0 with the treatment %s",
		treatment)
	f.Unless(treatment != ledger.Exempt || validate.Text(to.TaxReason, 1, 200), "/tax_reason",
		"must be 1 to 200 characters for an exemption, such as the law's article")
	f.Unless(treatment == ledger.Exempt || to.TaxReason == "", "/tax_reason", "is only for an exemption")
	f.Unless(to.Invoicing == "" || to.Invoicing.Known(), "/invoicing", "must be per_charge, monthly or null")
}

// amendPurchasing changes the customer's permission to buy.
func (t Terms) amendPurchasing(to *ledger.Account, f *validate.Faults) {
	if t.Purchasing != nil {
		to.Purchasing.Mode = *t.Purchasing
		f.Unless(to.Purchasing.Mode.Known(), "/purchasing/mode", "must be allowed, search_only or needs_approval")
	}
	set(&to.Purchasing.Limit, t.MonthlyLimit)
	set(&to.Purchasing.ApprovalAbove, t.ApprovalAbove)
	checkOptional(f, "/purchasing/monthly_limit", to.Purchasing.Limit, to.Currency)
	checkOptional(f, "/purchasing/approval_above", to.Purchasing.ApprovalAbove, to.Currency)
}

// checkOptional checks an amount of the account; without a currency there is none.
func checkOptional(f *validate.Faults, field string, a money.Amount, currency string) {
	if a.Currency() == "" {
		return
	}
	f.Unless(!a.IsNegative(), field+"/amount", "must not be negative")
	f.Unless(a.Currency() == currency, field+"/currency", "must be the account's, %s", currency)
}
