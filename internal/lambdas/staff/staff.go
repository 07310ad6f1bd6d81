// Package staff is the Lambda of the routes of the carrier's staff.
package staff

import (
	"didpurchase/internal/awsenv"
	"didpurchase/internal/desk"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/intake"
	"didpurchase/internal/lambdahttp"
	"didpurchase/internal/s3presign"
	"didpurchase/internal/shop"
)

// New wires the routes to the table and to the bucket of carriers' files.
func New(env awsenv.Env) lambdahttp.Function {
	env.MustHave(awsenv.TableName, awsenv.BucketName)
	store := dynamo.New(env.AWS, env.TableName)
	imports := intake.New(store, env.BucketName, env.Now)
	files := s3presign.New(env.AWS, env.S3Endpoint, env.BucketName, env.Now)
	return lambdahttp.Handle(httpapi.Staff(store, desk.New(store, env.Now), shop.New(store, env.Now), imports, files, env.Logger, env.Now), env.Logger)
}
