package ledger_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"didpurchase/internal/ledger"
	"didpurchase/internal/wanttest"
)

// debt is an invoice of the oracle, in cents.
type debt struct {
	gross, credited, paid int64
	invoice               ledger.Invoice
}

// debts is the oracle of TestStatusFollowsTheMoney: it pays one invoice after
// the other, the oldest first. A credit note first reduces the unpaid part of its
// invoice; the rest of it is money again.
type debts struct {
	all   []*debt
	money int64 // not used for an invoice
}

func (d *debts) pay(cents int64) {
	d.money += cents
	for _, one := range d.all {
		part := min(d.money, one.gross-one.credited-one.paid)
		one.paid, d.money = one.paid+part, d.money-part
	}
}

func (d *debts) credit(one *debt, cents int64) {
	one.credited += cents
	over := max(0, one.credited+one.paid-one.gross)
	one.paid -= over
	d.pay(over)
}

func (one *debt) status() ledger.InvoiceStatus {
	switch {
	case one.credited == one.gross:
		return ledger.Void
	case one.credited+one.paid == one.gross:
		return ledger.Paid
	}
	return ledger.Open
}

// TestStatusFollowsTheMoney compares the statuses of invoices with an oracle, over
// charges, payments and credit notes in any order.
func TestStatusFollowsTheMoney(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		b, oracle := newBilled(), &debts{}
		for range rapid.IntRange(1, 14).Draw(r, "steps") {
			switch step := rapid.IntRange(0, 2).Draw(r, "step"); {
			case step == 0 || len(oracle.all) == 0:
				b.invoice = ledger.Invoice{}
				b.bill(r, regimes[2], []int64{rapid.Int64Range(1, 20).Draw(r, "charge")})
				b.issue(r, false)
				oracle.all = append(oracle.all, &debt{gross: units(b.invoice.Gross), invoice: b.invoice})
				oracle.pay(0)
			case step == 1:
				cents := rapid.Int64Range(1, 30).Draw(r, "payment")
				update, _, err := b.account.Post(ledger.Payment, []ledger.Posting{{Account: ledger.Cash, Amount: minor(-cents)}},
					ledger.Reference{}, b.now)
				wanttest.True(r, "it is paid", err == nil)
				b.account = update.To
				oracle.pay(cents)
			default:
				b.creditOne(r, oracle)
			}
			for n, one := range oracle.all {
				status, err := b.account.StatusOf(one.invoice)
				wanttest.True(r, "the status is known", err == nil)
				wanttest.Equal(r, fmt.Sprintf("status of invoice %d", n+1), status, one.status())
			}
		}
	})
}

// creditOne credits a part of an invoice.
func (b *billed) creditOne(r *rapid.T, oracle *debts) {
	one := rapid.SampledFrom(oracle.all).Draw(r, "invoice")
	if one.credited == one.gross {
		return
	}
	cents := rapid.Int64Range(1, one.gross-one.credited).Draw(r, "credit")
	done, err := b.account.Credit(one.invoice, nil, ledger.Selection{Amount: minor(cents)}, "why", b.now)
	wanttest.True(r, fmt.Sprint("it is credited: ", err), err == nil)
	b.account, one.invoice = done.Account.To, done.Invoice
	oracle.credit(one, cents)
}
