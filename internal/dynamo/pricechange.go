package dynamo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"didpurchase/internal/commit"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/repricing"
)

// priceChangeItem is a price change of running rentals. While it has steps left it
// has a timer.
type priceChangeItem struct {
	Carrier    string           `dynamodbav:"carrier"`
	Package    string           `dynamodbav:"package"`
	ID         string           `dynamodbav:"id"`
	Ver        int              `dynamodbav:"ver"`
	Status     repricing.Status `dynamodbav:"status"`
	To         termsItem        `dynamodbav:"to"`
	Date       string           `dynamodbav:"date,omitempty"`
	Effective  time.Time        `dynamodbav:"effective,omitempty"`
	NoticeDays int              `dynamodbav:"noticeDays"`
	Select     selectionItem    `dynamodbav:"select"`
	By         *actorItem       `dynamodbav:"by,omitempty"`
	CreatedAt  time.Time        `dynamodbav:"createdAt"`

	Customer string                    `dynamodbav:"at,omitempty"`
	After    string                    `dynamodbav:"after,omitempty"`
	Within   bool                      `dynamodbav:"within,omitempty"`
	Parts    int                       `dynamodbav:"parts"`
	Counts   map[repricing.Outcome]int `dynamodbav:"counts,omitempty"`
	Reached  int                       `dynamodbav:"reached"`
	First    time.Time                 `dynamodbav:"first,omitempty"`
	Before   amount                    `dynamodbav:"before"`
	Later    amount                    `dynamodbav:"later"`
	Telling  []announcedItem           `dynamodbav:"telling,omitempty"`

	NextAt time.Time `dynamodbav:"nextAt,omitempty"`
	DuePK  string    `dynamodbav:"duePK,omitempty"`
}

// selectionItem are the rentals that a price change is for.
type selectionItem struct {
	Customers []string      `dynamodbav:"customers,omitempty"`
	Versions  []int         `dynamodbav:"versions,omitempty"`
	Country   string        `dynamodbav:"country,omitempty"`
	Area      string        `dynamodbav:"area,omitempty"`
	Type      string        `dynamodbav:"type,omitempty"`
	Tag       string        `dynamodbav:"tag,omitempty"`
	Numbers   []e164.Number `dynamodbav:"numbers,omitempty"`
}

// announcedItem are rentals that pay the same, within an announcement.
type announcedItem struct {
	Old     amount    `dynamodbav:"old"`
	Numbers int       `dynamodbav:"n"`
	First   time.Time `dynamodbav:"first"`
}

func announcedItems(lines []repricing.Announced) (items []announcedItem) {
	for _, l := range lines {
		items = append(items, announcedItem{amount{l.Old}, l.Numbers, l.First})
	}
	return items
}

func announcedLines(items []announcedItem) (lines []repricing.Announced) {
	for _, i := range items {
		lines = append(lines, repricing.Announced{Old: i.Old.Amount, Numbers: i.Numbers, First: i.First})
	}
	return lines
}

func (s *Store) writePriceChange(u repricing.Update) (write, error) {
	c := u.To
	i := priceChangeItem{
		Carrier: c.Carrier, Package: c.Package, ID: c.ID, Ver: c.Ver, Status: c.Status, To: termsItemOf(c.To), Date: c.Date,
		Effective: c.Effective, NoticeDays: c.NoticeDays, Select: selectionItem(c.Select), By: actorItemOf(c.By),
		CreatedAt: c.CreatedAt, Customer: c.Customer, After: c.After, Within: c.Within, Parts: c.Parts, Counts: c.Counts,
		Reached: c.Reached, First: c.First, Before: amount{c.Before}, Later: amount{c.Later},
		Telling: announcedItems(c.Telling), NextAt: c.NextAt,
	}
	if !c.NextAt.IsZero() {
		i.DuePK = duePK(ledger.Customer{Carrier: c.Carrier})
	}
	action, err := s.put(priceChangeKey(c.Ref), i, unmoved(u.SeenVer))
	return write{change: u, action: action, current: reading(readPriceChange)}, err
}

func readPriceChange(i item) (repricing.Change, error) {
	var c priceChangeItem
	err := decode(i, &c)
	return repricing.Change{
		Ref: repricing.Ref{Carrier: c.Carrier, Package: c.Package, ID: c.ID}, Ver: c.Ver, Status: c.Status,
		To: c.To.terms(), Date: c.Date, Effective: c.Effective, NoticeDays: c.NoticeDays,
		Select: repricing.Selection(c.Select), By: c.By.actor(), CreatedAt: c.CreatedAt, NextAt: c.NextAt,
		Progress: repricing.Progress{
			Customer: c.Customer, After: c.After, Within: c.Within, Parts: c.Parts, Counts: c.Counts, Reached: c.Reached,
			First: c.First, Before: c.Before.Amount, Later: c.Later.Amount, Telling: announcedLines(c.Telling),
		},
	}, err
}

// PriceChange returns a price change. Errors: commit.ErrNotFound.
func (s *Store) PriceChange(ctx context.Context, ref repricing.Ref) (repricing.Change, error) {
	i, err := s.get(ctx, priceChangeKey(ref))
	if err != nil {
		return repricing.Change{}, err
	}
	if i == nil {
		return repricing.Change{}, fmt.Errorf("%w: price change %s of %s", commit.ErrNotFound, ref.ID, ref.Package)
	}
	return readPriceChange(i)
}

// PriceChanges returns the changes of a package, newest first; next is the id to
// continue after, "" at the end.
func (s *Store) PriceChanges(ctx context.Context, carrier, pkg, after string,
	limit int) (changes []repricing.Change, next string, err error) {
	l := listing{pk: pricesPK(carrier), prefix: pkg + "#", backward: true}
	if after != "" {
		l.after = pkg + "#" + after
	}
	items, next, err := s.page(ctx, l, limit)
	if err != nil {
		return nil, "", err
	}
	changes, err = readEach(items, readPriceChange)
	return changes, strings.TrimPrefix(next, pkg+"#"), err
}

// pricePartItem is a part of a price change's report.
type pricePartItem struct {
	Carrier string          `dynamodbav:"carrier"`
	Package string          `dynamodbav:"package"`
	ID      string          `dynamodbav:"id"`
	Index   int             `dynamodbav:"index"`
	Lines   []priceLineItem `dynamodbav:"lines"`
}

// priceLineItem has short names, as a part has up to 300 lines.
type priceLineItem struct {
	Customer string            `dynamodbav:"c"`
	Number   e164.Number       `dynamodbav:"n"`
	Outcome  repricing.Outcome `dynamodbav:"o"`
	Old      amount            `dynamodbav:"p"`
	From     time.Time         `dynamodbav:"f,omitempty"`
}

func (s *Store) writePricePart(p repricing.Part) (write, error) {
	i := pricePartItem{Carrier: p.Carrier, Package: p.Package, ID: p.ID, Index: p.Index}
	for _, l := range p.Lines {
		i.Lines = append(i.Lines, priceLineItem{l.Customer, l.Number, l.Outcome, amount{l.Old}, l.From})
	}
	action, err := s.put(pricePartKey(p.Ref, p.Index), i, absent())
	return write{change: p, action: action, current: reading(readPricePart)}, err
}

func readPricePart(i item) (repricing.Part, error) {
	var v pricePartItem
	err := decode(i, &v)
	p := repricing.Part{Ref: repricing.Ref{Carrier: v.Carrier, Package: v.Package, ID: v.ID}, Index: v.Index}
	for _, l := range v.Lines {
		p.Lines = append(p.Lines, repricing.Line{Customer: l.Customer, Number: l.Number, Outcome: l.Outcome,
			Old: l.Old.Amount, From: l.From})
	}
	return p, err
}

// PriceParts returns up to max parts of a change's report, from an index on.
func (s *Store) PriceParts(ctx context.Context, ref repricing.Ref, from, max int) ([]repricing.Part, error) {
	l := listing{pk: pricePartKey(ref, 0).pk, max: max}
	if from > 0 {
		l.after = pricePartKey(ref, from-1).sk
	}
	items, err := s.list(ctx, l)
	if err != nil {
		return nil, err
	}
	return readEach(items, readPricePart)
}

// announcementItem is the announcement of a price change to a customer.
type announcementItem struct {
	Carrier  string          `dynamodbav:"carrier"`
	Customer string          `dynamodbav:"customer"`
	Package  string          `dynamodbav:"package"`
	ID       string          `dynamodbav:"id"`
	Ver      int             `dynamodbav:"ver"`
	At       time.Time       `dynamodbav:"at"`
	Terms    termsItem       `dynamodbav:"to"`
	Lines    []announcedItem `dynamodbav:"lines"`
	IsOff    bool            `dynamodbav:"off,omitempty"`
	By       *actorItem      `dynamodbav:"by,omitempty"`
}

// writeAnnouncement writes the first version where there is none, and the
// withdrawal over it or, if the change was cancelled before the customer was told
// of it, where there is none.
func (s *Store) writeAnnouncement(a repricing.Announcement) (write, error) {
	guard := absent()
	if a.IsOff {
		guard = guard.Or(expression.Name("ver").LessThan(expression.Value(a.Ver)))
	}
	action, err := s.put(announcementKey(a.Customer, a.Change.ID), announcementItem{
		Carrier: a.Customer.Carrier, Customer: a.Customer.ID, Package: a.Change.Package, ID: a.Change.ID,
		Ver: a.Ver, At: a.At, Terms: termsItemOf(a.Terms), Lines: announcedItems(a.Lines), IsOff: a.IsOff,
		By: actorItemOf(a.By),
	}, guard)
	return write{change: a, action: action, current: reading(readAnnouncement)}, err
}

func readAnnouncement(i item) (repricing.Announcement, error) {
	var a announcementItem
	err := decode(i, &a)
	return repricing.Announcement{
		Customer: ledger.Customer{Carrier: a.Carrier, ID: a.Customer},
		Change:   repricing.Ref{Carrier: a.Carrier, Package: a.Package, ID: a.ID}, Ver: a.Ver, At: a.At,
		Terms: a.Terms.terms(), Lines: announcedLines(a.Lines), IsOff: a.IsOff, By: a.By.actor(),
	}, err
}

// Announcement returns what a customer was told of a price change last. Errors:
// commit.ErrNotFound.
func (s *Store) Announcement(ctx context.Context, c ledger.Customer, change string) (repricing.Announcement, error) {
	i, err := s.get(ctx, announcementKey(c, change))
	if err != nil {
		return repricing.Announcement{}, err
	}
	if i == nil {
		return repricing.Announcement{}, fmt.Errorf("%w: announcement of %s to %s", commit.ErrNotFound, change, c)
	}
	return readAnnouncement(i)
}

// CustomersAfter returns the ids of at most max customers after one, ascending.
func (s *Store) CustomersAfter(ctx context.Context, carrier, after string, max int) ([]string, error) {
	l := listing{pk: carrierPK(carrier), prefix: prefixCustomer, max: max, stale: true}
	if after != "" {
		l.after = prefixCustomer + after
	}
	rows, err := s.list(ctx, l)
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = strings.TrimPrefix(text(row, "sk"), prefixCustomer)
	}
	return ids, err
}
