// Command inventory-import is the Lambda function that imports carriers' files.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/lambdas/inventoryimport"
)

func main() { lambda.Start(inventoryimport.New(awsenv.MustLoad())) }
