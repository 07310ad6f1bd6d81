// Package renewalsweep is the Lambda that the schedule invokes every minute: it
// sends due work to the queues.
package renewalsweep

import (
	"context"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/correlation"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/renewal"
	"didpurchase/internal/sqsqueue"
)

// Handler is the function for lambda.Start. It ignores the schedule's event:
// due work depends only on the clock.
type Handler func(context.Context) (renewal.Sent, error)

// New wires the sweep.
func New(env awsenv.Env) Handler {
	env.MustHave(awsenv.TableName, awsenv.RenewalQueueURL, awsenv.ImportQueueURL, awsenv.ReportQueueURL)
	sweeper := renewal.NewSweeper(dynamo.New(env.AWS, env.TableName),
		sqsqueue.New(env.AWS, env.RenewalQueueURL), sqsqueue.New(env.AWS, env.ImportQueueURL),
		sqsqueue.New(env.AWS, env.ReportQueueURL), env.Now)
	return func(ctx context.Context) (renewal.Sent, error) {
		if invocation, ok := lambdacontext.FromContext(ctx); ok { // the work on due items begins here
			ctx = correlation.With(ctx, invocation.AwsRequestID)
		}
		sent, err := sweeper.Sweep(ctx)
		env.Logger.InfoContext(ctx, "sweep finished", "customers", sent.Customers, "jobs", sent.Jobs, "reports",
			sent.Reports, "error", err)
		return sent, err
	}
}
