package dynamo

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"didpurchase/internal/commit"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
)

// orderItem is an order.
type orderItem struct {
	Carrier   string           `dynamodbav:"carrier"`
	Customer  string           `dynamodbav:"customer"`
	ID        string           `dynamodbav:"id"`
	Number    string           `dynamodbav:"number"`
	Status    shop.OrderStatus `dynamodbav:"status"`
	Lines     []orderLineItem  `dynamodbav:"lines"`
	Total     amount           `dynamodbav:"total"`
	InvoiceID string           `dynamodbav:"invoiceId"`
	EntrySeq  int              `dynamodbav:"entry"`
	CreatedAt time.Time        `dynamodbav:"createdAt"`
	By        *actorItem       `dynamodbav:"by,omitempty"`

	Ver    int        `dynamodbav:"ver,omitempty"` // in a large order, like the fields below
	Large  *largeItem `dynamodbav:"large,omitempty"`
	NextAt time.Time  `dynamodbav:"nextAt,omitempty"`
	DuePK  string     `dynamodbav:"duePK,omitempty"`
}

type orderLineItem struct {
	Number   e164.Number `dynamodbav:"n"`
	RentalID string      `dynamodbav:"r"`
	Offer    *offerItem  `dynamodbav:"offer"`
}

// idempotencyItem has the order of an Idempotency-Key.
type idempotencyItem struct {
	Carrier   string    `dynamodbav:"carrier"`
	Customer  string    `dynamodbav:"customer"`
	Key       string    `dynamodbav:"key"`
	Body      string    `dynamodbav:"body"`
	OrderID   string    `dynamodbav:"orderId"`
	At        time.Time `dynamodbav:"at"`
	ExpiresAt time.Time `dynamodbav:"expiresAt"`

	TTL attributevalue.UnixTime `dynamodbav:"ttl"`
}

// Order returns one of the customer's orders. Errors: commit.ErrNotFound.
func (s *Store) Order(ctx context.Context, c ledger.Customer, id string) (shop.Order, error) {
	i, err := s.get(ctx, orderKey(c, id))
	if err != nil {
		return shop.Order{}, err
	}
	if i == nil {
		return shop.Order{}, fmt.Errorf("%w: order %s of %s", commit.ErrNotFound, id, c)
	}
	return readOrder(i)
}

// Orders returns the customer's orders, newest first.
func (s *Store) Orders(ctx context.Context, c ledger.Customer,
	p shop.Page) (orders []shop.Order, next string, err error) {
	items, next, err := s.newest(ctx, c, prefixOrder, p)
	if err != nil {
		return nil, "", err
	}
	orders, err = readEach(items, readOrder)
	return orders, next, err
}

func (s *Store) writeOrder(o shop.Order) (write, error) {
	action, err := s.put(orderKey(o.Customer, o.ID), orderItemOf(o), absent())
	return write{change: o, action: action, current: reading(readOrder)}, err
}

func orderItemOf(o shop.Order) orderItem {
	i := orderItem{
		Carrier: o.Customer.Carrier, Customer: o.Customer.ID, ID: o.ID, Number: o.Number, Status: o.Status,
		Total:     amount{o.Total},
		InvoiceID: o.InvoiceID, EntrySeq: o.EntrySeq, CreatedAt: o.CreatedAt, By: actorItemOf(o.By),
	}
	for _, l := range o.Lines {
		i.Lines = append(i.Lines, orderLineItem{l.Number, l.RentalID, offerItemOf(l.Offer)})
	}
	i.setLarge(o)
	return i
}

func readOrder(i item) (shop.Order, error) {
	var o orderItem
	if err := decode(i, &o); err != nil {
		return shop.Order{}, err
	}
	order := shop.Order{
		Customer: ledger.Customer{Carrier: o.Carrier, ID: o.Customer}, ID: o.ID, Number: o.Number, Status: o.Status,
		Total:     o.Total.Amount,
		InvoiceID: o.InvoiceID, EntrySeq: o.EntrySeq, CreatedAt: o.CreatedAt, By: o.By.actor(),
	}
	for _, l := range o.Lines {
		order.Lines = append(order.Lines, shop.OrderLine{Number: l.Number, RentalID: l.RentalID, Offer: l.Offer.offer()})
	}
	if o.Large != nil {
		order.Large = o.Large.large(o.Ver, o.NextAt)
	}
	return order, nil
}

// Idempotency returns the record of a key. Errors: commit.ErrNotFound.
func (s *Store) Idempotency(ctx context.Context, c ledger.Customer, k string) (shop.IdempotencyRecord, error) {
	i, err := s.get(ctx, idempotencyKey(c, k))
	if err != nil {
		return shop.IdempotencyRecord{}, err
	}
	if i == nil {
		return shop.IdempotencyRecord{}, fmt.Errorf("%w: idempotency key %q of %s", commit.ErrNotFound, k, c)
	}
	return readIdempotency(i)
}

// writeIdempotency writes the record if there is none, or over an expired one:
// correctness must not depend on DynamoDB's TTL, which deletes days late.
func (s *Store) writeIdempotency(r shop.IdempotencyRecord) (write, error) {
	expired := expression.Name("expiresAt").LessThan(expression.Value(ceiling(r.At)))
	action, err := s.put(idempotencyKey(r.Customer, r.Key), idempotencyItem{
		Carrier: r.Customer.Carrier, Customer: r.Customer.ID, Key: r.Key, Body: r.Body, OrderID: r.OrderID, At: r.At,
		ExpiresAt: r.ExpiresAt,
		TTL:       attributevalue.UnixTime(r.ExpiresAt),
	}, absent().Or(expired))
	return write{change: r, action: action, current: reading(readIdempotency)}, err
}

func readIdempotency(i item) (shop.IdempotencyRecord, error) {
	var r idempotencyItem
	if err := decode(i, &r); err != nil {
		return shop.IdempotencyRecord{}, err
	}
	return shop.IdempotencyRecord{
		Customer: ledger.Customer{Carrier: r.Carrier, ID: r.Customer}, Key: r.Key, Body: r.Body, OrderID: r.OrderID, At: r.At,
		ExpiresAt: r.ExpiresAt,
	}, nil
}
