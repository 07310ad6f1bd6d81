// Command history is the Lambda function that writes the history of each number.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/lambdas/history"
)

func main() { lambda.Start(history.New(awsenv.MustLoad())) }
