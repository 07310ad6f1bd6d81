// Package checkout is the Lambda of the orders' routes.
package checkout

import (
	"didpurchase/internal/awsenv"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/customer"
	"didpurchase/internal/lambdahttp"
	"didpurchase/internal/lambdas/limited"
	"didpurchase/internal/lambdas/metered"
	"didpurchase/internal/shop"
)

// New wires the shop over the table.
func New(env awsenv.Env) lambdahttp.Function {
	env.MustHave(awsenv.TableName)
	store := metered.Over(dynamo.New(env.AWS, env.TableName), env.Metrics)
	serve := httpapi.Handler(env.Logger, env.Now, customer.Orders{Service: shop.New(store, env.Now), Records: store})
	return metered.Invocation(env.Metrics, lambdahttp.Handle(limited.Requests(env, serve), env.Logger))
}
