package main

import (
	"context"

	"didpurchase/infra/local/seed"
	"didpurchase/internal/localaws/issuer"
)

// users returns the issuer's users.
func users() []issuer.User {
	var all []issuer.User
	for _, u := range seed.Users() {
		all = append(all, issuer.User{Name: u.Sub, Subject: u.Sub, Group: groupOf(u), About: u.About()})
	}
	return append(all, issuer.User{
		Name: seed.Newcomer, Subject: seed.Newcomer, Group: "Nobody's yet", About: "is not a user: for trying an invitation",
	})
}

// groupOf returns the heading under which the sign-in page lists a user.
func groupOf(u seed.User) string {
	if u.IsStaff() {
		return "Staff of " + u.Carrier
	}
	return "Customers of " + u.Carrier
}

// fill adds to the state the content of --seed that is missing. It runs at
// every start: the users belong to an issuer, which --addr may have changed.
func (w *world) fill(ctx context.Context) error {
	config := seed.Config{
		DynamoDB: w.dynamodbURL, S3: w.s3Site.URL, Table: w.stack.Table.Name, Bucket: w.inventoryBucket(),
		Issuer: w.api.URL, Now: w.now, Ranges: w.seed == "demo",
	}
	if err := seed.Run(ctx, config); err != nil {
		return err
	}
	return w.introduceToSAM(ctx, config)
}
