// Package cart is the Lambda of the cart's routes.
package cart

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
	service := shop.New(metered.Over(dynamo.New(env.AWS, env.TableName), env.Metrics), env.Now)
	serve := limited.Requests(env, httpapi.Handler(env.Logger, env.Now, customer.Cart{Service: service}))
	return metered.Invocation(env.Metrics, lambdahttp.Handle(serve, env.Logger))
}
