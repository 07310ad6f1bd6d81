// Command checkout is the Lambda function that serves orders.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/lambdas/checkout"
)

func main() { lambda.Start(checkout.New(awsenv.MustLoad())) }
