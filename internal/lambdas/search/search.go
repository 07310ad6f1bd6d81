// Package search is the Lambda that finds DIDs for sale.
package search

import (
	"context"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/customer"
	"didpurchase/internal/lambdahttp"
	"didpurchase/internal/lambdas/limited"
	"didpurchase/internal/lambdas/metered"
	"didpurchase/internal/searchcache"
)

// cacheBytes is the most memory for the catalogue's cache; a search itself needs
// little.
const cacheBytes = 1 << 30

// offers reads catalogues from a cache, and DIDs from the table itself.
type offers struct {
	*searchcache.Cache
	store *dynamo.Store
}

// DIDs returns the stored DIDs: see dynamo.Store.
func (o offers) DIDs(ctx context.Context, carrier string, numbers []e164.Number) (map[e164.Number]did.DID, error) {
	return o.store.DIDs(ctx, carrier, numbers)
}

// New wires the search to a cache of the table's catalogue, which lives as long as
// the function's instance.
func New(env awsenv.Env) lambdahttp.Function {
	env.MustHave(awsenv.TableName)
	store := dynamo.New(env.AWS, env.TableName)
	offers := offers{searchcache.New(store, cacheBytes, env.Now), store}
	serve := lambdahttp.Handle(limited.Requests(env,
		httpapi.Handler(env.Logger, env.Now, customer.Search{Offers: offers})), env.Logger)
	return metered.Invocation(env.Metrics, metered.Routes(env.Metrics, metered.Searches, serve, "GET /v1/available-dids",
		"POST /v1/available-dids/search"))
}
