// Command staff is the Lambda function that serves the carrier's staff.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/lambdas/staff"
)

func main() { lambda.Start(staff.New(awsenv.MustLoad())) }
