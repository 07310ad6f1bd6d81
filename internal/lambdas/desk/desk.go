// Package desk is the Lambda for staff's work for customers and the carrier:
// accounts and their money, settings and reports.
package desk

import (
	"didpurchase/internal/awsenv"
	"didpurchase/internal/desk"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/staff"
	"didpurchase/internal/lambdahttp"
	"didpurchase/internal/lambdas/limited"
	"didpurchase/internal/lambdas/metered"
)

// New wires the routes to the table.
func New(env awsenv.Env) lambdahttp.Function {
	env.MustHave(awsenv.TableName)
	store := metered.Over(dynamo.New(env.AWS, env.TableName), env.Metrics)
	serve := httpapi.Handler(env.Logger, env.Now, staff.Desk{
		Customers: store, Service: desk.New(store, env.Now), Audit: store, Releases: store, Now: env.Now,
		Finder: desk.NewFinder(store),
	})
	return metered.Invocation(env.Metrics, lambdahttp.Handle(limited.Requests(env, serve), env.Logger))
}
