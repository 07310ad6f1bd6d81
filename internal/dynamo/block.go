package dynamo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
	"didpurchase/internal/projection"
)

// blockItem is a block's item. It stays when no number is taken any more, so
// that its version never goes back.
type blockItem struct {
	Taken []byte `dynamodbav:"taken"` // catalogue.Suffixes
	Ver   int64  `dynamodbav:"ver"`
}

// readBlock reads a block's item; carrier and block are in its key.
func readBlock(i item) (catalogue.Block, error) {
	var b blockItem
	if err := decode(i, &b); err != nil {
		return catalogue.Block{}, err
	}
	carrier, block, err := parseBlockKey(text(i, "pk"), text(i, "sk"))
	if err != nil {
		return catalogue.Block{}, err
	}
	taken, err := catalogue.ParseSuffixes(b.Taken)
	if err != nil {
		return catalogue.Block{}, fmt.Errorf("dynamo: block %s of %s: %w", block.Digits(), carrier, err)
	}
	return catalogue.Block{Carrier: carrier, Block: block, Taken: taken, Ver: b.Ver}, nil
}

// parseBlockKey returns the carrier and the block of a block's key.
func parseBlockKey(pk, sk string) (carrier string, b e164.Block, err error) {
	catalogue, place := strings.Split(pk, "#"), strings.Split(sk, "#")
	if len(catalogue) != 3 || catalogue[0] != "CAT" || len(place) != 3 || place[0] != "T" {
		return "", 0, fmt.Errorf("dynamo: %q %q is not the key of a block", pk, sk)
	}
	b, err = parseBlockDigits(place[2])
	return catalogue[1], b, err
}

func parseBlockDigits(digits string) (e164.Block, error) {
	b, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("dynamo: %q does not name a block: %w", digits, err)
	}
	return e164.Block(b), nil
}

// HintOf returns the projector's hint for a changed item. The error means that
// the key is not a DID's.
func HintOf(pk, sk string) (projection.Hint, error) {
	carrier, n, err := parseDIDKey(pk, sk)
	return projection.Hint{Carrier: carrier, Number: n}, err
}

// Block returns the current block, with Ver 0 if it was never written.
func (s *Store) Block(ctx context.Context, carrier string, b e164.Block) (catalogue.Block, error) {
	i, err := s.get(ctx, blockKey(carrier, b))
	if err != nil || len(i) == 0 {
		return catalogue.Block{Carrier: carrier, Block: b}, err
	}
	return readBlock(i)
}

// Blocks returns the blocks that were ever written, in no order.
func (s *Store) Blocks(ctx context.Context, carrier string, blocks []e164.Block) ([]catalogue.Block, error) {
	keys := make([]key, len(blocks))
	for i, b := range blocks {
		keys[i] = blockKey(carrier, b)
	}
	items, err := s.getAll(ctx, keys)
	if err != nil {
		return nil, err
	}
	return readEach(items, readBlock)
}

// PutBlock writes a block if the stored one has the previous version. Errors:
// projection.ErrBlockMoved.
func (s *Store) PutBlock(ctx context.Context, b catalogue.Block) error {
	w, err := s.put(blockKey(b.Carrier, b.Block), blockItem{Taken: b.Taken.Bytes(), Ver: b.Ver}, unmoved(int(b.Ver-1)))
	if err != nil {
		return err
	}
	_, err = s.db.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: w.Put.TableName, Item: w.Put.Item, ConditionExpression: w.Put.ConditionExpression,
		ExpressionAttributeNames: w.Put.ExpressionAttributeNames, ExpressionAttributeValues: w.Put.ExpressionAttributeValues,
	})
	var moved *types.ConditionalCheckFailedException
	if errors.As(err, &moved) {
		return fmt.Errorf("%w: %s of %s is not at %d", projection.ErrBlockMoved, b.Block.Digits(), b.Carrier, b.Ver-1)
	}
	if err != nil {
		return fmt.Errorf("dynamo: put block %s of %s: %w", b.Block.Digits(), b.Carrier, err)
	}
	return nil
}

// Taken returns the given numbers that have a DID item.
func (s *Store) Taken(ctx context.Context, carrier string, numbers []e164.Number) ([]e164.Number, error) {
	once := slices.Clone(numbers)
	slices.Sort(once)
	items, err := s.DIDs(ctx, carrier, slices.Compact(once))
	return slices.Collect(maps.Keys(items)), err
}

// TakenIn returns all numbers of the block that have a DID item.
func (s *Store) TakenIn(ctx context.Context, carrier string, b e164.Block) ([]e164.Number, error) {
	e, err := expression.NewBuilder().
		WithKeyCondition(expression.Key("pk").Equal(expression.Value(didPartition(carrier, b)))).
		WithProjection(expression.NamesList(expression.Name("pk"), expression.Name("sk"))).Build()
	if err != nil {
		return nil, fmt.Errorf("dynamo: query block: %w", err)
	}
	var numbers []e164.Number
	for pages := dynamodb.NewQueryPaginator(s.db, &dynamodb.QueryInput{
		TableName: &s.table, ConsistentRead: aws.Bool(true),
		KeyConditionExpression: e.KeyCondition(), ProjectionExpression: e.Projection(),
		ExpressionAttributeNames: e.Names(), ExpressionAttributeValues: e.Values(),
	}); pages.HasMorePages(); {
		out, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("dynamo: DIDs of block %s of %s: %w", b.Digits(), carrier, err)
		}
		for _, i := range out.Items {
			_, n, err := parseDIDKey(text(i, "pk"), text(i, "sk"))
			if err != nil {
				return nil, err
			}
			numbers = append(numbers, n)
		}
	}
	return numbers, nil
}
