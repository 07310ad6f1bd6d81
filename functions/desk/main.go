// Command desk is the Lambda function that serves the staff's routes for customers, money, settings and reports.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/lambdas/desk"
)

func main() { lambda.Start(desk.New(awsenv.MustLoad())) }
