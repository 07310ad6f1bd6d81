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

// A partition of DynamoDB gives 3,000 read units a second, and a young table
// may be in only one. A load stays below that, and functions that start at once
// load in different orders.
const (
	loadUnitsPerSecond = 2000
	loadUnitsAtOnce    = 500
)

// maxSlices is the number of slice reads of a partition after which it is read
// whole: a customer who types a prefix digit by digit reaches it.
const maxSlices = 4

// loadMissing loads whole partitions into the cache. If every match begins with
// more digits than theirs, it returns slices for this one search instead.
func (c *Copy) loadMissing(ctx context.Context, k *carrierCopy, prefix string, missing []e164.Partition) ([]catalogue.Partition, error) {
	var whole []e164.Partition
	var slices []catalogue.Partition
	for _, p := range missing {
		k.sliced[p]++
		if len(prefix) <= len(p.Digits()) || k.sliced[p] > maxSlices {
			whole = append(whole, p)
			continue
		}
		slice, err := c.store.slice(ctx, k.carrier, p, prefix)
		if err != nil {
			return nil, err
		}
		slices = append(slices, slice)
	}
	k.forget(whole)
	return slices, c.load(ctx, k.carrier, whole, false)
}

// load reads whole partitions into the cache, at a measured pace. At most
// readsAtOnce partitions are read and not in the cache yet.
func (c *Copy) load(ctx context.Context, carrier string, list []e164.Partition, consistent bool) error {
	if len(list) == 0 {
		return nil
	}
	at := c.now()
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(readsAtOnce)
	for _, i := range rand.Perm(len(list)) {
		g.Go(func() error {
			loaded, err := c.store.partition(ctx, carrier, list[i], consistent, func(units float64) error {
				return c.pace.WaitN(ctx, min(int(units), loadUnitsAtOnce))
			})
			if err == nil {
				c.cache.Put(carrier, at, loaded)
			}
			return err
		})
	}
	return g.Wait()
}

// partition reads a whole partition; it calls wait after each request with the
// consumed units.
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
