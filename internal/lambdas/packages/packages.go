// Package packages is the Lambda for a carrier's packages, their prices and the price
// changes of running rentals.
package packages

import (
	"didpurchase/internal/awsenv"
	"didpurchase/internal/desk"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/staff"
	"didpurchase/internal/lambdahttp"
	"didpurchase/internal/lambdas/limited"
	"didpurchase/internal/lambdas/metered"
	"didpurchase/internal/pricerules"
	"didpurchase/internal/repricing"
)

// New wires the routes to the table.
func New(env awsenv.Env) lambdahttp.Function {
	env.MustHave(awsenv.TableName)
	table := dynamo.New(env.AWS, env.TableName)
	serve := httpapi.Handler(env.Logger, env.Now, staff.Packages{
		Records: table, Service: desk.New(table, env.Now), Prices: repricing.New(table, env.Now),
		Rules: pricerules.New(table, env.Now), Now: env.Now,
	})
	return metered.Invocation(env.Metrics, lambdahttp.Handle(limited.Requests(env, serve), env.Logger))
}
