// Command reports-worker is the Lambda function that makes reports.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/lambdas/reportsworker"
)

func main() { lambda.Start(reportsworker.New(awsenv.MustLoad())) }
