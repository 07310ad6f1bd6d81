package ledger_test

import (
	"fmt"
	"math/big"
	"testing"
	"time"

	"pgregory.net/rapid"

	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/money/moneytest"
	"didpurchase/internal/party"
	"didpurchase/internal/wanttest"
)

// books is a customer's account with everything that was written for it.
type books struct {
	account  ledger.Account
	entries  []ledger.Entry
	invoices map[string]ledger.Invoice
}

func newBooks() *books {
	return &books{
		account: ledger.Account{
			Customer: ledger.Customer{Carrier: "acme", ID: "alice"}, Status: ledger.Active, Currency: "USD",
			Balance: usd("0.00"), CreditLimit: usd("100000"), Debits: usd("0.00"),
		},
		invoices: map[string]ledger.Invoice{},
	}
}

// charge bills a charge of each of the net cents, each taxed alone.
func (b *books) charge(t *rapid.T, kind ledger.Kind, nets []int, of party.Invoicing, now time.Time) {
	var charges []ledger.Charge
	for i, cents := range nets {
		net := moneytest.Cents(int64(cents))
		charges = append(charges, ledger.Charge{Book: ledger.Recurring, Net: net, Tax: b.account.Tax.Of(net),
			Number: e164.Number(442071230000 + i), RentalID: "r"})
	}
	period := b.account.PeriodOf(kind, of, now, time.UTC)
	onto := b.account.InvoiceFor(period, b.invoices[b.account.Gathers(period)], now)
	update, entry, invoice, err := b.account.Bill(kind, charges, onto, "", now)
	if err != nil {
		t.Fatal(err)
	}
	b.account, b.entries, b.invoices[invoice.ID] = update.To, append(b.entries, entry), invoice
}

// issue issues the due invoices, with the tax rounded by total or by line.
func (b *books) issue(t *rapid.T, byTotal bool, now time.Time) {
	for id, i := range b.invoices {
		if i.NextAt.IsZero() || i.NextAt.After(now) {
			continue
		}
		if byTotal {
			update, entry, rounded, ok, err := b.account.RoundTax(i, now)
			if err != nil {
				t.Fatal(err)
			}
			if ok {
				b.account, b.entries, i = update.To, append(b.entries, entry), rounded
			}
		}
		i.NextAt, i.Issued.Number = time.Time{}, "INV-"+id
		b.invoices[id] = i
	}
}

// halfEven is the oracle of rounding: cents of a share in percent.
func halfEven(cents int64, percent *big.Rat) int64 {
	exact := new(big.Rat).Mul(big.NewRat(cents, 100), percent)
	whole := new(big.Int).Div(exact.Num(), exact.Denom()) // towards the lower one
	rest := new(big.Rat).Sub(exact, new(big.Rat).SetInt(whole))
	switch above := rest.Cmp(big.NewRat(1, 2)); {
	case above > 0, above == 0 && whole.Bit(0) == 1:
		return whole.Int64() + 1
	default:
		return whole.Int64()
	}
}

// Ledger and invoices agree to the cent, whatever is charged at which rates, by
// line or by total, by charge or by month: an invoice's tax is what an oracle
// computes from its lines, and the invoices sum to what the wallet paid.
func TestInvoicesAgreeWithTheLedger(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b, now := newBooks(), time.Date(2026, time.January, 30, 22, 0, 0, 0, time.UTC)
		byTotal := rapid.Bool().Draw(t, "by total")
		of := rapid.SampledFrom([]party.Invoicing{"", party.PerCharge, party.Monthly}).Draw(t, "invoicing")
		nets, rates := map[string]map[string][]int64{}, map[string]*big.Rat{} // of each invoice, by rate
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			percent := rapid.SampledFrom([]string{"0", "8.25", "20"}).Draw(t, "percent")
			b.account.Tax, _ = money.ParseRate(percent)
			rates[percent], _ = new(big.Rat).SetString(percent)
			kind := rapid.SampledFrom([]ledger.Kind{ledger.Order, ledger.Renewal}).Draw(t, "kind")
			cents := rapid.SliceOfN(rapid.IntRange(0, 250), 1, 4).Draw(t, "net cents")
			b.charge(t, kind, cents, of, now)
			id := b.entries[len(b.entries)-1].InvoiceID
			if nets[id] == nil {
				nets[id] = map[string][]int64{}
			}
			for _, c := range cents {
				nets[id][percent] = append(nets[id][percent], int64(c))
			}
			now = now.Add(time.Duration(rapid.IntRange(0, 40).Draw(t, "hours")) * time.Hour)
			b.issue(t, byTotal, now)
		}
		b.issue(t, byTotal, now.AddDate(0, 2, 0))
		invoiced := money.Zero("USD")
		for id, i := range b.invoices {
			wanttest.Diff(t, "tax of "+id, i.Tax, moneytest.Cents(taxBy(byTotal, nets[id], rates)))
			wanttest.Equal(t, "sum of the rates' taxes of "+id, sumOfTaxes(t, i).String(), i.Tax.String())
			invoiced, _ = invoiced.Add(i.Gross)
		}
		wanttest.Diff(t, "sum of the invoices", invoiced, b.account.Balance.Neg())
		wanttest.Diff(t, "debits of the account", b.account.Debits, debitsOf(b.entries))
	})
}

// taxBy is the oracle of an invoice's tax in cents.
func taxBy(total bool, nets map[string][]int64, rates map[string]*big.Rat) (tax int64) {
	for percent, cents := range nets {
		sum := int64(0)
		for _, c := range cents {
			sum += c
			if !total {
				tax += halfEven(c, rates[percent])
			}
		}
		if total {
			tax += halfEven(sum, rates[percent])
		}
	}
	return tax
}

func sumOfTaxes(t *rapid.T, i ledger.Invoice) money.Amount {
	sum := money.Zero("USD")
	for _, total := range i.Taxes {
		var err error
		if sum, err = sum.Add(total.Tax); err != nil {
			t.Fatal(err)
		}
	}
	return sum
}

func debitsOf(entries []ledger.Entry) money.Amount {
	sum := money.Zero("USD")
	for _, e := range entries {
		if e.Amount.IsNegative() {
			sum, _ = sum.Sub(e.Amount)
		}
	}
	return sum
}

// An invoice is paid as soon as the money that came in covers all charges up to
// its last one: the oracle adds up the entries.
func TestStatusFollowsTheLedger(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b, now := newBooks(), time.Date(2026, time.January, 1, 12, 0, 0, 0, time.UTC)
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			if rapid.Bool().Draw(t, "payment") {
				paid := moneytest.Cents(int64(rapid.IntRange(1, 500).Draw(t, "paid")))
				update, entry, err := b.account.Post(ledger.Payment, []ledger.Posting{{Account: ledger.Cash, Amount: paid.Neg()}},
					ledger.Reference{}, now)
				if err != nil {
					t.Fatal(err)
				}
				b.account, b.entries = update.To, append(b.entries, entry)
				continue
			}
			b.charge(t, ledger.Order, []int{rapid.IntRange(0, 500).Draw(t, "charged")}, party.PerCharge, now)
		}
		b.issue(t, false, now)
		received := money.Zero("USD")
		for _, e := range b.entries {
			if !e.Amount.IsNegative() {
				received, _ = received.Add(e.Amount)
			}
		}
		charged := money.Zero("USD")
		for _, e := range b.entries {
			if e.Kind != ledger.Order {
				continue
			}
			charged, _ = charged.Sub(e.Amount)
			want := ledger.Paid
			if left, _ := received.Sub(charged); left.IsNegative() {
				want = ledger.Open
			}
			got, err := b.account.StatusOf(b.invoices[e.InvoiceID])
			if err != nil {
				t.Fatal(err)
			}
			wanttest.Equal(t, fmt.Sprintf("status of %s", e.InvoiceID), got, want)
		}
	})
}

// A month's charges are on one invoice, which is a draft until the month is over
// in the carrier's zone.
func TestMonthsOfInvoices(t *testing.T) {
	t.Parallel()
	tokyo := time.FixedZone("Tokyo", 9*60*60)
	at := time.Date(2026, time.January, 31, 15, 0, 0, 0, time.UTC) // the 1st of February in Tokyo
	var a ledger.Account
	period := a.PeriodOf(ledger.Order, party.Monthly, at, tokyo)
	wanttest.Diff(t, "period in Tokyo", period,
		ledger.Period{Name: "2026-02", Ends: time.Date(2026, time.February, 28, 15, 0, 0, 0, time.UTC)})
	wanttest.Equal(t, "period of an order", a.PeriodOf(ledger.Order, party.PerCharge, at, time.UTC).Name, "")
	wanttest.Equal(t, "period of a renewal", a.PeriodOf(ledger.Renewal, "", at, time.UTC).Name, "2026-01-31")
	a.Invoicing = party.PerCharge
	wanttest.Equal(t, "the customer's own way", a.PeriodOf(ledger.Renewal, party.Monthly, at, time.UTC).Name, "2026-01-31")
	issued := ledger.Invoice{ID: "alice-inv-1", Ver: 3, Issued: ledger.Issued{Number: "INV-2026-000001"}}
	wanttest.Equal(t, "nothing is added to an issued invoice", a.InvoiceFor(period, issued, at).Ver, 0)
}
