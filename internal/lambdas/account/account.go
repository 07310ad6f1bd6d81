// Package account is the Lambda for the caller's identity, and for the money of
// a customer: its own users and the carrier's staff call it.
package account

import (
	"didpurchase/internal/awsenv"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/books"
	"didpurchase/internal/lambdahttp"
	"didpurchase/internal/lambdas/limited"
	"didpurchase/internal/lambdas/metered"
	"didpurchase/internal/s3presign"
	"didpurchase/internal/shop"
)

// New wires the routes to the table.
func New(env awsenv.Env) lambdahttp.Function {
	env.MustHave(awsenv.TableName, awsenv.BucketName)
	store := metered.Over(dynamo.New(env.AWS, env.TableName), env.Metrics)
	serve := httpapi.Handler(env.Logger, env.Now,
		books.Routes{
			Records: store, Files: s3presign.New(env.AWS, env.S3Endpoint, env.BucketName, env.Now),
			Service: shop.New(store, env.Now), Now: env.Now,
		})
	return metered.Invocation(env.Metrics, lambdahttp.Handle(limited.Requests(env, serve), env.Logger))
}
