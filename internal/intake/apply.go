package intake

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/commit"
	"didpurchase/internal/e164"
)

const (
	logSize       = 100 // ranges in one entry of the change log
	batchesAtOnce = 2
	writesAtOnce  = 8 // of one batch
)

// errRangeMoved says that a range is not what the plan saw: plan anew.
var errRangeMoved = errors.New("intake: a range was changed meanwhile")

// apply writes the ranges of the rows that add, in ascending order of numbers,
// and logs them. What the job has written already is logged again, for the
// worker that wrote it may have died before, but not written again.
func (r *run) apply(ctx context.Context, p *plan) error {
	if !r.job.Applying {
		job := r.job
		job.Applying, job.Read = true, p.counts.Read
		if err := r.save(ctx, job, Lane.same); err != nil {
			return err
		}
	}
	a := &applier{run: r, known: map[e164.Partition]bool{}}
	var writing context.Context
	a.writers, writing = errgroup.WithContext(ctx)
	a.writers.SetLimit(batchesAtOnce)
	err := a.walk(ctx, writing, p)
	if failed := a.writers.Wait(); failed != nil {
		return failed
	}
	return err
}

// applier gathers ranges into batches and hands them to writers.
type applier struct {
	*run
	writers *errgroup.Group
	known   map[e164.Partition]bool // partitions that are made known
	batch   []placing
	rows    atomic.Uint64 // of the file, whose ranges are all written
	numbers atomic.Uint64
	at      e164.Partition // of shelf
	shelf   shelf
}

func (a *applier) walk(ctx, writing context.Context, p *plan) error {
	for pl, err := range p.placings(ctx, a.shelfOf) {
		if err == nil {
			err = a.push(ctx, writing, pl)
		}
		if err != nil {
			return err
		}
	}
	return a.flush(ctx, writing)
}

func (a *applier) push(ctx, writing context.Context, pl placing) error {
	if partition := pl.Span.Start.Partition(); !a.known[partition] {
		if err := a.store.AddPartition(ctx, a.job.Carrier, partition); err != nil {
			return err
		}
		a.known[partition] = true
	}
	a.batch = append(a.batch, pl)
	if len(a.batch) < logSize {
		return nil
	}
	return a.flush(ctx, writing)
}

// shelfOf is what the carrier offered in a partition before this attempt. Blocks
// come in order, so the last one read is mostly the one asked for.
func (a *applier) shelfOf(ctx context.Context, p e164.Partition) (there shelf, err error) {
	if p != a.at {
		a.shelf, err = a.run.shelf(ctx, p)
		a.at = p
	}
	return a.shelf, err
}

// flush hands the batch to a writer.
func (a *applier) flush(ctx, writing context.Context) error {
	batch := a.batch
	a.batch = nil
	if len(batch) == 0 || writing.Err() != nil {
		return writing.Err()
	}
	if err := a.beat(ctx, a.done()); err != nil {
		return err
	}
	a.writers.Go(func() error { return a.write(writing, batch) })
	return nil
}

// done is the job's counts as far as it got.
func (a *applier) done() Counts {
	c := a.job.Counts
	c.Applied, c.DIDs = a.rows.Load(), a.numbers.Load()
	return c
}

// write places a batch's ranges side by side, then logs them.
func (a *applier) write(ctx context.Context, batch []placing) error {
	places, placing := errgroup.WithContext(ctx)
	places.SetLimit(writesAtOnce)
	ranges := make([]catalogue.Range, len(batch))
	for i, pl := range batch {
		ranges[i] = pl.Range
		if !pl.written {
			places.Go(func() error { return a.place(placing, pl.Placed) })
		}
	}
	if err := places.Wait(); err != nil {
		return err
	}
	if err := a.store.LogRanges(ctx, a.job.Carrier, ranges, a.now()); err != nil {
		return err
	}
	for _, pl := range batch {
		a.rows.Add(pl.rows)
		a.numbers.Add(pl.numbers)
	}
	return nil
}

// place writes one range; repeating it is harmless.
func (a *applier) place(ctx context.Context, p Placed) error {
	return insist(ctx, func() error {
		err := a.store.Commit(ctx, commit.Batch{ID: newID(a.now()), Changes: []commit.Change{p}})
		var refused *commit.Refused
		if errors.As(err, &refused) {
			return fmt.Errorf("%w: %s", errRangeMoved, p.Target())
		}
		return err
	})
}
