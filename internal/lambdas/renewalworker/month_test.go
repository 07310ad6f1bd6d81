package renewalworker_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"didpurchase/internal/carrier"
	"didpurchase/internal/crediting"
	"didpurchase/internal/desk"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/party"
	"didpurchase/internal/pricing"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

// Prices in cents that no tax rate divides, and the numbers of each customer.
const (
	setupCents  = 83
	weekCents   = 37
	perCustomer = 10
)

// taxed are the tax regimes of the month, with the percentage in hundredths.
var taxed = []struct {
	percent    string
	hundredths int64
	treatment  ledger.Treatment
}{{"20", 2000, ledger.Taxable}, {"8.25", 825, ledger.Taxable}, {"0", 0, ledger.ReverseCharge}}

// sums are the sums of a customer's month in the oracle, in cents.
type sums struct{ net, tax int64 }

// TestAMonthAgreesToTheCent: 300 rentals of 30 customers in three tax regimes (30 of 3
// without -whole), renewed each week, invoiced for the month, and then credited in
// part. Ledger, invoices, credit notes, e-invoices and statements agree with sums that
// a calendar and prices alone give.
func TestAMonthAgreesToTheCent(t *testing.T) {
	t.Parallel()
	customers := len(taxed)
	if *whole {
		customers = 30
	}
	for _, by := range []carrier.TaxBy{carrier.TaxByLine, carrier.TaxByTotal} {
		t.Run(string(by), func(t *testing.T) {
			t.Parallel()
			m := newMonth(t, by, customers)
			for day := range 31 { // up to the first of February, which issues the invoices
				if at := time.Date(2026, time.January, 2+day, 12, 0, 0, 0, time.UTC); *whole || day%7 == 0 || day == 30 {
					m.day(t, at)
				}
			}
			for i, c := range m.customers {
				m.wantMonth(t, i, c)
			}
			m.creditAll(t)
		})
	}
}

type month struct {
	renewals
	by        carrier.TaxBy
	customers []ledger.Customer
	credits   *crediting.Service
}

func newMonth(t *testing.T, by carrier.TaxBy, customers int) *month {
	m := &month{renewals: newMarket(t, rules), by: by}
	m.set(t, func(c *carrier.Carrier) {
		c.Invoicing, c.TaxBy, c.Issuer.Prefix = party.Monthly, by, "ACME"
		c.Issuer.Party = party.Party{TaxID: "GB123456789", Address: party.Address{Country: "GB"}}
	})
	must(t, m.store.PutPackage(t.Context(), "acme", pricing.Package{Terms: pricing.Terms{Package: "weekly", Version: 2,
		Name: "weekly", Setup: usd("0.83"), Recurring: usd("0.37"),
		Interval: pricing.Interval{Unit: pricing.Week, Count: 1}}}))
	*m.now = time.Date(2026, time.January, 1, 12, 0, 0, 0, time.UTC)
	for i := range customers {
		c := m.customer(t, fmt.Sprintf("c%02d", i), "100")
		account, regime := m.account(t, c), taxed[i%len(taxed)]
		to := account
		to.Ver, to.TaxTreatment = to.Ver+1, regime.treatment
		rate, err := money.ParseRate(regime.percent)
		must(t, err)
		to.Tax = rate
		m.commit(t, desk.Amendment{SeenVer: account.Ver, To: to})
		m.commit(t, desk.BillingUpdate{Customer: c, To: party.Billing{Ver: 1,
			Party: party.Party{TaxID: "DE" + c.ID, Address: party.Address{Country: "DE"}}}})
		m.customers = append(m.customers, c)
	}
	m.credits = crediting.New(m.store, m.env.Now)
	return m
}

// starts returns the day on which a customer rents its numbers: one of five, or the
// same for all without -whole.
func starts(customer int) time.Time {
	day := 2
	if *whole {
		day += customer % 5
	}
	return time.Date(2026, time.January, day, 12, 0, 0, 0, time.UTC)
}

// day rents the numbers of the customers that start, and renews the due ones.
func (m *month) day(t *testing.T, noon time.Time) {
	*m.now = noon
	for i, c := range m.customers {
		if starts(i).Equal(noon) {
			m.rent(t, c, numbers("weekly", perCustomer*i, perCustomer)...)
		}
	}
	m.tick(t, noon.Add(time.Minute))
}

// want returns the sums of a customer's January.
func (m *month) want(customer int) (s sums) {
	var charges []int64
	for range perCustomer {
		charges = append(charges, setupCents)
		for at := starts(customer); at.Month() == time.January; at = at.AddDate(0, 0, 7) {
			charges = append(charges, weekCents)
		}
	}
	rate := taxed[customer%len(taxed)].hundredths
	for _, c := range charges {
		s.net += c
		s.tax += halfEven(c * rate)
	}
	if m.by == carrier.TaxByTotal {
		s.tax = halfEven(s.net * rate)
	}
	return s
}

// halfEven rounds ten-thousandths to whole numbers.
func halfEven(n int64) int64 {
	whole, rest := n/10_000, n%10_000
	if rest > 5_000 || rest == 5_000 && whole%2 == 1 {
		whole++
	}
	return whole
}

func centsOf(t *testing.T, a money.Amount) int64 {
	t.Helper()
	n, err := a.Minor()
	must(t, err)
	return n
}

// january returns the customer's only invoice of January.
func (m *month) january(t *testing.T, c ledger.Customer) ledger.Invoice {
	t.Helper()
	all := slices.DeleteFunc(m.invoices(t, c), func(i ledger.Invoice) bool { return i.Period != "2026-01" })
	wanttest.Equal(t, c.ID+": invoices of the month", len(all), 1)
	return all[0]
}

func (m *month) wantMonth(t *testing.T, customer int, c ledger.Customer) {
	t.Helper()
	want, invoice := m.want(customer), m.january(t, c)
	wanttest.Equal(t, c.ID+": net", centsOf(t, invoice.Net), want.net)
	wanttest.Equal(t, c.ID+": tax", centsOf(t, invoice.Tax), want.tax)
	wanttest.Equal(t, c.ID+": gross", centsOf(t, invoice.Gross), want.net+want.tax)
	wanttest.Equal(t, c.ID+": status", m.status(t, invoice), ledger.Paid)
	m.checkBooks(t, c)
}

// creditAll credits a part of each invoice, in turn the whole, two lines and an
// amount, and compares the books with the credited sums.
func (m *month) creditAll(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for i, c := range m.customers {
		want, invoice := m.want(i), m.january(t, c)
		var s ledger.Selection
		var back sums
		rate := taxed[i%len(taxed)].hundredths
		switch (i + i/3) % 3 {
		case 0:
			back = want
		case 1:
			s.Lines = []int{1, 2} // the setup and the first week of a number
			back = sums{setupCents + weekCents, halfEven(setupCents*rate) + halfEven(weekCents*rate)}
		default:
			gross := 1 + random.Int64N(want.net+want.tax-1)
			s.Amount, back.tax = amountOf(t, gross), (2*want.tax*gross+want.net+want.tax)/(2*(want.net+want.tax))
			back.net = gross - back.tax
		}
		done, err := m.credits.Issue(t.Context(), c, crediting.Request{Key: "k", Invoice: invoice.ID, Selection: s,
			Reason: "why"})
		must(t, err)
		wanttest.Equal(t, c.ID+": number", done.Note.Issued.Number, fmt.Sprintf("ACME-CN-2026-%06d", i+1))
		wanttest.Equal(t, c.ID+": credited net", -centsOf(t, done.Note.Net), back.net)
		wanttest.Equal(t, c.ID+": credited tax", -centsOf(t, done.Note.Tax), back.tax)
	}
	m.tick(t, m.now.Add(time.Minute))
	for _, c := range m.customers {
		m.wantBooks(t, c)
	}
}

func amountOf(t *testing.T, cents int64) money.Amount {
	t.Helper()
	a, err := money.FromMinor(cents, "USD")
	must(t, err)
	return a
}

// wantBooks wants the customer's documents, ledger, statement and balance to agree,
// and an archived document of each credit note.
func (m *month) wantBooks(t *testing.T, c ledger.Customer) {
	t.Helper()
	var documents int64
	for _, i := range m.invoices(t, c) {
		documents += centsOf(t, i.Gross)
		if i.Period == "2026-02" { // renewed on the first of February; issued in March
			continue
		}
		wanttest.True(t, i.ID+" has its PDF", bytes.HasPrefix(m.documents.objects["/files/"+i.DocumentKey()],
			[]byte("%PDF-")))
		payable := `<cbc:PayableAmount currencyID="USD">` + strings.TrimPrefix(i.Gross.Number(), "-") + "<"
		wanttest.Contains(t, i.ID+": the e-invoice", string(m.documents.objects["/files/"+i.XMLKey()]), payable)
	}
	statement, next, err := shop.New(m.store, m.env.Now).Statement(t.Context(), c, time.Date(2026, 1, 1, 0, 0, 0,
		0, time.UTC),
		m.now.Add(time.Hour), shop.StatementPage{Lines: shop.MaxStatement})
	must(t, err)
	wanttest.Equal(t, c.ID+": the next page of the statement", next, 0)
	balance := centsOf(t, m.account(t, c).Balance)
	wanttest.Equal(t, c.ID+": the balance by the documents", 100_00-documents, balance)
	wanttest.Equal(t, c.ID+": the statement's closing balance", centsOf(t, statement.Closing), balance)
	var totals int64
	for _, total := range statement.Totals {
		totals += centsOf(t, total.Amount)
	}
	wanttest.Equal(t, c.ID+": the statement's totals", totals, balance-centsOf(t, statement.Opening))
	m.checkBooks(t, c)
}
