// Package renewalsweep is the Lambda that the schedule invokes every minute: it
// sends what is due to the queues.
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

// Handler is what lambda.Start takes. What the schedule's event says is of no
// account: what is due depends on the clock alone.
type Handler func(context.Context) (renewal.Sent, error)

// New wires the sweep.
func New(env awsenv.Env) Handler {
	env.MustHave(awsenv.TableName, awsenv.RenewalQueueURL, awsenv.ImportQueueURL)
	sweeper := renewal.NewSweeper(dynamo.New(env.AWS, env.TableName),
		sqsqueue.New(env.AWS, env.RenewalQueueURL), sqsqueue.New(env.AWS, env.ImportQueueURL), env.Now)
	return func(ctx context.Context) (renewal.Sent, error) {
		if invocation, ok := lambdacontext.FromContext(ctx); ok { // what is done about what is due began here
			ctx = correlation.With(ctx, invocation.AwsRequestID)
		}
		sent, err := sweeper.Sweep(ctx)
		env.Logger.InfoContext(ctx, "swept", "customers", sent.Customers, "jobs", sent.Jobs, "error", err)
		return sent, err
	}
}
