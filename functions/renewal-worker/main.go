// Command renewal-worker is the Lambda function that charges, suspends and releases due rentals and holds.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/lambdas/renewalworker"
)

func main() { lambda.Start(renewalworker.New(awsenv.MustLoad())) }
