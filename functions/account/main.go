// Command account is the Lambda function that serves a customer's account and money.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/lambdas/account"
)

func main() { lambda.Start(account.New(awsenv.MustLoad())) }
