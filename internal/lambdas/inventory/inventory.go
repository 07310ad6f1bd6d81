// Package inventory is the Lambda for a carrier's offer: ranges, imports, import
// profiles and single numbers.
package inventory

import (
	"context"
	"encoding/json"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/desk"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/staff"
	"didpurchase/internal/intake"
	"didpurchase/internal/lambdahttp"
	"didpurchase/internal/lambdas/limited"
	"didpurchase/internal/lambdas/metered"
	"didpurchase/internal/renewal"
	"didpurchase/internal/s3presign"
	"didpurchase/internal/sqsqueue"
	"didpurchase/internal/usage"
)

// New wires the routes to the table and to the bucket of carriers' files.
func New(env awsenv.Env) lambdahttp.Function {
	env.MustHave(awsenv.TableName, awsenv.BucketName, awsenv.ImportQueueURL)
	store := metered.Over(dynamo.New(env.AWS, env.TableName), env.Metrics)
	imports := intake.New(store, alarm{sqsqueue.New(env.AWS, env.ImportQueueURL)}, env.BucketName, env.Now)
	files := s3presign.New(env.AWS, env.S3Endpoint, env.BucketName, env.Now)
	serve := httpapi.Handler(env.Logger, env.Now, staff.Inventory{
		Records: store, Service: desk.New(store, env.Now), Imports: imports, Files: files, Usage: usage.New(store, env.Now),
		Now: env.Now,
	})
	return metered.Invocation(env.Metrics, lambdahttp.Handle(limited.Requests(env, serve), env.Logger))
}

// alarm notifies the import's function of jobs, like the sweep.
type alarm struct{ queue *sqsqueue.Queue }

// Wake implements intake.Queue.
func (a alarm) Wake(ctx context.Context, carrier, id string) error {
	body, err := json.Marshal(renewal.JobMessage{Carrier: carrier, ImportID: id})
	if err != nil {
		return err
	}
	return a.queue.Send(ctx, []string{string(body)})
}
