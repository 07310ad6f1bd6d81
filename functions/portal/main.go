// Command portal is the Lambda function behind everything that is not the API.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/lambdas/portal"
)

func main() { lambda.Start(portal.New(awsenv.MustLoad(), page())) }
