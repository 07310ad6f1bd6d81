package ledger_test

import (
	"errors"
	"fmt"
	"math/big"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/wanttest"
)

// regime is how an account is taxed.
type regime struct {
	percent   string
	treatment ledger.Treatment
	reason    string
}

var regimes = []regime{{"20", ledger.Taxable, ""}, {"8.25", ledger.Taxable, ""}, {"0", ledger.ReverseCharge, ""},
	{"0", ledger.Exempt, "Art. 44"}}

// billed is an account with one issued invoice, and its entries.
type billed struct {
	account ledger.Account
	invoice ledger.Invoice
	entries []ledger.Entry
	now     time.Time
}

// bill adds an entry of charges, taxed in a regime, to the invoice.
func (b *billed) bill(t rapid.TB, r regime, nets []int64) {
	rate, err := money.ParseRate(r.percent)
	wanttest.True(t, "the rate is read", err == nil)
	b.account.Tax, b.account.TaxTreatment, b.account.TaxReason = rate, r.treatment, r.reason
	var charges []ledger.Charge
	for n, net := range nets {
		amount := minor(net)
		charges = append(charges, ledger.Charge{Book: ledger.Recurring, Net: amount, Tax: rate.Of(amount),
			Number: 442071230000, RentalID: fmt.Sprint(n), Package: fmt.Sprint("p", n%3)})
	}
	if b.invoice.ID == "" {
		b.invoice = b.account.NextInvoice(b.now)
		b.invoice.Period = "2026-01"
	}
	update, entry, billed, err := b.account.Bill(ledger.Renewal, charges, b.invoice, "", b.now)
	wanttest.True(t, fmt.Sprint("it is billed: ", err), err == nil)
	b.account, b.invoice, b.entries = update.To, billed, append(b.entries, entry)
}

// issue gives the invoice its number, with the tax by total if wanted.
func (b *billed) issue(t rapid.TB, byTotal bool) {
	if byTotal {
		update, entry, rounded, changed, err := b.account.RoundTax(b.invoice, b.now)
		wanttest.True(t, fmt.Sprint("it is rounded: ", err), err == nil)
		if changed {
			b.account, b.invoice, b.entries = update.To, rounded, append(b.entries, entry)
		}
	}
	b.invoice.NextAt, b.invoice.Issued.Number = time.Time{}, "ACME-2026-000001"
}

func minor(units int64) money.Amount {
	a, err := money.FromMinor(units, "USD")
	if err != nil {
		panic(err)
	}
	return a
}

func units(a money.Amount) int64 {
	n, err := a.Minor()
	if err != nil {
		panic(err)
	}
	return n
}

func newBilled() *billed {
	return &billed{now: time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC),
		account: ledger.Account{Customer: ledger.Customer{Carrier: "acme", ID: "alice"}, Status: ledger.Active,
			Currency: "USD", Balance: minor(0), CreditLimit: minor(1_000_000_00), Ver: 1}}
}

func drawBilled(r *rapid.T) *billed {
	b := newBilled()
	for range rapid.IntRange(1, 4).Draw(r, "entries") {
		b.bill(r, rapid.SampledFrom(regimes).Draw(r, "regime"),
			rapid.SliceOfN(rapid.Int64Range(1, 999), 1, 6).Draw(r, "cents"))
	}
	b.issue(r, rapid.Bool().Draw(r, "by total"))
	return b
}

// drawSelection returns lines, an amount, or the whole.
func (b *billed) drawSelection(r *rapid.T, lines int) ledger.Selection {
	left := units(b.invoice.Gross)
	if b.invoice.Credited.Currency() != "" {
		left -= units(b.invoice.Credited)
	}
	switch rapid.IntRange(0, 4).Draw(r, "way") {
	case 0:
		return ledger.Selection{}
	case 1, 2:
		return ledger.Selection{Lines: rapid.SliceOfN(rapid.IntRange(0, lines+1), 1, 4).Draw(r, "lines")}
	default:
		return ledger.Selection{Amount: minor(rapid.Int64Range(0, left+2).Draw(r, "amount"))}
	}
}

// TestCreditNotesComeToTheInvoice: whatever is credited, in any order, is at most the
// invoice; the last one leaves nothing of any rate; each has the tax of its rate in
// proportion, to the cent; and the balance is again what it was.
func TestCreditNotesComeToTheInvoice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		b := drawBilled(r)
		lines, err := b.invoice.PlaceLines(b.entries)
		wanttest.True(r, "lines are read", err == nil)
		for range rapid.IntRange(0, 6).Draw(r, "credit notes") {
			b.credit(r, lines, b.drawSelection(r, len(lines)))
		}
		if !b.invoice.Credited.Equal(b.invoice.Gross) {
			b.credit(r, lines, ledger.Selection{})
		}
		wanttest.Equal(r, "credited", b.invoice.Credited.String(), b.invoice.Gross.String())
		for _, total := range b.invoice.Taxes {
			wanttest.Equal(r, "net credited at "+total.Rate.String(), units(total.CreditedNet), units(total.Net))
			wanttest.Equal(r, "tax credited at "+total.Rate.String(), units(total.CreditedTax), units(total.Tax))
		}
		wanttest.Equal(r, "balance", b.account.Balance.String(), "0.00 USD")
		status, err := b.account.StatusOf(b.invoice)
		wanttest.True(r, "the status is known", err == nil)
		wanttest.Equal(r, "status", status, ledger.Void)
		var refused *ledger.NotCreditable
		_, err = b.account.Credit(b.invoice, lines, ledger.Selection{Amount: minor(1)}, "again", b.now)
		wanttest.True(r, "a cent more is refused", errors.As(err, &refused))
	})
}

// credit makes a credit note and checks it, unless it is refused.
func (b *billed) credit(r *rapid.T, lines []ledger.PlacedLine, s ledger.Selection) {
	before := b.invoice
	done, err := b.account.Credit(b.invoice, lines, s, "why", b.now)
	if err != nil {
		var refused *ledger.NotCreditable
		wanttest.True(r, fmt.Sprint("the refusal has a reason: ", err), errors.As(err, &refused))
		return
	}
	wanttest.True(r, "the entry is balanced", done.Entry.Check() == nil)
	wanttest.Equal(r, "entry", done.Entry.Amount.String(), done.Note.Gross.Neg().String())
	if s.Amount.Currency() != "" {
		wanttest.Equal(r, "the amount is credited", done.Entry.Amount.String(), s.Amount.String())
	}
	wantSums(r, done)
	for n, total := range done.Invoice.Taxes {
		was := before.Taxes[n]
		net, tax := units(total.CreditedNet)-units(was.CreditedNet), units(total.CreditedTax)-units(was.CreditedTax)
		wanttest.True(r, "nothing negative is credited", net >= 0 && tax >= 0)
		wanttest.True(r, "at most the rate's net", units(total.CreditedNet) <= units(total.Net))
		wanttest.True(r, "at most the rate's tax", units(total.CreditedTax) <= units(total.Tax))
		if s.Amount.Currency() != "" && before.Credited.Currency() == "" {
			wantInProportion(r, total, net, tax)
		}
	}
	b.account, b.invoice = done.Account.To, done.Invoice
}

// wantSums wants the lines of the entry, with the rounding, to come to the note.
func wantSums(r *rapid.T, done ledger.Crediting) {
	read, err := ledger.Lines([]ledger.Entry{done.Entry})
	wanttest.True(r, "lines of the credit note are read", err == nil)
	var net, tax int64
	for _, l := range read {
		net, tax = net+units(l.Net), tax+units(l.Tax)
	}
	tax += units(done.Note.Rounding)
	wanttest.Equal(r, "net of the lines", net, units(done.Note.Net))
	wanttest.Equal(r, "tax of the lines", tax, units(done.Note.Tax))
	var netOfRates, taxOfRates int64
	for _, total := range done.Note.Taxes {
		netOfRates, taxOfRates = netOfRates+units(total.Net), taxOfRates+units(total.Tax)
	}
	wanttest.Equal(r, "net of the rates", netOfRates, units(done.Note.Net))
	wanttest.Equal(r, "tax of the rates", taxOfRates, units(done.Note.Tax))
}

// wantInProportion compares the tax of an amount with exact fractions: it is the
// rate's tax × amount ÷ gross, rounded, so at most half a cent away.
func wantInProportion(r *rapid.T, total ledger.TaxTotal, net, tax int64) {
	gross := units(total.Net) + units(total.Tax)
	exact := new(big.Rat).Mul(big.NewRat(units(total.Tax), gross), big.NewRat(net+tax, 1))
	away := exact.Sub(exact, big.NewRat(tax, 1))
	wanttest.True(r, fmt.Sprintf("the tax %d of %d is in proportion to %s", tax, net+tax, total.Tax),
		away.Abs(away).Cmp(big.NewRat(1, 2)) <= 0)
}

func TestWhatCannotBeCredited(t *testing.T) {
	t.Parallel()
	b := newBilled()
	b.bill(t, regimes[0], []int64{1000, 500})
	draft := b.invoice
	b.issue(t, false)
	lines, err := b.invoice.PlaceLines(b.entries)
	wanttest.True(t, "lines are read", err == nil)
	first, err := b.account.Credit(b.invoice, lines, ledger.Selection{Lines: []int{1}}, "why", b.now)
	wanttest.True(t, "a line is credited", err == nil)
	numberless := b.invoice
	numberless.Issued.Number = ""
	for want, try := range map[string]func() error{
		"alice-inv-1 is a draft; it can be credited once it is issued": func() error {
			_, err := b.account.Credit(draft, lines, ledger.Selection{}, "why", b.now)
			return err
		},
		"alice-inv-1 was made before invoices had numbers and tax totals; enter an adjustment": func() error {
			_, err := b.account.Credit(numberless, lines, ledger.Selection{}, "why", b.now)
			return err
		},
		"alice-cn-2 is a credit note; credit the invoice": func() error {
			_, err := b.account.Credit(first.Note, lines, ledger.Selection{}, "why", b.now)
			return err
		},
		"line 1 is credited already": func() error {
			_, err := first.Account.To.Credit(first.Invoice, lines, ledger.Selection{Lines: []int{2, 1}}, "why", b.now)
			return err
		},
		"line 2 is named twice": func() error {
			_, err := b.account.Credit(b.invoice, lines, ledger.Selection{Lines: []int{2, 2}}, "why", b.now)
			return err
		},
		"it has no line 3; its lines are 1 to 2": func() error {
			_, err := b.account.Credit(b.invoice, lines, ledger.Selection{Lines: []int{3}}, "why", b.now)
			return err
		},
		"6.00 USD is left to credit, and the credit note is of 6.01 USD": func() error {
			_, err := first.Account.To.Credit(first.Invoice, nil, ledger.Selection{Amount: minor(601)}, "why", b.now)
			return err
		},
	} {
		var refused *ledger.NotCreditable
		if err := try(); !errors.As(err, &refused) {
			t.Errorf("%q: the error is %v", want, err)
			continue
		}
		wanttest.Equal(t, "reason", refused.Reason, want)
	}
}

// TestACreditNoteReducesRevenue: lines take back their revenue, by book and
// package; an amount belongs to no package.
func TestACreditNoteReducesRevenue(t *testing.T) {
	t.Parallel()
	b := newBilled()
	b.bill(t, regimes[0], []int64{1000, 500})
	b.issue(t, false)
	lines, err := b.invoice.PlaceLines(b.entries)
	wanttest.True(t, "lines are read", err == nil)
	byLine, err := b.account.Credit(b.invoice, lines, ledger.Selection{Lines: []int{2}}, "why", b.now)
	wanttest.True(t, "a line is credited", err == nil)
	want := []ledger.Posting{
		{Account: ledger.Wallet, Amount: minor(600)},
		{Account: ledger.Recurring, Amount: minor(-500), Number: 442071230000, Package: "p1"},
		{Account: ledger.Tax, Amount: minor(-100), Number: 442071230000},
	}
	if diff := cmp.Diff(want, byLine.Entry.Postings); diff != "" {
		t.Errorf("postings of a line (-want +got):\n%s", diff)
	}
	byAmount, err := b.account.Credit(b.invoice, nil, ledger.Selection{Amount: minor(600)}, "why", b.now)
	wanttest.True(t, "an amount is credited", err == nil)
	want = []ledger.Posting{
		{Account: ledger.Wallet, Amount: minor(600)}, {Account: ledger.Goodwill, Amount: minor(-500)},
		{Account: ledger.Tax, Amount: minor(-100)},
	}
	if diff := cmp.Diff(want, byAmount.Entry.Postings); diff != "" {
		t.Errorf("postings of an amount (-want +got):\n%s", diff)
	}
}

// TestManyLinesAreAddedUpByPackage: an entry stays one item of the database.
func TestManyLinesAreAddedUpByPackage(t *testing.T) {
	t.Parallel()
	b := newBilled()
	nets := make([]int64, 300)
	for i := range nets {
		nets[i] = 100
	}
	b.bill(t, regimes[0], nets)
	b.issue(t, true)
	lines, err := b.invoice.PlaceLines(b.entries)
	wanttest.True(t, "lines are read", err == nil)
	done, err := b.account.Credit(b.invoice, lines, ledger.Selection{}, "why", b.now)
	wanttest.True(t, "it is credited", err == nil)
	read, err := ledger.Lines([]ledger.Entry{done.Entry})
	wanttest.True(t, "lines are read", err == nil)
	wanttest.Equal(t, "lines", len(read), 3)
	wanttest.Equal(t, "count", read[0].Count, 100)
	wanttest.Equal(t, "net", read[0].Net.String(), "-100.00 USD")
	wanttest.Equal(t, "gross of the credit note", done.Note.Gross.String(), "-360.00 USD")
}
