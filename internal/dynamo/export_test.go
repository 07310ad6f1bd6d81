package dynamo

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/sync/errgroup"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
)

// Rewrite replaces the DID's item by d.
func (s *Store) Rewrite(ctx context.Context, d did.DID) error {
	k := didKey(d.Carrier, d.Number)
	if d.State == did.None {
		_, err := s.db.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &s.table, Key: k.attributes()})
		return err
	}
	attributes, err := encode(didItemOf(d))
	if err != nil {
		return err
	}
	_, err = s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: k.with(attributes)})
	return err
}

// RawDID is the DID's item as the table has it.
func (s *Store) RawDID(ctx context.Context, carrier string, n e164.Number) (map[string]any, error) {
	i, err := s.get(ctx, didKey(carrier, n))
	if err != nil {
		return nil, err
	}
	raw := map[string]any{}
	return raw, decode(i, &raw)
}

// PutRange writes a range and lists its partition.
func (s *Store) PutRange(ctx context.Context, r catalogue.Range) error {
	attributes, err := encode(rangeItemOf(r))
	if err != nil {
		return err
	}
	for _, i := range []item{partitionEntryKey(r.Carrier, r.Span.Start.Partition()).attributes(),
		rangeKey(r).with(attributes)} {
		if _, err := s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: i}); err != nil {
			return err
		}
	}
	return nil
}

// ForgetBegun makes a DID's item look like one from before the attribute was
// written.
func (s *Store) ForgetBegun(ctx context.Context, carrier string, n e164.Number) error {
	_, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: didKey(carrier, n).attributes(), UpdateExpression: aws.String("REMOVE began"),
	})
	return err
}

// RewriteAll writes the items of DIDs, 25 at a time, some in parallel.
func (s *Store) RewriteAll(ctx context.Context, dids []did.DID) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(4)
	for part := range slices.Chunk(dids, 25) {
		g.Go(func() error {
			var requests []types.WriteRequest
			for _, d := range part {
				attributes, err := encode(didItemOf(d))
				if err != nil {
					return err
				}
				requests = append(requests, types.WriteRequest{PutRequest: &types.PutRequest{
					Item: didKey(d.Carrier, d.Number).with(attributes)}})
			}
			_, err := s.db.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{
				RequestItems: map[string][]types.WriteRequest{s.table: requests}})
			return err
		})
	}
	return g.Wait()
}
