package dynamo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/cenkalti/backoff/v5"
	"golang.org/x/sync/errgroup"

	"didpurchase/internal/commit"
)

// readsAtOnce is the number of parallel requests of one read.
const readsAtOnce = 16

// Bytes that keys may have.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
const (
	maxPartitionKey = 2048
	maxSortKey      = 1024
)

// get reads one item consistently; nil if there is none. A key that is longer than
// keys can be has no item: names come from requests.
func (s *Store) get(ctx context.Context, k key) (item, error) {
	if len(k.pk) > maxPartitionKey || len(k.sk) > maxSortKey {
		return nil, nil
	}
	out, err := s.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: &s.table, Key: k.attributes(),
		ConsistentRead: aws.Bool(true)})
	if err != nil {
		return nil, fmt.Errorf("dynamo: get %s %s: %w", k.pk, k.sk, err)
	}
	return out.Item, nil
}

// getAll reads the existing items of the keys, consistently, in no order. A key
// may be listed only once.
func (s *Store) getAll(ctx context.Context, keys []key) ([]item, error) {
	const most = 100 // DynamoDB's limit for one BatchGetItem
	chunks := slices.Collect(slices.Chunk(keys, most))
	found := make([][]item, len(chunks))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(readsAtOnce)
	for i, chunk := range chunks {
		g.Go(func() (err error) {
			found[i], err = s.getBatch(ctx, chunk)
			return err
		})
	}
	err := g.Wait()
	return slices.Concat(found...), err
}

// getBatch requests again the items that an answer left out, as DynamoDB does
// beyond 16 MB or when it throttles a part.
func (s *Store) getBatch(ctx context.Context, keys []key) (found []item, err error) {
	wanted := types.KeysAndAttributes{ConsistentRead: aws.Bool(true)}
	for _, k := range keys {
		wanted.Keys = append(wanted.Keys, k.attributes())
	}
	request := map[string]types.KeysAndAttributes{s.table: wanted}
	_, err = backoff.Retry(ctx, func() (struct{}, error) {
		out, err := s.db.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: request})
		if err != nil { // the SDK has made its own retries
			return struct{}{}, backoff.Permanent(fmt.Errorf("dynamo: get %d items: %w", len(keys), err))
		}
		found = append(found, out.Responses[s.table]...)
		if request = out.UnprocessedKeys; len(request) > 0 {
			return struct{}{}, fmt.Errorf("%w: dynamo: %d of %d items left unread", commit.ErrUnavailable,
				len(request[s.table].Keys), len(keys))
		}
		return struct{}{}, nil
	}, backoff.WithBackOff(readPauses()), backoff.WithMaxTries(10))
	return found, err
}

func readPauses() backoff.BackOff {
	pauses := backoff.NewExponentialBackOff()
	pauses.InitialInterval, pauses.Multiplier, pauses.MaxInterval = 15*time.Millisecond, 2, time.Second
	return pauses
}

// listing selects items of one partition, in the order of their sort keys.
type listing struct {
	pk       string
	prefix   string // of the sort keys
	after    string // begin after this sort key; "" = at the first
	backward bool
	max      int  // 0 = all
	stale    bool // eventually consistent, at half the cost
}

// list reads a listing with as many requests as necessary.
func (s *Store) list(ctx context.Context, l listing) ([]item, error) {
	condition := expression.Key("pk").Equal(expression.Value(l.pk))
	if l.prefix != "" {
		condition = condition.And(expression.Key("sk").BeginsWith(l.prefix))
	}
	in := &dynamodb.QueryInput{ConsistentRead: aws.Bool(!l.stale), ScanIndexForward: aws.Bool(!l.backward)}
	if l.after != "" {
		in.ExclusiveStartKey = key{l.pk, l.after}.attributes()
	}
	return s.query(ctx, in, condition, l.max)
}

// query reads the items of the condition, at most max unless that is 0.
func (s *Store) query(ctx context.Context, in *dynamodb.QueryInput, condition expression.KeyConditionBuilder,
	max int) ([]item, error) {
	e, err := expression.NewBuilder().WithKeyCondition(condition).Build()
	if err != nil {
		return nil, fmt.Errorf("dynamo: query: %w", err)
	}
	in.TableName, in.KeyConditionExpression = &s.table, e.KeyCondition()
	in.ExpressionAttributeNames, in.ExpressionAttributeValues = e.Names(), e.Values()
	if max > 0 {
		in.Limit = aws.Int32(int32(max))
	}
	var items []item
	for pages := dynamodb.NewQueryPaginator(s.db, in); pages.HasMorePages() && (max == 0 || len(items) < max); {
		out, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("dynamo: query: %w", err)
		}
		items = append(items, out.Items...)
	}
	if max > 0 && len(items) > max {
		items = items[:max]
	}
	return items, nil
}

// readEach turns items into values of the domain.
func readEach[T any](items []item, read func(item) (T, error)) ([]T, error) {
	values := make([]T, 0, len(items))
	for _, i := range items {
		v, err := read(i)
		if err != nil {
			return nil, err
		}
		values = append(values, v)
	}
	return values, nil
}
