// Command operate is the Lambda function that runs operators' commands.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/lambdas/operate"
)

func main() { lambda.Start(operate.New(awsenv.MustLoad())) }
