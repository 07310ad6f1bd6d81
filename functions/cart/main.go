// Command cart is the Lambda function that serves the cart.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/lambdas/cart"
)

func main() { lambda.Start(cart.New(awsenv.MustLoad())) }
