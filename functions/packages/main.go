// Command packages is the Lambda function that serves the staff's routes for packages and their prices.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/lambdas/packages"
)

func main() { lambda.Start(packages.New(awsenv.MustLoad())) }
