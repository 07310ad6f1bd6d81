// Package seed fills a fresh local world with two carriers, their people, money
// and prices, and numbers to buy. It is the only part of the local world that
// knows what the system is about. What is there already it leaves as it is.
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

// Config is where to put it all.
type Config struct {
	DynamoDB string // URL
	S3       string // URL
	Table    string
	Bucket   string // of carriers' files
	Issuer   string // whose tokens the users have: the iss
	Now      func() time.Time
	Ranges   bool // acme's numbers too; the import function has to be running
}

// writesAtOnce is how many items are written side by side.
const writesAtOnce = 16

// Run seeds. Again it changes nothing.
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

// creations are the calls that make each item, in any order; one that exists
// stays as it is.
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
		all = append(all, func(ctx context.Context) error { return store.CreateUser(ctx, c.Issuer, u.Sub, u.Principal) })
	}
	return all
}

// open makes a customer's account with its opening payment.
func (c Config) open(ctx context.Context, store *dynamo.Store, customer ledger.Account) error {
	cash := ledger.Posting{Account: ledger.Cash, Amount: opening.Neg()}
	opened, entry, err := customer.Post(ledger.Payment, []ledger.Posting{cash}, ledger.Reference{Note: "Opening payment"}, c.Now())
	if err != nil {
		return err
	}
	return store.CreateCustomer(ctx, opened.To, entry)
}

// aws is how the SDK reaches a local service, which checks no signature.
func (c Config) aws(url string) aws.Config {
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(url),
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	}
}
