// Package seed fills a new local world with two carriers, their users, money
// and packages, and numbers to buy. It is the only part of the local world that
// knows the domain. It does not change existing items.
package seed

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"golang.org/x/sync/errgroup"

	"didpurchase/internal/dynamo"
	"didpurchase/internal/ledger"
)

// Config names the stores to fill.
type Config struct {
	DynamoDB string // URL
	S3       string // URL
	Table    string
	Bucket   string // of carriers' files
	Issuer   string // the iss of the users' tokens
	// Base has the credentials and the region of stores that check them. The zero
	// value is for a local world's stores, which check nothing.
	Base aws.Config
	// Subject returns the sub of a user's tokens; with nil it is the user's name.
	Subject func(user string) string
	Now     func() time.Time
	Ranges  bool // acme's numbers too; the import function has to be running
}

// writesAtOnce is the number of items that are written in parallel.
const writesAtOnce = 16

// Run fills the stores. It is idempotent.
func Run(ctx context.Context, c Config) error {
	store := dynamo.New(c.aws(c.DynamoDB), c.Table)
	g, within := errgroup.WithContext(ctx)
	g.SetLimit(writesAtOnce)
	for _, make := range c.creations(store) {
		g.Go(func() error {
			if err := make(within); err != nil && !errors.Is(err, dynamo.ErrExists) {
				return fmt.Errorf("seed: %w", err)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil || !c.Ranges {
		return err
	}
	return c.importOffer(ctx, store)
}

// creations returns the calls that make each item, in any order; an existing
// item is not changed.
func (c Config) creations(store *dynamo.Store) (all []func(context.Context) error) {
	for _, carrier := range carriers {
		all = append(all, func(ctx context.Context) error { return store.CreateCarrier(ctx, carrier) })
		for _, p := range packages {
			all = append(all, func(ctx context.Context) error { return store.PutPackage(ctx, carrier.ID, p) })
		}
	}
	for _, customer := range customers() {
		all = append(all, func(ctx context.Context) error { return c.open(ctx, store, customer) })
	}
	for _, u := range Users() {
		all = append(all, func(ctx context.Context) error { return store.CreateUser(ctx, c.listed(u)) })
	}
	return all
}

// open makes a customer's account with its opening payment.
func (c Config) open(ctx context.Context, store *dynamo.Store, customer ledger.Account) error {
	cash := ledger.Posting{Account: ledger.Cash, Amount: opening.Neg()}
	opened, entry, err := customer.Post(ledger.Payment, []ledger.Posting{cash},
		ledger.Reference{Note: "Opening payment"}, c.Now())
	if err != nil {
		return err
	}
	return store.CreateCustomer(ctx, opened.To, entry)
}

// aws returns a configuration for a service.
func (c Config) aws(url string) aws.Config {
	if c.Base.Credentials != nil {
		base := c.Base.Copy()
		base.BaseEndpoint = &url
		return base
	}
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(url),
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	}
}
