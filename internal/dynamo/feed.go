package dynamo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/routing"
	"didpurchase/internal/shop"
)

// feedItem is an entry of a carrier's feed of routes, or several that differ only
// in the number and the version, such as the entries of an order. The number and
// the version of the first one are in the key.
type feedItem struct {
	Status   routing.Status `dynamodbav:"status"`
	Customer string         `dynamodbav:"customer,omitempty"`
	At       time.Time      `dynamodbav:"at,omitempty"`
	Others   []string       `dynamodbav:"others,omitempty"` // <digits>#<version>
	routeAttributes

	TTL attributevalue.UnixTime `dynamodbav:"ttl"`
}

// feedPK returns the partition of an hour of a carrier's feed.
func feedPK(carrier string, at time.Time) string {
	return "FEED#" + carrier + "#" + at.UTC().Format("2006-01-02T15")
}

// feedKey begins with the time at which the entries were written, not the time of
// the change: a change that is delivered late must come after the entries that were
// read. With the number of others in the key, a part that is written again does not
// replace the whole.
func feedKey(carrier string, first routing.Entry, others int, written time.Time) key {
	return key{feedPK(carrier, written), fmt.Sprintf("%s#%s#%d", stamp(written), feedName(first), others)}
}

// feedName returns the part of an entry's name that differs among the entries
// of one item.
func feedName(e routing.Entry) string { return e.Number.Digits() + "#" + e.Version }

// entriesAtOnce is the largest number of entries in one item of the feed. Such an
// item has about one kilobyte, which is one write unit.
const entriesAtOnce = 18

// PutFeed appends entries to a carrier's feed that differ only in the number and
// the version. A repeated entry is appended again.
func (s *Store) PutFeed(ctx context.Context, carrier string, written time.Time, entries ...routing.Entry) error {
	for part := range slices.Chunk(entries, entriesAtOnce) {
		if err := s.putFeed(ctx, carrier, written, part); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) putFeed(ctx context.Context, carrier string, written time.Time, entries []routing.Entry) error {
	first := entries[0]
	f := feedItem{
		Status: first.Status, Customer: first.Customer, At: first.At, routeAttributes: routeAttributesOf(first.Route),
		TTL: attributevalue.UnixTime(written.Add(routing.Life + routing.Overlap)),
	}
	for _, e := range entries[1:] {
		f.Others = append(f.Others, feedName(e))
	}
	i, err := encode(f)
	if err != nil {
		return err
	}
	k := feedKey(carrier, first, len(f.Others), written)
	if _, err := s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: k.with(i)}); err != nil {
		return fmt.Errorf("dynamo: put %s %s: %w", k.pk, k.sk, err)
	}
	return nil
}

// FeedOf returns the entries of an hour of the carrier's feed after a position, in
// order: at most max, and the rest of the item that reaches it. Entries of one item
// have one position.
func (s *Store) FeedOf(ctx context.Context, carrier string, hour time.Time, after string,
	max int) (found []routing.Placed, err error) {
	items, err := s.list(ctx, listing{pk: feedPK(carrier, hour), after: after, max: max, stale: true})
	if err != nil {
		return nil, err
	}
	for _, i := range items {
		entries, err := readFeed(i)
		if err != nil {
			return nil, err
		}
		if found = append(found, entries...); len(found) >= max {
			break
		}
	}
	return found, nil
}

func readFeed(i item) (entries []routing.Placed, err error) {
	var f feedItem
	if err := decode(i, &f); err != nil {
		return nil, err
	}
	sk := text(i, "sk")
	_, first, _ := strings.Cut(sk, "#")
	// keys of earlier releases have no number of others
	if last := strings.LastIndex(first, "#"); strings.Count(first, "#") > 1 {
		first = first[:last]
	}
	for _, name := range append([]string{first}, f.Others...) {
		digits, version, ok := strings.Cut(name, "#")
		n, err := e164.Parse(digits)
		if !ok || err != nil {
			return nil, fmt.Errorf("dynamo: %q in %s is not the name of a feed's entry", name, sk)
		}
		e := routing.Entry{Number: n, Status: f.Status, Route: f.route(), Customer: f.Customer, Version: version, At: f.At}
		entries = append(entries, routing.Placed{Entry: e, Position: sk})
	}
	return entries, nil
}

// DID reads one number's item consistently; the zero DID if there is none.
func (s *Store) DID(ctx context.Context, carrier string, n e164.Number) (did.DID, error) {
	i, err := s.get(ctx, didKey(carrier, n))
	if err != nil || i == nil {
		return did.DID{}, err
	}
	return readDID(i)
}

// maxIdleCustomers is the largest number of customers without rentals that a page
// of routes passes.
const maxIdleCustomers = 25

// Routes returns the routes of the carrier's rented numbers, by customer and
// number. It reads the index rentals, which is late: the feed has the missing
// changes. A page may be short, even empty; next is the place to continue from.
func (s *Store) Routes(ctx context.Context, carrier string, p shop.Page) (entries []routing.Entry, next string,
	err error) {
	customer, after, within := strings.Cut(p.After, "/")
	for range maxIdleCustomers {
		if !within {
			if customer, err = s.CustomerAfter(ctx, carrier, customer); err != nil || customer == "" {
				return entries, "", err
			}
		}
		var last string
		entries, last, err = s.routesOf(ctx, ledger.Customer{Carrier: carrier, ID: customer}, after, p.Limit)
		if err != nil {
			return nil, "", err
		}
		if last != "" {
			return entries, customer + "/" + last, nil
		}
		if len(entries) > 0 {
			break
		}
		within, after = false, ""
	}
	return entries, customer, nil
}

// CustomerAfter returns the carrier's next customer, "" for none.
func (s *Store) CustomerAfter(ctx context.Context, carrier, after string) (string, error) {
	l := listing{pk: carrierPK(carrier), prefix: prefixCustomer, max: 1, stale: true}
	if after != "" {
		l.after = prefixCustomer + after
	}
	rows, err := s.list(ctx, l)
	if err != nil || len(rows) == 0 {
		return "", err
	}
	return strings.TrimPrefix(text(rows[0], "sk"), prefixCustomer), nil
}

func (s *Store) routesOf(ctx context.Context, c ledger.Customer, after string, limit int) (entries []routing.Entry,
	last string, err error) {
	numbers, last, err := s.owned(ctx, c, after, limit)
	if err != nil {
		return nil, "", err
	}
	items, err := s.DIDs(ctx, c.Carrier, numbers)
	if err != nil {
		return nil, "", err
	}
	for _, n := range numbers {
		if e := routing.EntryOf(items[n]); e.Status != routing.NotRented {
			entries = append(entries, e)
		}
	}
	return entries, last, nil
}
