// Package account is the Lambda of who I am, my rentals and my money.
package account

import (
	"didpurchase/internal/awsenv"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/lambdahttp"
	"didpurchase/internal/shop"
)

// New wires the routes to the table.
func New(env awsenv.Env) lambdahttp.Function {
	env.MustHave(awsenv.TableName)
	store := dynamo.New(env.AWS, env.TableName)
	return lambdahttp.Handle(httpapi.Account(store, shop.New(store, env.Now), env.Logger, env.Now), env.Logger)
}
