// Package reports is the Lambda for reports as files and the schedules of audits.
// The function reports-worker makes them.
package reports

import (
	"context"
	"encoding/json"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/staff"
	"didpurchase/internal/lambdahttp"
	"didpurchase/internal/lambdas/limited"
	"didpurchase/internal/lambdas/metered"
	"didpurchase/internal/renewal"
	"didpurchase/internal/report"
	"didpurchase/internal/s3presign"
	"didpurchase/internal/sqsqueue"
)

// New wires the routes to the table, the queue of reports and the bucket.
func New(env awsenv.Env) lambdahttp.Function {
	env.MustHave(awsenv.TableName, awsenv.BucketName, awsenv.ReportQueueURL)
	service := report.NewService(dynamo.New(env.AWS, env.TableName), alarm{sqsqueue.New(env.AWS, env.ReportQueueURL)},
		env.Now)
	files := s3presign.New(env.AWS, env.S3Endpoint, env.BucketName, env.Now)
	serve := httpapi.Handler(env.Logger, env.Now, staff.Audits{Reports: service, Files: files})
	return metered.Invocation(env.Metrics, lambdahttp.Handle(limited.Requests(env, serve), env.Logger))
}

// alarm wakes the worker with a message, like the sweep.
type alarm struct{ queue *sqsqueue.Queue }

// Wake implements report.Waker.
func (a alarm) Wake(ctx context.Context, carrier, id string) error {
	body, err := json.Marshal(renewal.ReportMessage{Carrier: carrier, Report: id})
	if err != nil {
		return err
	}
	return a.queue.Send(ctx, []string{string(body)})
}
