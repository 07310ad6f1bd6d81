package main

import (
	"net/http"

	"didpurchase/infra/local/pay"
	"didpurchase/infra/local/seed"
	"didpurchase/internal/localaws/ssm"
)

// Access to the local Stripe. These are not secrets: it moves no money.
const (
	payKey     = "sk_local"
	paySigning = "whsec_local"
)

// payments adds the local Stripe, and Parameter Store with the access of
// each carrier to it.
func (w *world) payments(mux *http.ServeMux) {
	parameters := map[string]string{}
	for _, carrier := range seed.Carriers() {
		folder := "/" + w.stack.Table.Name + "/payments/" + carrier + "/stripe/"
		parameters[folder+"api-key"], parameters[folder+"signing-secret"] = payKey, paySigning
	}
	mux.Handle(ssm.Path, ssm.New(parameters))
	mux.Handle(pay.Path, pay.New(pay.Options{
		Address: w.api.URL + pay.Path, Key: payKey, Signing: paySigning, Now: w.now, Client: http.DefaultClient,
		EventsURL: func(carrier string) string {
			return w.api.URL + "/v1/payment-providers/stripe/" + carrier + "/events"
		},
	}))
}
