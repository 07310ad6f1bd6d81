// Command renewal-sweep is the Lambda function that sends due work to the queues.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/lambdas/renewalsweep"
)

func main() { lambda.Start(renewalsweep.New(awsenv.MustLoad())) }
