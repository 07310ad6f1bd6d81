package dynamo

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"didpurchase/internal/commit"
	"didpurchase/internal/event"
	"didpurchase/internal/webhook"
)

// deliveryItem is an event on its way to a webhook.
type deliveryItem struct {
	Carrier   string         `dynamodbav:"carrier"`
	Customer  string         `dynamodbav:"customer,omitempty"`
	Webhook   string         `dynamodbav:"webhook"`
	EventID   string         `dynamodbav:"event"`
	Type      event.Type     `dynamodbav:"type"`
	Body      string         `dynamodbav:"body"`
	Status    webhook.Status `dynamodbav:"status"`
	CreatedAt time.Time      `dynamodbav:"createdAt"`
	Tries     int            `dynamodbav:"tries"`
	// not called nextAt: deliveries are not in the index due
	NextAt time.Time               `dynamodbav:"next,omitempty"`
	Last   answerItem              `dynamodbav:"last"`
	TTL    attributevalue.UnixTime `dynamodbav:"ttl"`
}

type answerItem struct {
	At     time.Time     `dynamodbav:"at,omitempty"`
	Took   time.Duration `dynamodbav:"took,omitempty"`
	Status int           `dynamodbav:"status,omitempty"`
	Body   string        `dynamodbav:"body,omitempty"`
	Error  string        `dynamodbav:"error,omitempty"`

	RetryAfter time.Duration `dynamodbav:"retryAfter,omitempty"`
}

// CreateDelivery writes a delivery unless it exists.
func (s *Store) CreateDelivery(ctx context.Context, d webhook.Delivery) error {
	action, err := s.put(deliveryKey(d.Owner, d.Webhook, d.ID), deliveryItemOf(d), absent())
	if err != nil {
		return err
	}
	_, err = s.writeOne(ctx, "delivery "+d.ID, action)
	return err
}

// PutDelivery writes the outcome of a delivery.
func (s *Store) PutDelivery(ctx context.Context, d webhook.Delivery) error {
	i, err := encode(deliveryItemOf(d))
	if err != nil {
		return err
	}
	k := deliveryKey(d.Owner, d.Webhook, d.ID)
	if _, err := s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: k.with(i)}); err != nil {
		return fmt.Errorf("dynamo: put %s %s: %w", k.pk, k.sk, err)
	}
	return nil
}

// Delivery returns one delivery. Errors: commit.ErrNotFound.
func (s *Store) Delivery(ctx context.Context, owner webhook.Owner, hook, id string) (webhook.Delivery, error) {
	i, err := s.get(ctx, deliveryKey(owner, hook, id))
	if err != nil {
		return webhook.Delivery{}, err
	}
	if i == nil {
		return webhook.Delivery{}, fmt.Errorf("%w: delivery %s", commit.ErrNotFound, id)
	}
	return readDelivery(i)
}

// Deliveries returns a page of a webhook's deliveries, newest first.
func (s *Store) Deliveries(ctx context.Context, owner webhook.Owner, hook string, limit int,
	after string) (page []webhook.Delivery, next string, err error) {
	items, next, err := s.page(ctx, listing{pk: deliveriesPK(owner, hook), after: after, backward: true}, limit)
	if err != nil {
		return nil, "", err
	}
	page, err = readEach(items, readDelivery)
	return page, next, err
}

func deliveryItemOf(d webhook.Delivery) deliveryItem {
	return deliveryItem{
		Carrier: d.Owner.Carrier, Customer: d.Owner.ID, Webhook: d.Webhook, EventID: d.EventID, Type: d.Type, Body: d.Body,
		Status: d.Status, CreatedAt: d.CreatedAt, Tries: d.Tries, NextAt: d.NextAt, Last: answerItem(d.Last),
		TTL: attributevalue.UnixTime(d.CreatedAt.Add(webhook.DeliveryLife)),
	}
}

func readDelivery(i item) (webhook.Delivery, error) {
	var d deliveryItem
	err := decode(i, &d)
	return webhook.Delivery{
		Owner: webhook.Owner{Carrier: d.Carrier, ID: d.Customer}, Webhook: d.Webhook, ID: text(i, "sk"), EventID: d.EventID,
		Type: d.Type,
		Body: d.Body, Status: d.Status, CreatedAt: d.CreatedAt, Tries: d.Tries, NextAt: d.NextAt,
		Last: webhook.Answer(d.Last),
	}, err
}

func deliveriesPK(owner webhook.Owner, hook string) string {
	return "DELIVERY#" + owner.Carrier + "#" + hook
}

func deliveryKey(owner webhook.Owner, hook, id string) key { return key{deliveriesPK(owner, hook), id} }
