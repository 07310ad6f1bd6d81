// Package rentals is the Lambda for a customer's rentals: its own users and the
// carrier's staff call it. A warm instance keeps the rows of large customers.
package rentals

import (
	"didpurchase/internal/awsenv"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/edits"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/books"
	"didpurchase/internal/lambdahttp"
	"didpurchase/internal/lambdas/limited"
	"didpurchase/internal/lambdas/metered"
	"didpurchase/internal/rentals"
	"didpurchase/internal/s3presign"
	"didpurchase/internal/shop"
)

// New wires the routes to the table, and to the bucket for large files.
func New(env awsenv.Env) lambdahttp.Function {
	env.MustHave(awsenv.TableName, awsenv.BucketName)
	store := metered.Over(dynamo.New(env.AWS, env.TableName), env.Metrics)
	service := shop.New(store, env.Now)
	serve := httpapi.Handler(env.Logger, env.Now, books.Rentals{
		Records: store, Service: service, Lists: rentals.NewLists(store, env.Now), Edits: edits.New(store, service, env.Now),
		Exports: s3presign.New(env.AWS, env.S3Endpoint, env.BucketName, env.Now), Now: env.Now,
	})
	return metered.Invocation(env.Metrics, lambdahttp.Handle(limited.Requests(env, serve), env.Logger))
}
