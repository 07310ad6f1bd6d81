package dynamo

import (
	"context"
	"fmt"
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

// feedItem is an entry of a carrier's feed of routes; the number and the version
// are in its key.
type feedItem struct {
	Status   routing.Status `dynamodbav:"status"`
	Customer string         `dynamodbav:"customer,omitempty"`
	At       time.Time      `dynamodbav:"at,omitempty"`
	routeAttributes

	TTL attributevalue.UnixTime `dynamodbav:"ttl"`
}

// feedPK is the partition of an hour of a carrier's feed.
func feedPK(carrier string, at time.Time) string {
	return "FEED#" + carrier + "#" + at.UTC().Format("2006-01-02T15")
}

// feedKey begins with the time of the entry's writing, not of the change: a
// change that is delivered late must come after what was read.
func feedKey(carrier string, e routing.Entry, written time.Time) key {
	return key{feedPK(carrier, written), stamp(written) + "#" + e.Number.Digits() + "#" + e.Version}
}

// PutFeed appends to a carrier's feed. A repeated entry is appended again.
func (s *Store) PutFeed(ctx context.Context, carrier string, e routing.Entry, written time.Time) error {
	i, err := encode(feedItem{
		Status: e.Status, Customer: e.Customer, At: e.At, routeAttributes: routeAttributesOf(e.Route),
		TTL: attributevalue.UnixTime(written.Add(routing.Life + routing.Overlap)),
	})
	if err != nil {
		return err
	}
	k := feedKey(carrier, e, written)
	if _, err := s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: k.with(i)}); err != nil {
		return fmt.Errorf("dynamo: put %s %s: %w", k.pk, k.sk, err)
	}
	return nil
}

// FeedOf returns the entries of an hour of the carrier's feed after a position, in
// order, at most max.
func (s *Store) FeedOf(ctx context.Context, carrier string, hour time.Time, after string, max int) ([]routing.Placed, error) {
	items, err := s.list(ctx, listing{pk: feedPK(carrier, hour), after: after, max: max, stale: true})
	if err != nil {
		return nil, err
	}
	return readEach(items, readFeed)
}

func readFeed(i item) (routing.Placed, error) {
	var f feedItem
	if err := decode(i, &f); err != nil {
		return routing.Placed{}, err
	}
	sk := text(i, "sk")
	parts := strings.Split(sk, "#")
	if len(parts) != 3 {
		return routing.Placed{}, fmt.Errorf("dynamo: %q is not the key of a feed's entry", sk)
	}
	n, err := e164.Parse(parts[1])
	e := routing.Entry{Number: n, Status: f.Status, Route: f.route(), Customer: f.Customer, Version: parts[2], At: f.At}
	return routing.Placed{Entry: e, Position: sk}, err
}

// DID reads one number's item consistently, the zero DID where there is none.
func (s *Store) DID(ctx context.Context, carrier string, n e164.Number) (did.DID, error) {
	i, err := s.get(ctx, didKey(carrier, n))
	if err != nil || i == nil {
		return did.DID{}, err
	}
	return readDID(i)
}

// maxIdleCustomers is how many customers without rentals a page of routes passes.
const maxIdleCustomers = 25

// Routes returns what a switch has to know of the carrier's rented numbers, by
// customer and number. It goes by the index owner, which lags: the feed tells
// what it misses. A page may be short, even empty, and next goes on.
func (s *Store) Routes(ctx context.Context, carrier string, p shop.Page) (entries []routing.Entry, next string, err error) {
	customer, after, within := strings.Cut(p.After, "/")
	for range maxIdleCustomers {
		if !within {
			if customer, err = s.customerAfter(ctx, carrier, customer); err != nil || customer == "" {
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

// customerAfter returns the carrier's next customer, "" for none.
func (s *Store) customerAfter(ctx context.Context, carrier, after string) (string, error) {
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

func (s *Store) routesOf(ctx context.Context, c ledger.Customer, after string, limit int) (entries []routing.Entry, last string, err error) {
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
