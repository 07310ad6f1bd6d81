// Package payments is the Lambda for credit notes and for top-ups by payment
// providers. Only it reads the carriers' secrets, and it has the only route of the
// API without a token.
package payments

import (
	"didpurchase/internal/awscall"
	"didpurchase/internal/awsenv"
	"didpurchase/internal/crediting"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/payments"
	"didpurchase/internal/lambdahttp"
	"didpurchase/internal/lambdas/limited"
	"didpurchase/internal/lambdas/metered"
	"didpurchase/internal/parameters"
	"didpurchase/internal/stripepay"
	"didpurchase/internal/topup"
)

// New wires the routes to the table, the secrets and the providers.
func New(env awsenv.Env) lambdahttp.Function {
	env.MustHave(awsenv.TableName, awsenv.SecretsFolder)
	store := metered.Over(dynamo.New(env.AWS, env.TableName), env.Metrics)
	secrets := parameters.New(awscall.New(env.AWS, env.SSMURL, "ssm", env.Now), env.SecretsFolder, env.Now)
	providers := map[string]topup.Provider{stripepay.Name: stripepay.New(env.StripeURL)}
	serve := httpapi.Handler(env.Logger, env.Now, payments.Routes{
		Service: topup.New(store, providers, secrets, env.Now), Credits: crediting.New(store, env.Now), Records: store,
		Providers: func(carrier string) []payments.Provider {
			return []payments.Provider{stripe(env.SecretsFolder, carrier)}
		},
	})
	return metered.Invocation(env.Metrics, lambdahttp.Handle(limited.Requests(env, serve), env.Logger))
}

// stripe describes Stripe for a carrier.
func stripe(folder, carrier string) payments.Provider {
	path := parameters.Path(folder, carrier, stripepay.Name)
	return payments.Provider{
		Name: stripepay.Name, EventsPath: "/v1/payment-providers/" + stripepay.Name + "/" + carrier + "/events",
		Events:     stripepay.Events(),
		Parameters: []string{path + "/" + parameters.Key, path + "/" + parameters.Signing},
	}
}
