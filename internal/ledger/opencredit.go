package ledger

import "didpurchase/internal/money"

// OpenCredit is a credit note on an invoice that was not paid: it reduced the debt
// and paid nothing. See StatusOf.
type OpenCredit struct {
	Debits money.Amount // of the corrected invoice
	Amount money.Amount // with tax
}

// maxOpenCredits bounds the list, which is a part of the account's item.
const maxOpenCredits = 40

// openCredits returns the account's open credits after a credit note of an amount.
// Those of invoices that are paid by now have no effect any more, and are left out.
// Errors: *NotCreditable.
func (a Account) openCredits(of Invoice, amount money.Amount) ([]OpenCredit, error) {
	var open []OpenCredit
	for _, c := range a.OpenCredits {
		left, err := a.beyond(c.Debits)
		if err != nil {
			return nil, err
		}
		if left.IsNegative() {
			open = append(open, c)
		}
	}
	left, err := a.beyond(of.Debits)
	if err != nil {
		return nil, err
	}
	if !left.IsNegative() {
		return open, nil
	}
	if len(open) == maxOpenCredits {
		return nil, refuse("%d invoices of the customer that are not paid have credit notes; enter payments first",
			maxOpenCredits)
	}
	return append(open, OpenCredit{of.Debits, amount}), nil
}

// beyond returns the money that is left after everything that was charged up to
// debits is paid; negative if it is not paid.
//
// Money pays the oldest charge first. The balance is money less charges, so the
// money is the balance plus the account's Debits. A credit note is in the balance,
// too. On an invoice that was not paid it is no money: it only makes the debt of
// that invoice, and the sum of all up to a later one, smaller.
//
// Example: invoices of 10 and 10 are not paid, so the balance is -20. The second is
// credited whole: the balance is -10. The money is -10 + 20 - 10 = 0, so that the
// first invoice stays open.
func (a Account) beyond(debits money.Amount) (money.Amount, error) {
	left, err := a.Balance.Add(a.Debits)
	if err != nil {
		return left, err
	}
	if left, err = left.Sub(debits); err != nil {
		return left, err
	}
	for _, c := range a.OpenCredits {
		later, err := c.Debits.Cmp(debits)
		if debits.Currency() != "" && err != nil {
			return left, err
		}
		if debits.Currency() != "" && later <= 0 {
			continue
		}
		if left, err = left.Sub(c.Amount); err != nil {
			return left, err
		}
	}
	return left, nil
}
