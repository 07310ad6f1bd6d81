// Command search is the Lambda function that finds DIDs for sale.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/lambdas/search"
)

func main() { lambda.Start(search.New(awsenv.MustLoad())) }
