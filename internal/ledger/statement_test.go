package ledger_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/money/moneytest"
	"didpurchase/internal/wanttest"
)

// TestStatementAddsUp: for all entries, items sum to their entry, lines to
// their invoice, and totals to the change of the balance.
func TestStatementAddsUp(t *testing.T) {
	at := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	cents := func(t *rapid.T, least int, label string) money.Amount {
		return moneytest.Cents(int64(rapid.IntRange(least, 9999).Draw(t, label)))
	}
	rapid.Check(t, func(t *rapid.T) {
		account := ledger.Account{
			Customer: ledger.Customer{Carrier: "acme", ID: "alice"}, Status: ledger.Active, Currency: "USD",
			Balance: money.MustParse("100000", "USD"), CreditLimit: money.Zero("USD"),
		}
		opening := account.Balance
		var entries []ledger.Entry
		for range rapid.IntRange(0, 6).Draw(t, "entries") {
			if rapid.Bool().Draw(t, "payment") {
				update, entry, err := account.Post(ledger.Payment,
					[]ledger.Posting{{Account: ledger.Cash, Amount: cents(t, 1, "paid").Neg()}}, ledger.Reference{}, at)
				if err != nil {
					t.Fatal(err)
				}
				account, entries = update.To, append(entries, entry)
				continue
			}
			var charges []ledger.Charge
			for i := range rapid.IntRange(1, 4).Draw(t, "charges") {
				book := rapid.SampledFrom([]ledger.Book{ledger.Setup, ledger.Recurring, ledger.Proration}).Draw(t, "book")
				charges = append(charges, ledger.Charge{Book: book, Net: cents(t, 0, "net"), Tax: cents(t, 0, "tax"),
					Number: e164.Number(442071230000 + i), RentalID: "r", Package: "p"})
			}
			update, entry, invoice, err := account.Bill(ledger.Order, charges, account.NextInvoice(at), "", at)
			if err != nil {
				t.Fatal(err)
			}
			checkLines(t, entry, invoice, len(charges))
			account, entries = update.To, append(entries, entry)
		}
		checkStatement(t, opening, account.Balance, entries)
	})
}

func checkLines(t *rapid.T, entry ledger.Entry, invoice ledger.Invoice, charges int) {
	lines, err := ledger.Lines([]ledger.Entry{entry})
	if err != nil || len(lines) != charges {
		t.Fatalf("%d lines of %d charges, %v", len(lines), charges, err)
	}
	net, tax, gross := money.Zero("USD"), money.Zero("USD"), money.Zero("USD")
	for _, l := range lines {
		net, _ = net.Add(l.Net)
		tax, _ = tax.Add(l.Tax)
		gross, _ = gross.Add(l.Gross)
	}
	wanttest.Diff(t, "net amount of the lines and the invoice", net, invoice.Net)
	wanttest.Diff(t, "tax of the lines and the invoice", tax, invoice.Tax)
	wanttest.Diff(t, "gross amount of the lines and the invoice", gross, invoice.Gross)
}

func checkStatement(t *rapid.T, opening, closing money.Amount, entries []ledger.Entry) {
	s, err := ledger.NewStatement(opening, entries, time.Time{}, time.Time{})
	if err != nil || !s.Closing.Equal(closing) {
		t.Errorf("closing %s, want %s, %v", s.Closing, closing, err)
	}
	moved := money.Zero("USD")
	for _, total := range s.Totals {
		moved, _ = moved.Add(total.Amount)
	}
	if ends, _ := opening.Add(moved); !ends.Equal(closing) {
		t.Errorf("totals %+v don't lead from %s to %s", s.Totals, opening, closing)
	}
	for _, e := range entries {
		sum := money.Zero("USD")
		for _, item := range e.Items() {
			sum, _ = sum.Add(item.Amount)
		}
		if !sum.Equal(e.Amount) {
			t.Errorf("items of %+v sum to %s", e, sum)
		}
	}
}
