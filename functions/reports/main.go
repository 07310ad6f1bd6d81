// Command reports is the Lambda function that serves the routes of reports and audit schedules.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/lambdas/reports"
)

func main() { lambda.Start(reports.New(awsenv.MustLoad())) }
