// Command catalogue is the Lambda function that keeps the blocks in line with the DIDs.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/lambdas/catalogue"
)

func main() { lambda.Start(catalogue.New(awsenv.MustLoad())) }
