// Command minimal is the least that a function over the table can be: the
// environment, the AWS configuration and a DynamoDB client. Others' time to
// start is judged by its.
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
