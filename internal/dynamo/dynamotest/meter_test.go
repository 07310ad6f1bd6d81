package dynamotest_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"didpurchase/internal/dynamo/dynamotest"
)

func TestMeter(t *testing.T) {
	_, table := dynamotest.New(t)
	meter := new(dynamotest.Meter)
	client := dynamodb.NewFromConfig(meter.Into(dynamotest.Config(t)))
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	key := map[string]types.AttributeValue{"pk": text("a"), "sk": text("b")}
	put := func(extra ...string) func() error {
		return func() error {
			item := map[string]types.AttributeValue{"pk": text("a"), "sk": text("b")}
			for _, name := range extra {
				item[name] = text(strings.Repeat("x", 100))
			}
			_, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: item})
			return err
		}
	}
	for _, step := range []struct {
		name        string
		read, write float64
		do          func() error
	}{
		{"put", 0, 1, put()},
		{"put on both indexes", 0, 3, put("owner", "duePK", "nextAt")},
		{"transaction", 0, 2, func() error {
			_, err := client.TransactWriteItems(t.Context(),
				&dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
					{Put: &types.Put{TableName: &table, Item: map[string]types.AttributeValue{"pk": text("c"), "sk": text("d")}}},
				}})
			return err
		}},
		{"get", 0.5, 0, func() error {
			_, err := client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &table, Key: key})
			return err
		}},
		{"batch", 0.5, 0, func() error {
			_, err := client.BatchGetItem(t.Context(),
				&dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
					table: {Keys: []map[string]types.AttributeValue{key}},
				}})
			return err
		}},
		{"an operation without capacity", 0, 0, func() error {
			_, err := client.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &table})
			return err
		}},
	} {
		read, write := meter.Read(), meter.Write()
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		if read, write = meter.Read()-read, meter.Write()-write; read != step.read || write != step.write {
			t.Errorf("%s: %v read, %v write units, want %v and %v", step.name, read, write, step.read, step.write)
		}
	}
}
