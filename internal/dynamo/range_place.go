package dynamo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/commit"
	"didpurchase/internal/e164"
	"didpurchase/internal/intake"
	"didpurchase/internal/intake/plan"
	"didpurchase/internal/ledger"
	"didpurchase/internal/pricing"
)

// Offered returns the ranges of one partition, read consistently: spans, then
// sets.
func (s *Store) Offered(ctx context.Context, carrier string, p e164.Partition) ([]plan.Offered, error) {
	condition := expression.Key("pk").Equal(expression.Value(partitionKey(carrier, p))).
		And(expression.Key("sk").Between(expression.Value(prefixSpan), expression.Value(prefixBlock)))
	e, err := expression.NewBuilder().WithKeyCondition(condition).Build()
	if err != nil {
		return nil, fmt.Errorf("dynamo: query: %w", err)
	}
	var offered []plan.Offered // read page by page, for a partition's items are several times its ranges
	for pages := dynamodb.NewQueryPaginator(s.db, &dynamodb.QueryInput{
		TableName: &s.table, ConsistentRead: aws.Bool(true), KeyConditionExpression: e.KeyCondition(),
		ExpressionAttributeNames: e.Names(), ExpressionAttributeValues: e.Values(),
	}); pages.HasMorePages(); {
		out, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("dynamo: ranges of partition %d of %s: %w", p, carrier, err)
		}
		ranges, err := readEach(out.Items, readRange)
		if err != nil {
			return nil, err
		}
		offered = append(offered, ranges...)
	}
	return offered, nil
}

// AddPartition adds a partition to the carrier's list.
func (s *Store) AddPartition(ctx context.Context, carrier string, p e164.Partition) error {
	_, err := s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table,
		Item: partitionEntryKey(carrier, p).attributes()})
	if err != nil {
		return fmt.Errorf("dynamo: add partition %d of %s: %w", p, carrier, err)
	}
	return nil
}

// LogRanges tells the caches of the catalogue that ranges of the carrier
// changed.
func (s *Store) LogRanges(ctx context.Context, carrier string, ranges []catalogue.Range, at time.Time) error {
	changed := make([]changedItem, len(ranges))
	for i, r := range ranges {
		k := rangeKey(r)
		changed[i] = changedItem{PK: k.pk, SK: k.sk, Ver: r.Ver}
	}
	return s.logChanges(ctx, carrier, changed, at)
}

// OfferedPartitions returns the partitions in which the carrier may offer
// numbers, read consistently.
func (s *Store) OfferedPartitions(ctx context.Context, carrier string) ([]e164.Partition, error) {
	items, err := s.list(ctx, listing{pk: catalogueKey(carrier), prefix: prefixPartition})
	if err != nil {
		return nil, err
	}
	return readEach(items, readPartition)
}

// MakePackage adds a version of a package, unless it exists. It logs the
// version in both cases: an earlier try may have ended between the write and
// the entry, and a warm cache without the entry does not find the package's
// numbers.
func (s *Store) MakePackage(ctx context.Context, carrier string, terms pricing.Terms, at time.Time) error {
	if err := s.PutPackage(ctx, carrier, pricing.Package{Terms: terms}); err != nil && !errors.Is(err, ErrExists) {
		return err
	}
	return s.LogPackage(ctx, carrier, terms.Package, terms.Version, at)
}

// AccountCurrency returns the currency of a customer's account, "" if there is
// none.
func (s *Store) AccountCurrency(ctx context.Context, c ledger.Customer) (string, error) {
	account, err := s.Account(ctx, c)
	if errors.Is(err, commit.ErrNotFound) {
		return "", nil
	}
	return account.Currency, err
}

// writePlaced passes for the version that was read, and also for its own result, so
// that it can be repeated.
func (s *Store) writePlaced(p intake.Placed) (write, error) {
	again := equal("i", p.ImportID).And(equal("ver", p.Ver))
	action, err := s.put(rangeKey(p.Range), rangeItemOf(p.Range), unmoved(int(p.SeenVer)).Or(again))
	return write{change: p, action: action, current: reading(readRange)}, err
}

// writeRemoved passes for the version that was read, and also if the item is gone.
func (s *Store) writeRemoved(r intake.Removed) (write, error) {
	action, err := s.remove(rangeKey(r.Range), equal("ver", r.SeenVer).Or(absent()))
	return write{change: r, action: action, current: reading(readRange)}, err
}

// writeLaneHeld writes nothing: it is a guard for the other writes.
func (s *Store) writeLaneHeld(h intake.LaneHeld) (write, error) {
	e, err := expression.NewBuilder().WithCondition(equal("holder", h.Holder)).Build()
	action := types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: &s.table, Key: laneKey(h.Carrier).attributes(),
		ConditionExpression: e.Condition(), ExpressionAttributeNames: e.Names(), ExpressionAttributeValues: e.Values(),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}
	return write{change: h, action: action, current: reading(readLane)}, err
}
