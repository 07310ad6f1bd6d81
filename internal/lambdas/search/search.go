// Package search is the Lambda that finds DIDs for sale. It reads the
// partitions of the catalogue that a query can match, at each request.
package search

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/catalogue"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/lambdahttp"
)

// partitionsAtOnce is how many partitions are read side by side.
const partitionsAtOnce = 16

// New wires the search to the table.
func New(env awsenv.Env) lambdahttp.Function {
	env.MustHave(awsenv.TableName)
	store := dynamo.New(env.AWS, env.TableName)
	return lambdahttp.Handle(httpapi.Search(searcher{store}, store, env.Logger, env.Now), env.Logger)
}

// Partitions is what the search reads.
type Partitions interface {
	// Partitions are those in which the carrier may offer numbers.
	Partitions(ctx context.Context, carrier string) ([]e164.Partition, error)
	// Partition is what a partition offers, and what of it is taken.
	Partition(ctx context.Context, carrier string, p e164.Partition) ([]catalogue.Range, []catalogue.Block, error)
}

type searcher struct{ store Partitions }

// Search implements httpapi.Searcher.
func (s searcher) Search(ctx context.Context, carrier string, f catalogue.Filters, prices catalogue.Prices) (catalogue.Result, error) {
	query, err := catalogue.ParseQuery(f)
	if err != nil {
		return catalogue.Result{}, err
	}
	all, err := s.store.Partitions(ctx, carrier)
	if err != nil {
		return catalogue.Result{}, err
	}
	offers, err := s.read(ctx, carrier, query.Partitions(all))
	if err != nil {
		return catalogue.Result{}, err
	}
	return offers.Search(query, prices), nil
}

func (s searcher) read(ctx context.Context, carrier string, partitions []e164.Partition) (*catalogue.Catalogue, error) {
	ranges, blocks := make([][]catalogue.Range, len(partitions)), make([][]catalogue.Block, len(partitions))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(partitionsAtOnce)
	for i, p := range partitions {
		group.Go(func() (err error) {
			ranges[i], blocks[i], err = s.store.Partition(ctx, carrier, p)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return catalogue.New(slices.Concat(ranges...), slices.Concat(blocks...)), nil
}
