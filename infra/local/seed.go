package main

import (
	"context"

	"didpurchase/infra/local/issuer"
)

// users are those that the issuer knows.
func users() []issuer.User { return nil }

// fill puts into the state what --seed names, as far as it is missing. It runs
// at every start: the users belong to an issuer, which --addr may have changed.
func (w *world) fill(context.Context) error { return nil }
