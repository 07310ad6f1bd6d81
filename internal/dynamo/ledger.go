package dynamo

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
)

// entryItem is a ledger entry with its postings.
type entryItem struct {
	Carrier      string        `dynamodbav:"carrier"`
	Customer     string        `dynamodbav:"customer"`
	Seq          int           `dynamodbav:"seq"`
	Kind         ledger.Kind   `dynamodbav:"kind"`
	Amount       amount        `dynamodbav:"amount"`
	BalanceAfter amount        `dynamodbav:"balanceAfter"`
	At           time.Time     `dynamodbav:"at"`
	OrderID      string        `dynamodbav:"orderId,omitempty"`
	InvoiceID    string        `dynamodbav:"invoiceId,omitempty"`
	Note         string        `dynamodbav:"note,omitempty"`
	Postings     []postingItem `dynamodbav:"postings"`
	By           *actorItem    `dynamodbav:"by,omitempty"`

	// What all charges share is stored once: an entry has up to 180 charges, and each
	// kilobyte is a write unit. The zero value means that each charge has its own.
	Version int       `dynamodbav:"v,omitempty"`
	From    time.Time `dynamodbav:"f,omitempty"`
	To      time.Time `dynamodbav:"t,omitempty"`
}

// postingItem has short names, as an entry may have two hundred postings.
type postingItem struct {
	Book     ledger.Book `dynamodbav:"b"`
	Amount   amount      `dynamodbav:"a"`
	Number   e164.Number `dynamodbav:"n,omitempty"`
	RentalID string      `dynamodbav:"r,omitempty"`
	Period   int         `dynamodbav:"p,omitempty"`
	Package  string      `dynamodbav:"g,omitempty"`
	Version  int         `dynamodbav:"v,omitempty"`
	From     time.Time   `dynamodbav:"f,omitempty"`
	To       time.Time   `dynamodbav:"t,omitempty"`
	Count    int         `dynamodbav:"c,omitempty"`
}

// Entries returns the customer's ledger entries, newest first.
func (s *Store) Entries(ctx context.Context, c ledger.Customer,
	p shop.Page) (entries []ledger.Entry, next string, err error) {
	items, next, err := s.newest(ctx, c, prefixEntry, p)
	if err != nil {
		return nil, "", err
	}
	entries, err = readEach(items, readEntry)
	return entries, next, err
}

// EntriesAt returns the entries with these seqs, ascending; missing ones are
// omitted.
func (s *Store) EntriesAt(ctx context.Context, c ledger.Customer, seqs []int) ([]ledger.Entry, error) {
	keys := make([]key, len(seqs))
	for i, seq := range seqs {
		keys[i] = entryKey(c, seq)
	}
	items, err := s.getAll(ctx, keys)
	if err != nil {
		return nil, err
	}
	entries, err := readEach(items, readEntry)
	slices.SortFunc(entries, func(a, b ledger.Entry) int { return cmp.Compare(a.Seq, b.Seq) })
	return entries, err
}

// PostedTo returns the customer of the ledger entry at this key; ok is false
// for keys of other items.
func PostedTo(pk, sk string) (c ledger.Customer, ok bool) {
	rest, isCustomers := strings.CutPrefix(pk, "CUSTOMER#")
	return customerOf(rest), isCustomers && strings.HasPrefix(sk, prefixEntry)
}

func (s *Store) writeEntry(e ledger.Entry) (write, error) {
	if err := e.Check(); err != nil {
		return write{}, err
	}
	action, err := s.put(entryKey(e.Customer, e.Seq), entryItemOf(e), absent())
	return write{change: e, action: action, current: reading(readEntry)}, err
}

func entryItemOf(e ledger.Entry) entryItem {
	i := entryItem{
		Carrier: e.Customer.Carrier, Customer: e.Customer.ID, Seq: e.Seq, Kind: e.Kind, Amount: amount{e.Amount},
		BalanceAfter: amount{e.BalanceAfter}, At: e.At, OrderID: e.OrderID, InvoiceID: e.InvoiceID, Note: e.Note,
		By: actorItemOf(e.By),
	}
	i.Version = shared(e.Postings, func(p ledger.Posting) int { return p.Version })
	i.From = shared(e.Postings, func(p ledger.Posting) time.Time { return p.From })
	i.To = shared(e.Postings, func(p ledger.Posting) time.Time { return p.To })
	for _, p := range e.Postings {
		posting := postingItem{
			p.Account, amount{p.Amount}, p.Number, p.RentalID, p.Period, p.Package, p.Version, p.From, p.To, p.Count,
		}
		i.leaveOut(&posting)
		i.Postings = append(i.Postings, posting)
	}
	return i
}

// leaveOut clears what the entry stores for all charges.
func (e entryItem) leaveOut(p *postingItem) {
	if p.Package == "" {
		return
	}
	if e.Version > 0 {
		p.Version = 0
	}
	if !e.From.IsZero() {
		p.From = time.Time{}
	}
	if !e.To.IsZero() {
		p.To = time.Time{}
	}
}

// fill sets what leaveOut cleared.
func (e entryItem) fill(p *postingItem) {
	if p.Package == "" {
		return
	}
	p.Version, p.From, p.To = cmp.Or(p.Version, e.Version), cmp.Or(p.From, e.From), cmp.Or(p.To, e.To)
}

// shared returns the value that all charges have, the zero value if they differ.
func shared[T comparable](postings []ledger.Posting, of func(ledger.Posting) T) (value T) {
	var none T
	for _, p := range postings {
		switch v := of(p); {
		case p.Package == "":
		case v == none || value != none && v != value:
			return none
		default:
			value = v
		}
	}
	return value
}

func readEntry(i item) (ledger.Entry, error) {
	var e entryItem
	if err := decode(i, &e); err != nil {
		return ledger.Entry{}, err
	}
	entry := ledger.Entry{
		Customer: ledger.Customer{Carrier: e.Carrier, ID: e.Customer}, Seq: e.Seq, Kind: e.Kind, Amount: e.Amount.Amount,
		BalanceAfter: e.BalanceAfter.Amount, At: e.At,
		Reference: ledger.Reference{OrderID: e.OrderID, InvoiceID: e.InvoiceID, Note: e.Note}, By: e.By.actor(),
	}
	for _, p := range e.Postings {
		e.fill(&p)
		entry.Postings = append(entry.Postings, ledger.Posting{
			Account: p.Book, Amount: p.Amount.Amount, Number: p.Number, RentalID: p.RentalID, Period: p.Period,
			Package: p.Package, Version: p.Version, From: p.From, To: p.To, Count: p.Count,
		})
	}
	return entry, nil
}

// newest reads a page of the customer's items of a kind, greatest key first; the
// cursor is the part of a key after the prefix. The read is consistent: if a page
// has no order of a checkout with a lost answer, the order does not exist.
func (s *Store) newest(ctx context.Context, c ledger.Customer, prefix string,
	p shop.Page) (items []item, next string, err error) {
	l := listing{pk: customerPK(c), prefix: prefix, backward: true}
	if p.After != "" {
		l.after = prefix + p.After
	}
	items, next, err = s.page(ctx, l, p.Limit)
	return items, strings.TrimPrefix(next, prefix), err
}
