package dynamo

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
)

// Partition returns the content of one partition. It calls pace with the
// consumed read units after each request, and ends with its error.
func (s *Store) Partition(ctx context.Context, carrier string, p e164.Partition, consistent bool,
	pace func(units float64) error) (catalogue.Partition, error) {
	e, err := expression.NewBuilder().WithKeyCondition(expression.Key("pk").Equal(expression.Value(partitionKey(carrier,
		p)))).Build()
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
			if err := pace(aws.ToFloat64(out.ConsumedCapacity.CapacityUnits)); err != nil {
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
