// Package search is the Lambda that finds DIDs for sale.
package search

import (
	"didpurchase/internal/awsenv"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/customer"
	"didpurchase/internal/lambdahttp"
	"didpurchase/internal/lambdas/metered"
)

// copyBytes is the most memory of the catalogue's copy; a search needs little
// more.
const copyBytes = 1 << 30

// New wires the search to a copy of the table's catalogue, which lasts as long
// as the function's instance.
func New(env awsenv.Env) lambdahttp.Function {
	env.MustHave(awsenv.TableName)
	offers := dynamo.NewCopy(dynamo.New(env.AWS, env.TableName), copyBytes, env.Now)
	serve := lambdahttp.Handle(httpapi.Handler(env.Logger, env.Now, customer.Search{Offers: offers}), env.Logger)
	return metered.Invocation(env.Metrics, metered.Routes(env.Metrics, metered.Searches, serve, "GET /v1/available-dids", "POST /v1/available-dids/search"))
}
