// Package routing is the Lambda that answers carriers' switches: the route of a
// number, all routes, and the feed of changes.
package routing

import (
	"didpurchase/internal/awsenv"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/switches"
	"didpurchase/internal/lambdahttp"
	"didpurchase/internal/lambdas/metered"
	"didpurchase/internal/routing"
)

// New wires the routes to the table.
func New(env awsenv.Env) lambdahttp.Function {
	env.MustHave(awsenv.TableName)
	store := dynamo.New(env.AWS, env.TableName)
	feed := routing.Feed{Source: store, Now: env.Now}
	serve := httpapi.Handler(env.Logger, env.Now, switches.Routes{Records: store, Feed: feed})
	return metered.Invocation(env.Metrics, lambdahttp.Handle(serve, env.Logger))
}
