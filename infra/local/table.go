package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"didpurchase/infra/local/template"
)

// ensureTable creates the template's table if it is missing, or again after a
// reset, and returns the ARN of its stream.
func ensureTable(ctx context.Context, config aws.Config, table template.Table,
	reset bool) (streamARN string, err error) {
	client := dynamodb.NewFromConfig(config)
	if reset {
		_, err := client.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: &table.Name})
		var missing *types.ResourceNotFoundException
		if err != nil && !errors.As(err, &missing) {
			return "", fmt.Errorf("delete table %s: %w", table.Name, err)
		}
	}
	_, err = client.CreateTable(ctx, tableInput(table))
	var exists *types.ResourceInUseException
	if err != nil && !errors.As(err, &exists) {
		return "", fmt.Errorf("create table %s in %s: %w", table.Name, aws.ToString(config.BaseEndpoint), err)
	}
	described, err := client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &table.Name})
	if err != nil {
		return "", fmt.Errorf("describe table %s: %w", table.Name, err)
	}
	if described.Table.LatestStreamArn == nil {
		return "", fmt.Errorf("table %s in %s has no stream: delete it, or pass --reset", table.Name,
			aws.ToString(config.BaseEndpoint))
	}
	return *described.Table.LatestStreamArn, nil
}

func tableInput(table template.Table) *dynamodb.CreateTableInput {
	in := &dynamodb.CreateTableInput{
		TableName:   &table.Name,
		BillingMode: types.BillingModePayPerRequest,
		KeySchema:   keySchema(table.Key),
		StreamSpecification: &types.StreamSpecification{
			StreamEnabled: aws.Bool(table.StreamView != ""), StreamViewType: types.StreamViewType(table.StreamView),
		},
	}
	for _, a := range table.Attributes {
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{
			AttributeName: aws.String(a.Name), AttributeType: types.ScalarAttributeType(a.Type),
		})
	}
	for _, index := range table.Indexes {
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{
			IndexName: aws.String(index.Name),
			KeySchema: keySchema(index.Key),
			Projection: &types.Projection{ProjectionType: types.ProjectionType(index.Projection),
				NonKeyAttributes: index.NonKey},
		})
	}
	return in
}

func keySchema(key template.Key) []types.KeySchemaElement {
	schema := []types.KeySchemaElement{{AttributeName: aws.String(key.Hash), KeyType: types.KeyTypeHash}}
	if key.Range != "" {
		schema = append(schema, types.KeySchemaElement{AttributeName: aws.String(key.Range), KeyType: types.KeyTypeRange})
	}
	return schema
}
