// Command history is the Lambda function that writes down who held which number when.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/lambdas/history"
)

func main() { lambda.Start(history.New(awsenv.MustLoad())) }
