// Command renewal-worker is the Lambda function that makes the moves that are due.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/lambdas/renewalworker"
)

func main() { lambda.Start(renewalworker.New(awsenv.MustLoad())) }
