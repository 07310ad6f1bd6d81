package dynamo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"didpurchase/internal/webhook"
)

// waitingItem is a delivery in the backlog of its webhook; it is all in the key.
type waitingItem struct {
	TTL attributevalue.UnixTime `dynamodbav:"ttl"`
}

// checkItem has the time at which the check of a webhook's backlog is due.
type checkItem struct {
	At  time.Time               `dynamodbav:"at"`
	TTL attributevalue.UnixTime `dynamodbav:"ttl"`
}

// skCheck is among the places of a webhook, which are numbers.
const skCheck = "CHECK"

// PutWaiting adds a delivery to the backlog of its webhook; it is idempotent.
func (s *Store) PutWaiting(ctx context.Context, d webhook.Delivery) error {
	i, err := encode(waitingItem{attributevalue.UnixTime(d.CreatedAt.Add(webhook.DeliveryLife))})
	if err != nil {
		return err
	}
	k := key{backlogPK(d.Owner, d.Webhook), stamp(d.CreatedAt) + "#" + d.ID}
	if _, err := s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: k.with(i)}); err != nil {
		return fmt.Errorf("dynamo: put %s %s: %w", k.pk, k.sk, err)
	}
	return nil
}

// Backlog returns deliveries of the webhook's backlog, oldest first.
func (s *Store) Backlog(ctx context.Context, w webhook.Webhook, limit int) ([]webhook.Waiting, error) {
	items, err := s.list(ctx, listing{pk: backlogPK(w.Owner, w.ID), max: limit})
	if err != nil {
		return nil, err
	}
	return readEach(items, readWaiting)
}

// RemoveWaiting removes a delivery from the backlog; it is idempotent.
func (s *Store) RemoveWaiting(ctx context.Context, w webhook.Webhook, d webhook.Waiting) error {
	k := key{backlogPK(w.Owner, w.ID), stamp(d.CreatedAt) + "#" + d.Delivery}
	if _, err := s.db.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &s.table, Key: k.attributes()}); err != nil {
		return fmt.Errorf("dynamo: delete %s %s: %w", k.pk, k.sk, err)
	}
	return nil
}

// CheckAt returns the time at which the check of the webhook's backlog is due,
// zero for none.
func (s *Store) CheckAt(ctx context.Context, w webhook.Webhook) (time.Time, error) {
	i, err := s.get(ctx, checkKey(w))
	if i == nil || err != nil {
		return time.Time{}, err
	}
	var check checkItem
	err = decode(i, &check)
	return check.At, err
}

// SetCheck replaces that time if the stored one equals seen; a zero time means no check.
func (s *Store) SetCheck(ctx context.Context, w webhook.Webhook, seen, at time.Time) error {
	guard := absent()
	if !seen.IsZero() {
		guard = equal("at", stamp(seen))
	}
	var action types.TransactWriteItem
	var err error
	if at.IsZero() {
		action, err = s.remove(checkKey(w), guard)
	} else {
		action, err = s.put(checkKey(w), checkItem{at, attributevalue.UnixTime(at.Add(webhook.DeliveryLife))}, guard)
	}
	if err != nil {
		return err
	}
	_, err = s.writeOne(ctx, "check of webhook "+w.ID, action)
	return err
}

func readWaiting(i item) (webhook.Waiting, error) {
	created, id, _ := strings.Cut(text(i, "sk"), "#")
	at, err := time.Parse(timeLayout, created)
	return webhook.Waiting{Delivery: id, CreatedAt: at}, err
}

func backlogPK(owner webhook.Owner, hook string) string {
	return "BACKLOG#" + owner.Carrier + "#" + hook
}

func checkKey(w webhook.Webhook) key {
	return key{"HOOKSLOT#" + w.Owner.Carrier + "#" + w.ID, skCheck}
}
