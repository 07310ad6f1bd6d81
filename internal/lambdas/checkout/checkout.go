// Package checkout is the Lambda of the orders' routes.
package checkout

import (
	"didpurchase/internal/awsenv"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/books"
	"didpurchase/internal/httpapi/customer"
	"didpurchase/internal/lambdahttp"
	"didpurchase/internal/lambdas/limited"
	"didpurchase/internal/lambdas/metered"
	"didpurchase/internal/searchcache"
	"didpurchase/internal/shop"
)

// cacheBytes is the most memory for the catalogues in which orders by criteria find
// numbers.
const cacheBytes = 256 << 20

// New wires the shop over the table.
func New(env awsenv.Env) lambdahttp.Function {
	env.MustHave(awsenv.TableName)
	table := dynamo.New(env.AWS, env.TableName)
	store := metered.Over(table, env.Metrics)
	orders := shop.NewLargeOrders(store, searchcache.New(table, cacheBytes, env.Now), env.Now)
	serve := httpapi.Handler(env.Logger, env.Now, customer.Orders{Service: orders, Records: store},
		books.Allocation{Service: orders}, books.Approvals{Service: orders, Records: store})
	return metered.Invocation(env.Metrics, lambdahttp.Handle(limited.Requests(env, serve), env.Logger))
}
