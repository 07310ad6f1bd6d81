// Command minimal is the smallest possible function with a DynamoDB client: it
// reads the environment and configures the client. The start times of other
// functions are compared with its start time.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/dynamo"
)

func main() {
	env := awsenv.MustLoad()
	store := dynamo.New(env.AWS, env.TableName)
	lambda.Start(func(ctx context.Context) (any, error) { return store.Packages(ctx, "acme") })
}
