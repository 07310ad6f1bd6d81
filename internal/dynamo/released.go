package dynamo

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/shop"
)

// releasedItem is the end of a rental.
type releasedItem struct {
	Number   e164.Number `dynamodbav:"n"`
	At       time.Time   `dynamodbav:"at"`
	Customer string      `dynamodbav:"customer"`
}

func releasedPK(carrier, month string) string { return "RELEASED#" + carrier + "#" + month }

// PutRelease writes the end of a rental to the list of its month, in UTC. It is
// idempotent.
func (s *Store) PutRelease(ctx context.Context, p did.Passage) error {
	i, err := encode(releasedItem{p.Number, p.At, p.Customer})
	if err != nil {
		return err
	}
	at := stamp(p.At)
	k := key{releasedPK(p.Carrier, at[:len(monthLayout)]), at + "#" + p.Number.Digits()}
	if _, err := s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: k.with(i)}); err != nil {
		return fmt.Errorf("dynamo: put %s %s: %w", k.pk, k.sk, err)
	}
	return nil
}

// Releases returns the ends of rentals of a month such as 2026-11, in UTC, the first
// one first; next is the place to go on after. They may be some seconds late.
func (s *Store) Releases(ctx context.Context, carrier, month string, p shop.Page) (all []did.Release, next string,
	err error) {
	items, err := s.list(ctx, listing{pk: releasedPK(carrier, month), after: p.After, max: p.Limit + 1, stale: true})
	if err != nil {
		return nil, "", err
	}
	if len(items) > p.Limit {
		items = items[:p.Limit]
		next = text(items[p.Limit-1], "sk")
	}
	all, err = readEach(items, func(i item) (did.Release, error) {
		var r releasedItem
		err := decode(i, &r)
		return did.Release(r), err
	})
	return all, next, err
}
