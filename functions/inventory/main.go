// Command inventory is the Lambda function that serves the staff's routes for ranges, imports and single numbers.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/lambdas/inventory"
)

func main() { lambda.Start(inventory.New(awsenv.MustLoad())) }
