package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// page reads at most limit items of a listing with one request: one answer of a
// Query, which DynamoDB ends at 1 MB, so a page may be short. next is the sort key
// of the last item, "" at the end of the list.
func (s *Store) page(ctx context.Context, l listing, limit int) (items []item, next string, err error) {
	condition := expression.Key("pk").Equal(expression.Value(l.pk))
	if l.prefix != "" {
		condition = condition.And(expression.Key("sk").BeginsWith(l.prefix))
	}
	e, err := expression.NewBuilder().WithKeyCondition(condition).Build()
	if err != nil {
		return nil, "", fmt.Errorf("dynamo: page: %w", err)
	}
	in := &dynamodb.QueryInput{
		TableName: &s.table, KeyConditionExpression: e.KeyCondition(), ExpressionAttributeNames: e.Names(),
		ExpressionAttributeValues: e.Values(),
		ConsistentRead:            aws.Bool(!l.stale), ScanIndexForward: aws.Bool(!l.backward),
		Limit: aws.Int32(int32(limit + 1)),
	}
	if l.after != "" {
		in.ExclusiveStartKey = key{l.pk, l.after}.attributes()
	}
	out, err := s.db.Query(ctx, in)
	if err != nil {
		return nil, "", fmt.Errorf("dynamo: page of %s: %w", l.pk, err)
	}
	items = out.Items[:min(limit, len(out.Items))]
	if len(items) > 0 && (len(out.Items) > limit || len(out.LastEvaluatedKey) > 0) {
		next = text(items[len(items)-1], "sk")
	}
	return items, next, nil
}
