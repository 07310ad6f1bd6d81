// Command routing is the Lambda function that answers carriers' switches: where
// calls go.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/lambdas/routing"
)

func main() { lambda.Start(routing.New(awsenv.MustLoad())) }
