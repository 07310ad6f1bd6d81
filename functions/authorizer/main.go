// Command authorizer is the Lambda function that says who is asking.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/lambdas/authorizer"
)

func main() { lambda.Start(authorizer.New(awsenv.MustLoad())) }
