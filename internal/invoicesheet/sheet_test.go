package invoicesheet_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/invoicesheet"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/party"
	"didpurchase/internal/wanttest"
)

var at = time.Date(2026, time.January, 31, 23, 30, 0, 0, time.UTC)

func eur(n string) money.Amount { return money.MustParse(n, "EUR") }

func source() invoicesheet.Source {
	rate, _ := money.ParseRate("19")
	return invoicesheet.Source{
		Invoice: ledger.Invoice{
			ID: "alice-inv-7", Period: "2026-01", At: at, Net: eur("3.00"), Tax: eur("0.38"), Gross: eur("3.38"),
			Rounding: eur("-0.01"),
			Taxes: []ledger.TaxTotal{
				{Rate: rate, Treatment: ledger.Taxable, Net: eur("2.00"), Tax: eur("0.38")},
				{Treatment: ledger.Exempt, Reason: "§ 4 Nr. 8 UStG", Net: eur("1.00"), Tax: eur("0.00")},
			},
			Issued: ledger.Issued{
				Number: "ACME-2026-000042", At: at, DueAt: at.AddDate(0, 0, 14), Locale: "de", FromName: "Acme", ToName: "alice",
				PurchaseOrder: "PO-7",
				To: party.Party{LegalName: "Żółw GmbH", TaxID: "DE1",
					Address: party.Address{Street: "Allee 1", PostalCode: "10115", City: "Berlin", Country: "DE"}},
			},
		},
		Lines: []ledger.InvoiceLine{{
			Kind: "recurring", Number: 442071230000, Package: "gold", From: at, To: at.AddDate(0, 1, 0), Net: eur("3.00"),
			Tax: eur("0.39"), Gross: eur("3.39"),
		}},
		Packages: map[string]string{"gold": "Gold"}, Loc: time.FixedZone("Berlin", 60*60),
	}
}

// An issued invoice is in its language, with days in the carrier's zone.
func TestSheetOfAnIssuedInvoice(t *testing.T) {
	t.Parallel()
	want := invoicesheet.Sheet{
		Locale: "de", Title: "Rechnung ACME-2026-000042",
		From: invoicesheet.Block{Head: "Von", Lines: []string{"Acme"}},
		To: invoicesheet.Block{Head: "An", Lines: []string{"Żółw GmbH", "Allee 1", "10115 Berlin", "DE",
			"Steuernummer DE1"}},
		Facts: []invoicesheet.Fact{
			{Name: "Datum", Value: "2026-02-01"}, {Name: "Fällig", Value: "2026-02-15"},
			{Name: "Referenz", Value: "alice-inv-7"},
			{Name: "Bestellnummer", Value: "PO-7"}, {Name: "Für", Value: "2026-01"},
		},
		Heads:    []string{"Rufnummer", "Paket", "Entgelt", "Zeitraum", "Netto", "Steuer", "Brutto EUR"},
		Rows:     [][]string{{"+44 20 7123 0000", "Gold", "Laufend", "2026-02-01 – 2026-03-04", "3.00", "0.39", "3.39"}},
		Sums:     [][]string{{"Rundung der Steuer", "", "-0.01", "-0.01"}, {"Summe", "3.00", "0.38", "3.38"}},
		TaxHeads: []string{"Steuersatz", "Netto", "Steuer"},
		Taxes:    [][]string{{"19 %", "2.00", "0.38"}, {"0 %", "1.00", "0.00"}},
		Notes:    []string{"Steuerfrei: § 4 Nr. 8 UStG"},
	}
	if diff := cmp.Diff(want, invoicesheet.Of(source())); diff != "" {
		t.Errorf("sheet (-want +got):\n%s", diff)
	}
}

// A draft is marked as a draft, and has the current names of the parties.
func TestSheetOfADraft(t *testing.T) {
	t.Parallel()
	s := source()
	s.Invoice.Issued, s.Invoice.NextAt, s.Carrier = ledger.Issued{}, at, "Acme Telecom"
	sheet := invoicesheet.Of(s)
	wanttest.Equal(t, "title", sheet.Title, "Draft of invoice alice-inv-7")
	wanttest.Equal(t, "issuer", sheet.From.Lines[0], "Acme Telecom")
}

// Every language has all words.
func TestEveryLocaleHasItsWords(t *testing.T) {
	t.Parallel()
	for _, locale := range party.Locales {
		s := source()
		s.Invoice.Issued.Locale = locale
		for _, head := range invoicesheet.Of(s).Heads {
			wanttest.True(t, "every head of "+locale+" has a text", head != "")
		}
		wanttest.Equal(t, "language", invoicesheet.Of(s).Locale, locale)
	}
}
