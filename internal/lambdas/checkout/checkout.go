// Package checkout is the Lambda of the orders' routes.
package checkout

import (
	"didpurchase/internal/awsenv"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/lambdahttp"
	"didpurchase/internal/lambdas/metered"
	"didpurchase/internal/shop"
)

// New wires the shop over the table.
func New(env awsenv.Env) lambdahttp.Function {
	env.MustHave(awsenv.TableName)
	store := metered.Over(dynamo.New(env.AWS, env.TableName), env.Metrics)
	return metered.Invocation(env.Metrics, lambdahttp.Handle(httpapi.Orders(shop.New(store, env.Now), store, env.Logger, env.Now), env.Logger))
}
