package dynamo

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// The table's two sparse indexes.
const (
	indexDue     = "due"     // every timer: duePK = DUE#<shard>, nextAt
	indexRentals = "rentals" // a customer's DIDs: owner = OWNER#<carrier>#<customer>, sk
)

// rentalsProjection are the attributes of a DID in the index rentals: those by
// which lists filter. A renewal in time changes none of them, so it does not write
// the index.
var rentalsProjection = []string{"state", "began", "label", "tags", "dest", "unpaid"}

// CreateTableInput returns the table as template.yaml declares it: keys pk and
// sk, the indexes due and rentals, a stream of new and old images, pay per
// request. It is for tests; on AWS CloudFormation makes the table, and the
// local world makes it from template.yaml.
func CreateTableInput(name string) *dynamodb.CreateTableInput {
	return &dynamodb.CreateTableInput{
		TableName:   aws.String(name),
		BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{
			stringAttribute("pk"), stringAttribute("sk"), stringAttribute("duePK"), stringAttribute("nextAt"),
			stringAttribute("owner"),
		},
		KeySchema: keySchema("pk", "sk"),
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{
			{
				IndexName: aws.String(indexDue),
				KeySchema: keySchema("duePK", "nextAt"),
				Projection: &types.Projection{
					ProjectionType:   types.ProjectionTypeInclude,
					NonKeyAttributes: []string{"customer", "carrier"},
				},
			},
			{
				IndexName: aws.String(indexRentals),
				KeySchema: keySchema("owner", "sk"),
				Projection: &types.Projection{
					ProjectionType:   types.ProjectionTypeInclude,
					NonKeyAttributes: rentalsProjection,
				},
			},
		},
		StreamSpecification: &types.StreamSpecification{
			StreamEnabled:  aws.Bool(true),
			StreamViewType: types.StreamViewTypeNewAndOldImages,
		},
	}
}

func stringAttribute(attribute string) types.AttributeDefinition {
	return types.AttributeDefinition{AttributeName: aws.String(attribute), AttributeType: types.ScalarAttributeTypeS}
}

func keySchema(hash, sort string) []types.KeySchemaElement {
	return []types.KeySchemaElement{
		{AttributeName: aws.String(hash), KeyType: types.KeyTypeHash},
		{AttributeName: aws.String(sort), KeyType: types.KeyTypeRange},
	}
}
