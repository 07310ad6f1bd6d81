package dynamo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/sync/errgroup"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
)

// A partition of DynamoDB gives 3,000 read units a second, and all of a young
// table may lie in one. A load stays below, and functions that start at once
// load in different orders.
const (
	loadUnitsPerSecond = 2000
	loadUnitsAtOnce    = 500
)

// maxSlices is how often a slice of a partition is read before the whole is:
// somebody who types a prefix digit by digit gets there.
const maxSlices = 4

// loadMissing loads partitions whole into the cache; or, where every match
// begins with more digits than theirs, gives slices that are good for this one
// search.
func (c *Copy) loadMissing(ctx context.Context, k *carrierCopy, prefix string, missing []e164.Partition) ([]catalogue.Partition, error) {
	var whole []e164.Partition
	var slices []catalogue.Partition
	for _, p := range missing {
		k.sliced[p]++
		if len(prefix) <= len(p.Digits()) || k.sliced[p] > maxSlices {
			whole = append(whole, p)
			continue
		}
		slice, small, err := c.store.slice(ctx, k.carrier, p, prefix)
		if err != nil {
			return nil, err
		}
		if small {
			slices = append(slices, slice)
		} else {
			whole = append(whole, p)
		}
	}
	k.forget(whole)
	return slices, c.load(ctx, k.carrier, whole, false)
}

// load reads partitions whole into the cache, at a measured pace.
func (c *Copy) load(ctx context.Context, carrier string, list []e164.Partition, consistent bool) error {
	if len(list) == 0 {
		return nil
	}
	at := c.now()
	loaded := make([]catalogue.Partition, len(list))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(readsAtOnce)
	for _, i := range rand.Perm(len(list)) {
		g.Go(func() (err error) {
			loaded[i], err = c.store.partition(ctx, carrier, list[i], consistent, func(units float64) error {
				return c.pace.WaitN(ctx, min(int(units), loadUnitsAtOnce))
			})
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	c.cache.Put(carrier, at, loaded...)
	return nil
}

// partition reads a partition whole; it calls wait after each request with the
// units that it took.
func (s *Store) partition(ctx context.Context, carrier string, p e164.Partition, consistent bool, wait func(units float64) error) (catalogue.Partition, error) {
	e, err := expression.NewBuilder().WithKeyCondition(expression.Key("pk").Equal(expression.Value(partitionKey(carrier, p)))).Build()
	if err != nil {
		return catalogue.Partition{}, fmt.Errorf("dynamo: query: %w", err)
	}
	part := catalogue.Partition{Partition: p}
	for pages := dynamodb.NewQueryPaginator(s.db, &dynamodb.QueryInput{
		TableName: &s.table, ConsistentRead: aws.Bool(consistent), ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
		KeyConditionExpression: e.KeyCondition(), ExpressionAttributeNames: e.Names(), ExpressionAttributeValues: e.Values(),
	}); pages.HasMorePages(); {
		out, err := pages.NextPage(ctx)
		if err != nil {
			return catalogue.Partition{}, fmt.Errorf("dynamo: partition %d of %s: %w", p, carrier, err)
		}
		if err := addItems(&part, out.Items); err != nil {
			return catalogue.Partition{}, err
		}
		if out.ConsumedCapacity != nil {
			if err := wait(aws.ToFloat64(out.ConsumedCapacity.CapacityUnits)); err != nil {
				return catalogue.Partition{}, err
			}
		}
	}
	return part, nil
}

// addItems adds ranges and blocks.
func addItems(p *catalogue.Partition, items []item) error {
	for _, i := range items {
		if strings.HasPrefix(text(i, "sk"), prefixBlock) {
			b, err := readBlock(i)
			if err != nil {
				return err
			}
			p.Blocks = append(p.Blocks, b)
			continue
		}
		r, err := readRange(i)
		if err != nil {
			return err
		}
		p.Ranges = append(p.Ranges, r)
	}
	return nil
}

// Most spans and sets that a partition may have for a slice: some 12 KB.
const (
	maxSliceSpans = 60
	maxSliceSets  = 6
)

// slice reads of a partition its ranges, and of its blocks those that begin
// with a prefix. It does not do so, and small is false, when that would cost as
// much as the whole.
func (s *Store) slice(ctx context.Context, carrier string, p e164.Partition, prefix string) (part catalogue.Partition, small bool, err error) {
	part.Partition = p
	pk := partitionKey(carrier, p)
	for _, ranges := range []listing{
		{pk: pk, prefix: prefixSpan, max: maxSliceSpans + 1, stale: true},
		{pk: pk, prefix: prefixSet, max: maxSliceSets + 1, stale: true},
	} {
		items, err := s.list(ctx, ranges)
		if err != nil || len(items) == ranges.max {
			return part, false, err
		}
		if err := addItems(&part, items); err != nil {
			return part, false, err
		}
	}
	for _, begin := range blockPrefixes(part.Ranges, prefix) {
		items, err := s.list(ctx, listing{pk: pk, prefix: begin, stale: true})
		if err != nil {
			return part, false, err
		}
		if err := addItems(&part, items); err != nil {
			return part, false, err
		}
	}
	return part, true, nil
}

// blockPrefixes are what the sort keys of blocks begin with in which the ranges
// have numbers that begin with a prefix: one for each length of numbers.
func blockPrefixes(ranges []catalogue.Range, prefix string) (list []string) {
	seen := map[int]bool{}
	for _, r := range ranges {
		length := r.Span.Start.Len()
		if seen[length] || !mayBegin(r.Span, prefix) {
			continue
		}
		seen[length] = true
		list = append(list, blockPrefix(length)+prefix[:min(len(prefix), length-4)])
	}
	return list
}

// mayBegin says whether numbers of a span begin with a prefix.
func mayBegin(s e164.Span, prefix string) bool {
	first, last := s.Start.Digits(), s.End.Digits()
	return len(prefix) <= len(first) && first[:len(prefix)] <= prefix && prefix <= last[:len(prefix)]
}
