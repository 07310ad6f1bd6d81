// Command authorizer is the Lambda function that identifies the caller of the API.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/lambdas/authorizer"
)

func main() { lambda.Start(authorizer.New(awsenv.MustLoad())) }
