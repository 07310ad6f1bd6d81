// Command portal is the Lambda function that serves the web page and the API's documents.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/lambdas/portal"
)

func main() { lambda.Start(portal.New(awsenv.MustLoad(), page())) }
