// Package account is the Lambda for the caller's identity, and for the rentals
// and the money of a customer: its own users and the carrier's staff call it.
package account

import (
	"didpurchase/internal/awsenv"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/books"
	"didpurchase/internal/lambdahttp"
	"didpurchase/internal/lambdas/limited"
	"didpurchase/internal/lambdas/metered"
	"didpurchase/internal/rentals"
	"didpurchase/internal/s3presign"
	"didpurchase/internal/searchcache"
	"didpurchase/internal/shop"
)

// cacheBytes is the most memory of the catalogues in which staff's orders by
// criteria find numbers.
const cacheBytes = 128 << 20

// New wires the routes to the table.
func New(env awsenv.Env) lambdahttp.Function {
	env.MustHave(awsenv.TableName, awsenv.BucketName)
	table := dynamo.New(env.AWS, env.TableName)
	store := metered.Over(table, env.Metrics)
	orders := shop.NewLargeOrders(store, searchcache.New(table, cacheBytes, env.Now), env.Now)
	serve := httpapi.Handler(env.Logger, env.Now,
		books.Routes{
			Records: store, Files: s3presign.New(env.AWS, env.S3Endpoint, env.BucketName, env.Now), Service: orders,
			Lists: rentals.NewLists(store, env.Now), Orders: orders, Now: env.Now,
		})
	return metered.Invocation(env.Metrics, lambdahttp.Handle(limited.Requests(env, serve), env.Logger))
}
