// Command access is the Lambda function that serves the routes of users, API keys and webhooks.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/lambdas/access"
)

func main() { lambda.Start(access.New(awsenv.MustLoad())) }
