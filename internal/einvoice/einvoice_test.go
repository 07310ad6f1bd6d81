package einvoice_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"didpurchase/internal/einvoice"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/party"
	"didpurchase/internal/wanttest"
)

var at = time.Date(2026, time.January, 31, 12, 0, 0, 0, time.UTC)

// node is an element of a document that was read again.
type node struct {
	XMLName xml.Name
	Text    string `xml:",chardata"`
	Nodes   []node `xml:",any"`
}

// all returns the elements at a path of local names, such as TaxTotal/TaxSubtotal.
func (n node) all(path string) (found []node) {
	name, rest, more := strings.Cut(path, "/")
	for _, child := range n.Nodes {
		switch {
		case child.XMLName.Local != name:
		case more:
			found = append(found, child.all(rest)...)
		default:
			found = append(found, child)
		}
	}
	return found
}

// text returns the text of the first element at a path; "" for none.
func (n node) text(path string) string {
	if found := n.all(path); len(found) > 0 {
		return strings.TrimSpace(found[0].Text)
	}
	return ""
}

// number returns the number at a path, exactly; 0 for none.
func (n node) number(path string) *big.Rat {
	value, ok := new(big.Rat).SetString(n.text(path))
	if !ok {
		return new(big.Rat)
	}
	return value
}

func sum(nodes []node, path string) *big.Rat {
	total := new(big.Rat)
	for _, n := range nodes {
		total.Add(total, n.number(path))
	}
	return total
}

func (n node) lines() []node { return append(n.all("InvoiceLine"), n.all("CreditNoteLine")...) }

func equal(a, b *big.Rat) bool { return a.Cmp(b) == 0 }

// group is the category and percentage of a tax.
func group(n node, path string) string { return n.text(path+"/ID") + " " + n.text(path+"/Percent") }

// rules are those of EN 16931 that a document must keep, by their names in the
// standard.
var rules = map[string]func(node) bool{
	"BR-01, a customization": func(d node) bool { return d.text("CustomizationID") == "urn:cen.eu:en16931:2017" },
	"BR-02, a number":        func(d node) bool { return d.text("ID") != "" },
	"BR-03, a date":          func(d node) bool { return len(d.text("IssueDate")) == len("2026-01-31") },
	"BR-04, a type":          func(d node) bool { return d.text("InvoiceTypeCode")+d.text("CreditNoteTypeCode") != "" },
	"BR-05, a currency":      func(d node) bool { return len(d.text("DocumentCurrencyCode")) == 3 },
	"BR-06, the seller's name": func(d node) bool {
		return d.text("AccountingSupplierParty/Party/PartyLegalEntity/RegistrationName") != ""
	},
	"BR-07, the buyer's name": func(d node) bool {
		return d.text("AccountingCustomerParty/Party/PartyLegalEntity/RegistrationName") != ""
	},
	"BR-09, the seller's country": func(d node) bool {
		return d.text("AccountingSupplierParty/Party/PostalAddress/Country/IdentificationCode") != ""
	},
	"BR-11, the buyer's country": func(d node) bool {
		return d.text("AccountingCustomerParty/Party/PostalAddress/Country/IdentificationCode") != ""
	},
	"BR-16, a line": func(d node) bool { return len(d.lines()) > 0 },
	"BR-27, no price below 0": func(d node) bool {
		for _, l := range d.lines() {
			if l.number("Price/PriceAmount").Sign() < 0 {
				return false
			}
		}
		return true
	},
	"BR-CO-04, a category of each line": func(d node) bool {
		for _, l := range d.lines() {
			if l.text("Item/ClassifiedTaxCategory/ID") == "" {
				return false
			}
		}
		return true
	},
	"BR-CO-10, the lines' sum": func(d node) bool {
		return equal(sum(d.lines(), "LineExtensionAmount"), d.number("LegalMonetaryTotal/LineExtensionAmount"))
	},
	"BR-CO-13, the sum before tax": func(d node) bool {
		return equal(d.number("LegalMonetaryTotal/LineExtensionAmount"), d.number("LegalMonetaryTotal/TaxExclusiveAmount"))
	},
	"BR-CO-14, the tax": func(d node) bool {
		return equal(sum(d.all("TaxTotal/TaxSubtotal"), "TaxAmount"), d.number("TaxTotal/TaxAmount"))
	},
	"BR-CO-15, the sum with tax": func(d node) bool {
		return equal(d.number("LegalMonetaryTotal/TaxInclusiveAmount"),
			new(big.Rat).Add(d.number("LegalMonetaryTotal/TaxExclusiveAmount"), d.number("TaxTotal/TaxAmount")))
	},
	"BR-CO-16, the payable amount": func(d node) bool {
		return equal(d.number("LegalMonetaryTotal/PayableAmount"), d.number("LegalMonetaryTotal/TaxInclusiveAmount"))
	},
	"BR-CO-17, the tax of a rate": func(d node) bool {
		for _, s := range d.all("TaxTotal/TaxSubtotal") {
			exact := new(big.Rat).Mul(s.number("TaxableAmount"), s.number("TaxCategory/Percent"))
			away := exact.Sub(exact.Quo(exact, big.NewRat(100, 1)), s.number("TaxAmount"))
			if away.Abs(away).Cmp(big.NewRat(1, 1)) > 0 {
				return false
			}
		}
		return true
	},
	"BR-CO-25, when it is paid": func(d node) bool { return d.text("DueDate")+d.text("PaymentTerms/Note") != "" },
	"BR-S-08, the lines of a rate": func(d node) bool {
		for _, s := range d.all("TaxTotal/TaxSubtotal") {
			var of []node
			for _, l := range d.lines() {
				if group(l, "Item/ClassifiedTaxCategory") == group(s, "TaxCategory") {
					of = append(of, l)
				}
			}
			if !equal(sum(of, "LineExtensionAmount"), s.number("TaxableAmount")) {
				return false
			}
		}
		return true
	},
	"BR-AE-10 and BR-E-10, a reason without tax": func(d node) bool {
		for _, s := range d.all("TaxTotal/TaxSubtotal") {
			id := s.text("TaxCategory/ID")
			if (id == "AE" || id == "E") != (s.text("TaxCategory/TaxExemptionReason") != "") {
				return false
			}
		}
		return true
	},
	"one breakdown of each category and rate": func(d node) bool {
		seen := map[string]bool{}
		for _, s := range d.all("TaxTotal/TaxSubtotal") {
			if seen[group(s, "TaxCategory")] {
				return false
			}
			seen[group(s, "TaxCategory")] = true
		}
		return true
	},
}

func wantRules(t wanttest.T, source einvoice.Source) {
	written, err := einvoice.Write(source)
	wanttest.True(t, fmt.Sprint("it is written: ", err), err == nil)
	var d node
	wanttest.True(t, "it is XML", xml.Unmarshal(written, &d) == nil)
	for name, keeps := range rules {
		wanttest.True(t, name+"\n"+string(written), keeps(d))
	}
	gross, _ := new(big.Rat).SetString(strings.TrimPrefix(source.Invoice.Gross.Number(), "-"))
	wanttest.Equal(t, "the payable amount", d.number("LegalMonetaryTotal/PayableAmount").FloatString(2),
		gross.FloatString(2))
}

var complete = ledger.Issued{
	Number: "ACME-2026-000001", At: at, DueAt: at.AddDate(0, 0, 14), FromName: "Acme", ToName: "Alice & Co <GmbH>",
	PurchaseOrder: "PO-7", From: party.Party{LegalName: "Acme Telecom plc", TaxID: "GB123456789",
		Address: party.Address{City: "London", Country: "GB"}},
	To: party.Party{TaxID: "DE123456789", Address: party.Address{Street: "Allee 1", PostalCode: "10115", City: "Berlin",
		Country: "DE"}},
}

// billed returns an account with an issued invoice of charges in these regimes, and
// its entries.
func billed(t wanttest.T, charges map[string][]int64, byTotal bool) (ledger.Account, ledger.Invoice, []ledger.Entry) {
	account := ledger.Account{Customer: ledger.Customer{Carrier: "acme", ID: "alice"}, Status: ledger.Active,
		Currency: "EUR", Balance: money.Zero("EUR"), CreditLimit: money.MustParse("1000000", "EUR"), Ver: 1}
	invoice, entries := account.NextInvoice(at), []ledger.Entry(nil)
	for _, regime := range []string{"20", "8.25", "0", "reverse", "exempt", "exempt too"} {
		if len(charges[regime]) == 0 {
			continue
		}
		account.Tax, account.TaxTreatment, account.TaxReason = money.Rate{}, "", ""
		switch regime {
		case "reverse":
			account.TaxTreatment = ledger.ReverseCharge
		case "exempt", "exempt too":
			account.TaxTreatment, account.TaxReason = ledger.Exempt, "Art. 44, "+regime
		default:
			account.Tax, _ = money.ParseRate(regime)
		}
		var of []ledger.Charge
		for _, cents := range charges[regime] {
			net, err := money.FromMinor(cents, "EUR")
			wanttest.True(t, "an amount", err == nil)
			of = append(of, ledger.Charge{Book: ledger.Recurring, Net: net, Tax: account.Tax.Of(net), Number: 442071234567,
				RentalID: "r", Package: "gold", From: at, To: at.AddDate(0, 1, 0)})
		}
		update, entry, next, err := account.Bill(ledger.Renewal, of, invoice, "", at)
		wanttest.True(t, "it is billed", err == nil)
		account, invoice, entries = update.To, next, append(entries, entry)
	}
	if byTotal {
		update, entry, rounded, changed, err := account.RoundTax(invoice, at)
		wanttest.True(t, "it is rounded", err == nil)
		if changed {
			account, invoice, entries = update.To, rounded, append(entries, entry)
		}
	}
	invoice.NextAt, invoice.Issued = time.Time{}, complete
	return account, invoice, entries
}

func sourceOf(t wanttest.T, i ledger.Invoice, entries []ledger.Entry) einvoice.Source {
	lines, err := i.PlaceLines(entries)
	wanttest.True(t, "lines are read", err == nil)
	return einvoice.Source{Invoice: i, Lines: lines, Packages: map[string]string{"gold": "Gold"}, Loc: time.UTC}
}

// TestDocumentsKeepTheRules holds invoices of several rates, by line and by total, and
// the credit note of a part of one, to the standard's rules.
func TestDocumentsKeepTheRules(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		charges := map[string][]int64{}
		for range rapid.IntRange(1, 3).Draw(r, "regimes") {
			regime := rapid.SampledFrom([]string{"20", "8.25", "0", "reverse", "exempt", "exempt too"}).Draw(r, "regime")
			charges[regime] = rapid.SliceOfN(rapid.Int64Range(1, 9999), 1, 8).Draw(r, "cents")
		}
		account, invoice, entries := billed(r, charges, rapid.Bool().Draw(r, "by total"))
		source := sourceOf(r, invoice, entries)
		wantRules(r, source)
		done, err := account.Credit(invoice, source.Lines, ledger.Selection{Lines: []int{1}}, "It did not ring.", at)
		wanttest.True(r, fmt.Sprint("it is credited: ", err), err == nil)
		done.Note.Issued.Number = "ACME-CN-2026-000001"
		wantRules(r, sourceOf(r, done.Note, []ledger.Entry{done.Entry}))
	})
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	t.Parallel()
	for want, spoil := range map[string]func(*einvoice.Source){
		"the carrier's country":    func(s *einvoice.Source) { s.Invoice.Issued.From.Address.Country = "" },
		"the carrier's tax number": func(s *einvoice.Source) { s.Invoice.Issued.From.TaxID = "" },
		"the customer's country":   func(s *einvoice.Source) { s.Invoice.Issued.To.Address.Country = "" },
		"the customer's tax number, for reverse charge": func(s *einvoice.Source) {
			s.Invoice.Issued.To.TaxID, s.Invoice.Taxes[0].Treatment = "", ledger.ReverseCharge
			s.Invoice.Taxes[0].Rate, s.Invoice.Taxes[0].Tax = money.Rate{}, money.Zero("EUR")
		},
		"a tax of 20 % on the sum of its lines": func(s *einvoice.Source) {
			s.Invoice.Taxes[0].Tax = money.MustParse("9", "EUR")
		},
		"the tax rate of each line": func(s *einvoice.Source) { s.Lines[0].Rate = -1 },
		"a line":                    func(s *einvoice.Source) { s.Lines = nil },
	} {
		_, invoice, entries := billed(t, map[string][]int64{"20": {1000}}, false)
		source := sourceOf(t, invoice, entries)
		spoil(&source)
		_, err := einvoice.Write(source)
		wanttest.True(t, want+" makes it incomplete", errors.Is(err, einvoice.ErrIncomplete))
		wanttest.Equal(t, "the error", fmt.Sprint(err), "einvoice: mandatory fields are missing: "+want)
	}
}
