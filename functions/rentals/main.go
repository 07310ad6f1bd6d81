// Command rentals is the Lambda function that serves a customer's rentals.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/lambdas/rentals"
)

func main() { lambda.Start(rentals.New(awsenv.MustLoad())) }
