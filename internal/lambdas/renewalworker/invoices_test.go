package renewalworker_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/carrier"
	"didpurchase/internal/desk"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/faults"
	"didpurchase/internal/invoicesheet"
	"didpurchase/internal/invoicing"
	"didpurchase/internal/ledger"
	"didpurchase/internal/party"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

// set changes the carrier's settings.
func (w renewals) set(t testing.TB, change func(*carrier.Carrier)) {
	t.Helper()
	c, err := w.store.Carrier(t.Context(), "acme")
	must(t, err)
	to := c
	to.Ver++
	change(&to)
	w.commit(t, carrier.Update{SeenVer: c.Ver, To: to})
}

// invoices returns all invoices of the customer, oldest first.
func (w renewals) invoices(t testing.TB, c ledger.Customer) []ledger.Invoice {
	t.Helper()
	all, _, err := w.store.Invoices(t.Context(), c, shop.Page{Limit: 200})
	must(t, err)
	slices.Reverse(all)
	return all
}

func (w renewals) status(t testing.TB, i ledger.Invoice) ledger.InvoiceStatus {
	t.Helper()
	status, err := w.account(t, i.Customer).StatusOf(i)
	must(t, err)
	return status
}

// nowhereKept is an archive that stores nothing.
type nowhereKept struct{}

func (nowhereKept) Keep(context.Context, ledger.Invoice, invoicesheet.Sheet) error { return nil }

func (nowhereKept) KeepXML(context.Context, ledger.Invoice, []byte) error { return nil }

// TestMonthlyInvoice: the charges of a month are on one invoice, which gets its
// number after the month is over and has both parties as they were then.
func TestMonthlyInvoice(t *testing.T) {
	t.Parallel()
	w := newMarket(t, rules)
	w.set(t, func(c *carrier.Carrier) {
		c.Invoicing, c.TimeZone, c.Issuer.Prefix, c.Issuer.PaymentDays = party.Monthly, "Europe/Berlin", "ACME", 14
	})
	*w.now = noon.AddDate(0, 0, 2)
	alice := w.customer(t, "alice", "1000")
	staff := desk.New(w.store, w.env.Now)
	name, order := "Alice & Söhne GmbH", "PO-7"
	_, err := staff.ChangeBilling(t.Context(), alice, desk.BillingPatch{PartyPatch: desk.PartyPatch{LegalName: &name},
		PurchaseOrder: &order})
	must(t, err)
	w.rent(t, alice, numbers("weekly", 0, 2)...)
	*w.now = w.now.Add(time.Hour)
	w.rent(t, alice, numbers("weekly", 2, 1)...)
	for range 2 {
		*w.now = w.now.AddDate(0, 0, 7)
		w.tick(t, *w.now)
	}
	drafts := w.invoices(t, alice)
	wanttest.Equal(t, "invoices of the month", len(drafts), 1)
	wanttest.Equal(t, "status before the month is over", w.status(t, drafts[0]), ledger.Draft)
	ends := drafts[0].NextAt
	*w.now = ends
	w.tick(t, ends)
	issued := w.invoices(t, alice)[0]
	wanttest.Equal(t, "status", w.status(t, issued), ledger.Paid)
	wanttest.Equal(t, "gross", issued.Gross.String(), drafts[0].Gross.String())
	want := ledger.Issued{
		Number: fmt.Sprintf("ACME-%d-000001", ends.Add(time.Hour).Year()), At: ends, DueAt: ends.AddDate(0, 0, 14),
		FromName: "Acme", To: party.Party{LegalName: name}, ToName: "alice", PurchaseOrder: order, Locale: "en",
	}
	if diff := cmp.Diff(want, issued.Issued); diff != "" {
		t.Errorf("what the invoice says (-want +got):\n%s", diff)
	}
	wanttest.True(t, "the invoice has its PDF",
		bytes.HasPrefix(w.documents.objects["/files/invoices/acme/alice/alice-inv-1.pdf"], []byte("%PDF-")))
	wanttest.True(t, "it is archived", issued.HasDocument())
	other := "Somebody else"
	_, err = staff.ChangeBilling(t.Context(), alice, desk.BillingPatch{PartyPatch: desk.PartyPatch{LegalName: &other}})
	must(t, err)
	w.rent(t, alice, numbers("weekly", 3, 1)...)
	all := w.invoices(t, alice)
	wanttest.Equal(t, "invoices after an order of the next month", len(all), 2)
	wanttest.Diff(t, "the issued invoice after that", all[0], issued)
}

// TestNumbersHaveNoGaps: workers that issue the same invoices at once, in different
// orders, while calls fail, number each exactly once, from 1 without a gap.
func TestNumbersHaveNoGaps(t *testing.T) {
	t.Parallel()
	w := newMarket(t, rules)
	w.set(t, func(c *carrier.Carrier) { c.TaxBy = carrier.TaxByTotal })
	var refs []ledger.InvoiceRef
	var customers []ledger.Customer
	for i := range 8 {
		c := w.customer(t, fmt.Sprintf("c%d", i), "100")
		customers = append(customers, c)
		for n := range 5 {
			w.rent(t, c, numbers("monthly", 10*i+n, 1)...)
			refs = append(refs, ledger.InvoiceRef{Customer: c, Number: n + 1})
		}
	}
	*w.now = w.now.Add(time.Minute)
	var all sync.WaitGroup
	for worker := range 3 {
		all.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(worker)))
			cfg := faults.New(faults.Seeded(uint64(worker), 0.1, faults.All...)).Into(w.env.AWS)
			service, mine := invoicing.New(dynamo.New(cfg, w.table), nowhereKept{}, w.env.Now), slices.Clone(refs)
			random.Shuffle(len(mine), func(i, j int) { mine[i], mine[j] = mine[j], mine[i] })
			for pair := range slices.Chunk(mine, 2) {
				_ = service.Issue(t.Context(), "acme", pair) // a failed issue is repeated below
			}
		})
	}
	all.Wait()
	must(t, invoicing.New(w.store, nowhereKept{}, w.env.Now).Issue(t.Context(), "acme", refs))
	var given []string
	for _, c := range customers {
		for _, i := range w.invoices(t, c) {
			given = append(given, i.Issued.Number)
		}
		w.checkBooks(t, c)
	}
	slices.Sort(given)
	var want []string
	for n := range refs {
		want = append(want, fmt.Sprintf("INV-%d-%06d", w.now.Year(), n+1))
	}
	wanttest.Diff(t, "numbers", given, want)
}

// An order's invoice is issued by the cart's timer, if the batch of the stream with
// it is lost: no consumer of the stream runs here.
func TestAnOrdersInvoiceIsIssuedWithoutTheStream(t *testing.T) {
	t.Parallel()
	w := newMarket(t, rules)
	alice := w.customer(t, "alice", "1000")
	w.rent(t, alice, numbers("monthly", 0, 3)...)
	w.tick(t, w.now.Add(time.Minute))
	wanttest.Equal(t, "status before the cart's timer", w.status(t, w.invoices(t, alice)[0]), ledger.Draft)
	w.tick(t, w.now.Add(shop.HoldFor))
	issued := w.invoices(t, alice)[0]
	wanttest.Equal(t, "status after it", w.status(t, issued), ledger.Paid)
	wanttest.True(t, "it is archived", issued.HasDocument())
	cart, err := w.store.Cart(t.Context(), alice)
	must(t, err)
	wanttest.True(t, "the cart has no timer", cart.NextAt().IsZero())
}
