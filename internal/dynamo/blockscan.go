package dynamo

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"didpurchase/internal/catalogue"
)

// ErrCursor means that a cursor was not made by this package.
var ErrCursor = errors.New("dynamo: not a cursor")

// ofBlocks selects blocks and DIDs, of one carrier or of all carriers for "".
func ofBlocks(carrier string) expression.ConditionBuilder {
	isDID := expression.Name("pk").BeginsWith(within("DID#", carrier))
	isBlock := expression.Name("pk").BeginsWith(within("CAT#", carrier)).And(expression.Name("sk").BeginsWith(prefixBlock))
	return isDID.Or(isBlock)
}

// within returns the beginning of the partition keys of a kind of item: the
// carrier's, or for "" those that all carriers share.
func within(kind, carrier string) string {
	if carrier == "" {
		return kind
	}
	return kind + carrier + "#"
}

// scan reads a part of the whole table. It returns the keys and the named
// attributes of the items that pass the filter, and the cursor of the next
// part, "" at the end. Errors: ErrCursor.
func (s *Store) scan(ctx context.Context, filter expression.ConditionBuilder, cursor string,
	attributes ...string) (found []item, next string, err error) {
	start, err := parseCursor(cursor)
	if err != nil {
		return nil, "", err
	}
	projection := expression.NamesList(expression.Name("pk"), expression.Name("sk"))
	for _, name := range attributes {
		projection = projection.AddNames(expression.Name(name))
	}
	e, err := expression.NewBuilder().WithFilter(filter).WithProjection(projection).Build()
	if err != nil {
		return nil, "", fmt.Errorf("dynamo: scan: %w", err)
	}
	out, err := s.db.Scan(ctx, &dynamodb.ScanInput{
		TableName: &s.table, ConsistentRead: aws.Bool(true), ExclusiveStartKey: start,
		FilterExpression: e.Filter(), ProjectionExpression: e.Projection(),
		ExpressionAttributeNames: e.Names(), ExpressionAttributeValues: e.Values(),
	})
	if err != nil {
		return nil, "", fmt.Errorf("dynamo: scan: %w", err)
	}
	return out.Items, cursorAt(out.LastEvaluatedKey), nil
}

func distinctBlocks(items []item) (blocks []catalogue.BlockRef, err error) {
	seen := map[catalogue.BlockRef]bool{}
	for _, i := range items {
		ref, err := blockOf(text(i, "pk"), text(i, "sk"))
		if err != nil {
			return nil, err
		}
		if !seen[ref] {
			seen[ref] = true
			blocks = append(blocks, ref)
		}
	}
	return blocks, nil
}

// blockOf returns the block of a block's or a DID's key.
func blockOf(pk, sk string) (catalogue.BlockRef, error) {
	if strings.HasPrefix(sk, prefixBlock) {
		carrier, b, err := parseBlockKey(pk, sk)
		return catalogue.BlockRef{Carrier: carrier, Block: b}, err
	}
	carrier, n, err := parseDIDKey(pk, sk)
	return catalogue.BlockRef{Carrier: carrier, Block: n.Block()}, err
}

// cursorAt returns a key as a text; parseCursor reads it.
func cursorAt(last item) string {
	if len(last) == 0 {
		return ""
	}
	pair, _ := json.Marshal([]string{text(last, "pk"), text(last, "sk")}) // strings always encode
	return base64.RawURLEncoding.EncodeToString(pair)
}

func parseCursor(cursor string) (item, error) {
	if cursor == "" {
		return nil, nil
	}
	var pair []string
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = json.Unmarshal(raw, &pair)
	}
	if err != nil || len(pair) != 2 {
		return nil, fmt.Errorf("%w: %q", ErrCursor, cursor)
	}
	return key{pair[0], pair[1]}.attributes(), nil
}
