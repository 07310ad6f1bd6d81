// Command payments is the Lambda function for top-ups by payment providers.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/lambdas/payments"
)

func main() { lambda.Start(payments.New(awsenv.MustLoad())) }
