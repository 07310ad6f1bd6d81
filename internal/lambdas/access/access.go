// Package access is the Lambda for the people and programs of a carrier and its
// customers: users and invitations, API keys, webhooks. Only it and operate may
// write users and API keys. With a user pool of our own, it creates logins for invited people
// there, and disables removed ones.
package access

import (
	"didpurchase/internal/awscall"
	"didpurchase/internal/awsenv"
	"didpurchase/internal/cognito"
	"didpurchase/internal/desk"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/staff"
	"didpurchase/internal/lambdahttp"
	"didpurchase/internal/lambdas/limited"
	"didpurchase/internal/lambdas/metered"
	"didpurchase/internal/sqsqueue"
	"didpurchase/internal/webhook"
)

// New wires the routes to the table and the queue of deliveries.
func New(env awsenv.Env) lambdahttp.Function {
	env.MustHave(awsenv.TableName, awsenv.DeliveryQueueURL)
	table := dynamo.New(env.AWS, env.TableName)
	hooks := webhook.NewService(table, sqsqueue.New(env.AWS, env.DeliveryQueueURL), env.WebhookLoopback, env.Now)
	people := desk.New(table, env.Now)
	if env.CognitoPool != "" {
		endpoint, _ := cognito.Split(env.CognitoPool)
		calls := awscall.New(env.AWS, endpoint, cognito.SigningName, env.Now)
		people = people.WithDirectory(cognito.New(calls, env.CognitoPool, env.Logger))
	}
	serve := httpapi.Handler(env.Logger, env.Now, staff.Access{Service: people, Webhooks: hooks})
	return metered.Invocation(env.Metrics, lambdahttp.Handle(limited.Requests(env, serve), env.Logger))
}
