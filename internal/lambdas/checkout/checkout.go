// Package checkout is the Lambda of the orders' routes.
package checkout

import (
	"didpurchase/internal/awsenv"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/lambdahttp"
	"didpurchase/internal/shop"
)

// New wires the shop over the table.
func New(env awsenv.Env) lambdahttp.Function {
	env.MustHave(awsenv.TableName)
	store := dynamo.New(env.AWS, env.TableName)
	return lambdahttp.Handle(httpapi.Orders(shop.New(store, env.Now), store, env.Logger, env.Now), env.Logger)
}
