// Command courier is the Lambda function that brings events to webhooks.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/lambdas/courier"
)

func main() { lambda.Start(courier.New(awsenv.MustLoad())) }
