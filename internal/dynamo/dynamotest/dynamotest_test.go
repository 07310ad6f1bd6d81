package dynamotest_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"didpurchase/internal/dynamo/dynamotest"
)

func TestEachTestHasItsOwnTable(t *testing.T) {
	client, one := dynamotest.New(t)
	_, two := dynamotest.New(t)
	_, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &one, Item: map[string]types.AttributeValue{
		"pk":    &types.AttributeValueMemberS{Value: "a"},
		"sk":    &types.AttributeValueMemberS{Value: "b"},
		"owner": &types.AttributeValueMemberS{Value: "OWNER#acme#alice"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	rentals := "rentals"
	for table, want := range map[string]int32{one: 1, two: 0} {
		for _, index := range []*string{nil, &rentals} {
			got, err := client.Scan(t.Context(), &dynamodb.ScanInput{TableName: &table, IndexName: index})
			if err != nil {
				t.Fatal(err)
			}
			if got.Count != want {
				t.Errorf("table %s: %d items, want %d", table, got.Count, want)
			}
		}
	}
}
