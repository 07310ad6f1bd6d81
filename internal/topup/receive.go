package topup

import (
	"context"
	"errors"
	"fmt"

	"didpurchase/internal/auth"
	"didpurchase/internal/commit"
	"didpurchase/internal/desk"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
)

// Receive processes a provider's notification to a carrier: it checks the
// signature, and then enters the money that moved. It is safe to repeat, in any
// order. A notification that contradicts our own records is not entered, but
// reported as a Finding.
//
// Errors: commit.ErrNotFound for a provider or a carrier that is unknown, or has no
// secrets; ErrForged. After any other error the provider sends it again.
func (s *Service) Receive(ctx context.Context, carrier, provider string, header func(string) string,
	body []byte) error {
	reader := s.providers[provider]
	if reader == nil {
		return fmt.Errorf("%w: payment provider %s", commit.ErrNotFound, provider)
	}
	if _, err := s.store.Carrier(ctx, carrier); err != nil {
		return err
	}
	secret, err := s.secrets.Secret(ctx, carrier, provider)
	if err != nil {
		return err
	}
	n, err := reader.Read(secret, header, body, s.now())
	if err != nil {
		return err
	}
	ctx = auth.ActingAs(ctx, auth.Actor{Kind: auth.ByProvider, ID: provider})
	told := telling{Service: s, carrier: carrier, provider: provider, Notification: n}
	switch {
	case n.Reversal != nil:
		return told.reverse(ctx)
	case n.TopUp == "" || n.Carrier != carrier: // of the provider's other business
		return nil
	default:
		return told.pay(ctx)
	}
}

// telling is a notification that is being processed.
type telling struct {
	*Service
	carrier, provider string
	Notification
}

func (t telling) customer() ledger.Customer {
	return ledger.Customer{Carrier: t.carrier, ID: t.Customer}
}

// pay brings a top-up into the reported status, and credits it.
func (t telling) pay(ctx context.Context) error {
	problem, err := commit.Insist(ctx, func() (Problem, error) { return t.payOnce(ctx) })
	switch {
	case err != nil:
		return err
	case problem != "":
		return t.leave(ctx, problem)
	case t.Status != Paid:
		return nil
	}
	return t.enterReversals(ctx)
}

// leave leaves a payment to staff. The finding is written first, so that a top-up
// in review always has one.
func (t telling) leave(ctx context.Context, problem Problem) error {
	if err := t.report(ctx, problem, t.Amount); err != nil {
		return err
	}
	_, err := commit.Insist(ctx, func() (struct{}, error) {
		topUp, err := t.store.TopUp(ctx, t.customer(), t.TopUp)
		if errors.Is(err, commit.ErrNotFound) || err == nil && !topUp.mayBecome(Review) {
			return struct{}{}, nil
		}
		if err != nil {
			return struct{}{}, err
		}
		return struct{}{}, t.commit(ctx, topUp.in(Review))
	})
	return err
}

// payOnce makes one try of pay. A problem does not go away: a repeat finds it again.
func (t telling) payOnce(ctx context.Context) (Problem, error) {
	topUp, err := t.store.TopUp(ctx, t.customer(), t.TopUp)
	switch {
	case errors.Is(err, commit.ErrNotFound):
		return UnknownTopUp, nil
	case err != nil:
		return "", err
	case topUp.Session != "" && topUp.Session != t.Session:
		return OtherSession, nil
	case topUp.Status == Paid && t.Status == Paid && topUp.Payment != t.Payment:
		return PaidAgain, nil
	case !topUp.mayBecome(t.Status):
		return "", nil
	case t.Status != Paid:
		return "", t.commit(ctx, topUp.in(t.Status))
	case !topUp.Amount.Equal(t.Amount):
		return OtherAmount, nil
	}
	return t.credit(ctx, topUp)
}

// credit enters the payment of a top-up with everything that belongs to it, in
// one transaction. A payment that staff have entered by its id is not entered
// again.
func (t telling) credit(ctx context.Context, topUp TopUp) (Problem, error) {
	account, err := t.store.Account(ctx, topUp.Customer)
	if err != nil {
		return "", err
	}
	payment, err := t.store.Payment(ctx, t.carrier, t.provider, t.Payment)
	if err != nil {
		return "", err
	}
	changes, receipt, problem, err := t.enter(ctx, account, desk.Receipt{
		Reference: t.Payment, Kind: ledger.Payment, Amount: t.Amount, Note: "Top-up",
	})
	if err != nil || problem != "" {
		return problem, err
	}
	paid := topUp.in(Paid)
	paid.To.Session, paid.To.Payment, paid.To.PaidAt = t.Session, t.Payment, receipt.At
	paid.To.Seq, paid.To.BalanceAfter = receipt.Seq, receipt.BalanceAfter
	payment.Customer, payment.TopUp = topUp.Customer.ID, topUp.ID
	return "", t.commit(ctx, append(changes, paid, payment.update(t.now()))...)
}

// enter returns the changes that enter a receipt, none if the same one is
// entered already.
func (t telling) enter(ctx context.Context, account ledger.Account, r desk.Receipt) (changes []commit.Change,
	receipt desk.Receipt, problem Problem, err error) {
	r.Customer, r.By, r.At = account.Customer, t.provider, t.now()
	known, err := t.store.Receipt(ctx, account.Customer, r.Reference)
	switch {
	case err != nil:
		return nil, known, "", err
	case known.Reference != "" && known.SameAs(r):
		return nil, known, "", nil
	case known.Reference != "":
		return nil, known, ReferenceUsed, nil
	}
	changes, receipt, err = desk.EnteringMoved(ctx, account, r)
	switch {
	case errors.Is(err, ledger.ErrAccountClosed):
		return nil, receipt, AccountClosed, nil
	case errors.Is(err, money.ErrCurrencyMismatch):
		return nil, receipt, OtherAmount, nil
	}
	return changes, receipt, "", err
}

// reverse records the reported state of a refund or a dispute, and enters it if its
// payment is credited.
func (t telling) reverse(ctx context.Context) error {
	_, err := commit.Insist(ctx, func() (struct{}, error) {
		payment, err := t.store.Payment(ctx, t.carrier, t.provider, t.Payment)
		if err != nil {
			return struct{}{}, err
		}
		payment, changed := payment.with(*t.Reversal)
		if !changed {
			return struct{}{}, nil
		}
		return struct{}{}, t.commit(ctx, payment.update(t.now()))
	})
	if err != nil {
		return err
	}
	return t.enterReversals(ctx)
}

// enterReversals enters the missing ledger entries for a payment's reversals.
func (t telling) enterReversals(ctx context.Context) error {
	payment, err := t.store.Payment(ctx, t.carrier, t.provider, t.Payment)
	if err != nil || payment.TopUp == "" {
		return err
	}
	t.Customer, t.TopUp = payment.Customer, payment.TopUp
	for i := range payment.Reversals {
		if err := t.enterReversal(ctx, i); err != nil {
			return err
		}
	}
	return nil
}

func (t telling) enterReversal(ctx context.Context, i int) error {
	var amount money.Amount
	problem, err := commit.Insist(ctx, func() (Problem, error) {
		payment, err := t.store.Payment(ctx, t.carrier, t.provider, t.Payment)
		if err != nil {
			return "", err
		}
		wanted, lacking := payment.Reversals[i].lacking()
		if !lacking {
			return "", nil
		}
		amount = wanted.amount
		account, err := t.store.Account(ctx, t.customer())
		if err != nil {
			return "", err
		}
		changes, _, problem, err := t.enter(ctx, account, desk.Receipt{
			Reference: wanted.reference, Kind: wanted.kind, Amount: wanted.amount, Note: wanted.note,
		})
		if err != nil || problem != "" {
			return problem, err
		}
		payment.Reversals[i] = wanted.done
		return "", t.commit(ctx, append(changes, payment.update(t.now()))...)
	})
	if err != nil || problem == "" {
		return err
	}
	return t.report(ctx, problem, amount)
}

// report writes a finding.
func (t telling) report(ctx context.Context, problem Problem, amount money.Amount) error {
	f := Finding{
		Carrier: t.carrier, ID: t.ID, At: t.At, Provider: t.provider, Problem: problem, Customer: t.Customer,
		TopUp: t.TopUp, Payment: t.Payment, Amount: amount,
	}
	if topUp, err := t.store.TopUp(ctx, t.customer(), t.TopUp); err == nil {
		f.Expected = topUp.Amount
	}
	return t.store.PutFinding(ctx, f)
}
