package dynamo

import (
	"context"
	"fmt"
	"time"

	"didpurchase/internal/commit"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/shop"
)

// invoiceItem is an invoice's header.
type invoiceItem struct {
	Carrier  string    `dynamodbav:"carrier"`
	Customer string    `dynamodbav:"customer"`
	ID       string    `dynamodbav:"id"`
	OrderID  string    `dynamodbav:"orderId,omitempty"`
	Period   string    `dynamodbav:"period,omitempty"`
	At       time.Time `dynamodbav:"at"`
	Net      amount    `dynamodbav:"net"`
	Tax      amount    `dynamodbav:"tax"`
	Gross    amount    `dynamodbav:"gross"`
	Ver      int       `dynamodbav:"ver"`
	Entries  []int     `dynamodbav:"entries,omitempty"` // in invoices of earlier releases: each seq
	Runs     []int     `dynamodbav:"runs,omitempty"`    // in the others: as runsOf codes them

	Taxes    []taxItem   `dynamodbav:"taxes,omitempty"`
	Debits   *amount     `dynamodbav:"debits,omitempty"`
	Credited *amount     `dynamodbav:"credited,omitempty"`
	Rounding *amount     `dynamodbav:"rounding,omitempty"`
	NextAt   time.Time   `dynamodbav:"nextAt,omitempty"`
	DuePK    string      `dynamodbav:"duePK,omitempty"`
	Issued   *issuedItem `dynamodbav:"issued,omitempty"`

	Corrects         *correctionItem `dynamodbav:"corrects,omitempty"`
	CreditedRuns     []int           `dynamodbav:"creditedRuns,omitempty"` // lines, as runsOf codes them
	CreditedByAmount bool            `dynamodbav:"creditedByAmount,omitempty"`
	HasXML           bool            `dynamodbav:"hasXml,omitempty"`

	By *actorItem `dynamodbav:"by,omitempty"`
}

// taxItem is the total of one rate on an invoice.
type taxItem struct {
	Rate      string           `dynamodbav:"rate"`
	Treatment ledger.Treatment `dynamodbav:"treatment"`
	Reason    string           `dynamodbav:"reason,omitempty"`
	Net       amount           `dynamodbav:"net"`
	Tax       amount           `dynamodbav:"tax"`

	Runs        []int   `dynamodbav:"runs,omitempty"` // entries, as runsOf codes them
	CreditedNet *amount `dynamodbav:"creditedNet,omitempty"`
	CreditedTax *amount `dynamodbav:"creditedTax,omitempty"`
}

// correctionItem names the invoice that a credit note corrects.
type correctionItem struct {
	Invoice string `dynamodbav:"invoice"`
	Number  string `dynamodbav:"number"`
	Reason  string `dynamodbav:"reason"`
	Payment string `dynamodbav:"payment,omitempty"`
}

// issuedItem is the content of an issued invoice.
type issuedItem struct {
	Number        string     `dynamodbav:"number"`
	At            time.Time  `dynamodbav:"at"`
	DueAt         time.Time  `dynamodbav:"dueAt"`
	From          *partyItem `dynamodbav:"from,omitempty"`
	FromName      string     `dynamodbav:"fromName"`
	Colour        string     `dynamodbav:"colour,omitempty"`
	To            *partyItem `dynamodbav:"to,omitempty"`
	ToName        string     `dynamodbav:"toName"`
	PurchaseOrder string     `dynamodbav:"purchaseOrder,omitempty"`
	Locale        string     `dynamodbav:"locale,omitempty"`
}

func (s *Store) writeInvoice(i ledger.Invoice) (write, error) {
	stored := invoiceItem{
		Carrier: i.Customer.Carrier, Customer: i.Customer.ID, ID: i.ID, OrderID: i.OrderID, Period: i.Period, At: i.At,
		Net: amount{i.Net}, Tax: amount{i.Tax}, Gross: amount{i.Gross}, Ver: i.Ver, Runs: runsOf(i.Entries),
		Debits: optionalAmount(i.Debits), Credited: optionalAmount(i.Credited), Rounding: optionalAmount(i.Rounding),
		NextAt: i.NextAt, Issued: issuedItemOf(i.Issued), CreditedRuns: runsOf(i.CreditedLines),
		CreditedByAmount: i.CreditedByAmount, HasXML: i.HasXML, By: actorItemOf(i.By),
	}
	if i.IsCreditNote() {
		stored.Corrects = &correctionItem{i.Corrects.Invoice, i.Corrects.Number, i.Corrects.Reason, i.Corrects.Payment}
	}
	for _, t := range i.Taxes {
		stored.Taxes = append(stored.Taxes, taxItem{t.Rate.String(), t.Treatment, t.Reason, amount{t.Net}, amount{t.Tax},
			runsOf(t.Seqs), optionalAmount(t.CreditedNet), optionalAmount(t.CreditedTax)})
	}
	if !i.NextAt.IsZero() && !i.Guarded {
		stored.DuePK = duePK(i.Customer)
	}
	action, err := s.put(invoiceKey(i), stored, unmoved(i.Ver-1))
	return write{change: i, action: action, current: reading(readInvoice)}, err
}

// runsOf codes ascending numbers as pairs: the first number of a run, and the run's
// length. A month of charges has few runs, because only payments are between them.
// For example, 4, 5, 6 and 9 are coded as 4, 3 and 9, 1.
func runsOf(numbers []int) (runs []int) {
	for i, n := range numbers {
		if i > 0 && n == numbers[i-1]+1 {
			runs[len(runs)-1]++
			continue
		}
		runs = append(runs, n, 1)
	}
	return runs
}

// numbersOf decodes the result of runsOf.
func numbersOf(runs []int) (numbers []int) {
	for i := 0; i+1 < len(runs); i += 2 {
		for n := range runs[i+1] {
			numbers = append(numbers, runs[i]+n)
		}
	}
	return numbers
}

func issuedItemOf(i ledger.Issued) *issuedItem {
	if i.Number == "" {
		return nil
	}
	return &issuedItem{
		i.Number, i.At, i.DueAt, partyItemOf(i.From), i.FromName, i.Colour, partyItemOf(i.To), i.ToName, i.PurchaseOrder,
		i.Locale,
	}
}

// issued returns the zero value for nil.
func (i *issuedItem) issued() ledger.Issued {
	if i == nil {
		return ledger.Issued{}
	}
	return ledger.Issued{
		Number: i.Number, At: i.At, DueAt: i.DueAt, From: i.From.party(), FromName: i.FromName, Colour: i.Colour,
		To: i.To.party(), ToName: i.ToName, PurchaseOrder: i.PurchaseOrder, Locale: i.Locale,
	}
}

// Invoice returns one of the customer's invoices. Errors: commit.ErrNotFound.
func (s *Store) Invoice(ctx context.Context, c ledger.Customer, id string) (ledger.Invoice, error) {
	i, err := s.get(ctx, invoiceKey(ledger.Invoice{Customer: c, ID: id}))
	if err != nil {
		return ledger.Invoice{}, err
	}
	if i == nil || text(i, "id") != id { // the key has the id's number only
		return ledger.Invoice{}, fmt.Errorf("%w: invoice %s of %s", commit.ErrNotFound, id, c)
	}
	return readInvoice(i)
}

// InvoicesAt returns the invoices of customers by their numbers in the account, in
// no order; missing ones are omitted.
func (s *Store) InvoicesAt(ctx context.Context, at []ledger.InvoiceRef) ([]ledger.Invoice, error) {
	keys := make([]key, len(at))
	for i, ref := range at {
		keys[i] = invoiceKey(ledger.Invoice{Customer: ref.Customer, ID: fmt.Sprintf("-%d", ref.Number)})
	}
	items, err := s.getAll(ctx, keys)
	if err != nil {
		return nil, err
	}
	return readEach(items, readInvoice)
}

// Invoices returns the customer's invoices, newest first.
func (s *Store) Invoices(ctx context.Context, c ledger.Customer,
	p shop.Page) (invoices []ledger.Invoice, next string, err error) {
	items, next, err := s.newest(ctx, c, prefixInvoice, p)
	if err != nil {
		return nil, "", err
	}
	invoices, err = readEach(items, readInvoice)
	return invoices, next, err
}

func readInvoice(i item) (ledger.Invoice, error) {
	var v invoiceItem
	if err := decode(i, &v); err != nil {
		return ledger.Invoice{}, err
	}
	invoice := ledger.Invoice{
		Customer: ledger.Customer{Carrier: v.Carrier, ID: v.Customer}, ID: v.ID, OrderID: v.OrderID, Period: v.Period,
		At: v.At, Net: v.Net.Amount, Tax: v.Tax.Amount, Gross: v.Gross.Amount, Ver: v.Ver, Entries: v.Entries,
		Debits: v.Debits.amount(), Credited: v.Credited.amount(), Rounding: v.Rounding.amount(), NextAt: v.NextAt,
		Issued: v.Issued.issued(), By: v.By.actor(), CreditedLines: numbersOf(v.CreditedRuns),
		CreditedByAmount: v.CreditedByAmount, HasXML: v.HasXML, Guarded: !v.NextAt.IsZero() && v.DuePK == "",
	}
	if v.Corrects != nil {
		invoice.Corrects = ledger.Correction{Invoice: v.Corrects.Invoice, Number: v.Corrects.Number,
			Reason: v.Corrects.Reason, Payment: v.Corrects.Payment}
	}
	if v.Runs != nil {
		invoice.Entries = numbersOf(v.Runs)
	}
	for _, t := range v.Taxes {
		rate, err := money.ParseRate(t.Rate)
		if err != nil {
			return ledger.Invoice{}, damaged(i, err)
		}
		invoice.Taxes = append(invoice.Taxes, ledger.TaxTotal{Rate: rate, Treatment: t.Treatment, Reason: t.Reason,
			Net: t.Net.Amount, Tax: t.Tax.Amount, Seqs: numbersOf(t.Runs), CreditedNet: t.CreditedNet.amount(),
			CreditedTax: t.CreditedTax.amount()})
	}
	return invoice, nil
}

// seriesItem counts the invoices of a series.
type seriesItem struct {
	Last int `dynamodbav:"last"`
}

// Series returns the series of a carrier's prefix and year; its Last is 0 if it
// has no invoice yet.
func (s *Store) Series(ctx context.Context, of ledger.Series) (ledger.Series, error) {
	i, err := s.get(ctx, seriesKey(of))
	if err != nil || i == nil {
		of.Last = 0
		return of, err
	}
	var stored seriesItem
	err = decode(i, &stored)
	of.Last = stored.Last
	return of, err
}

func (s *Store) writeSeries(u ledger.SeriesUpdate) (write, error) {
	guard := absent()
	if u.SeenLast > 0 {
		guard = equal("last", u.SeenLast)
	}
	read := func(i item) (ledger.Series, error) {
		var stored seriesItem
		err := decode(i, &stored)
		current := u.To
		current.Last = stored.Last
		return current, err
	}
	action, err := s.put(seriesKey(u.To), seriesItem{u.To.Last}, guard)
	return write{change: u, action: action, current: reading(read)}, err
}
