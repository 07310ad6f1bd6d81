package intake

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/intake/plan"
)

const (
	batchSize    = 100 // steps that are carried out in parallel and logged together
	writesAtOnce = 16
)

// errRangeMoved means that a range differs from the one in the plan; only jobs
// change ranges.
var errRangeMoved = errors.New("intake: a range was changed meanwhile")

// apply carries out the plan's steps, from the first one that an earlier attempt
// has not done.
func (r *attempt) apply(ctx context.Context) error {
	a := &applier{attempt: r, known: map[e164.Partition]bool{}}
	err := r.eachStep(ctx, func(n uint64, s plan.Step) error {
		if n < r.job.Done {
			return nil
		}
		a.batch = append(a.batch, s)
		if len(a.batch) < batchSize {
			return nil
		}
		return a.flush(ctx)
	})
	if err != nil {
		return err
	}
	return a.flush(ctx)
}

// applier gathers steps into batches.
type applier struct {
	*attempt
	known map[e164.Partition]bool // partitions that the store knows
	batch []plan.Step
}

// flush writes a batch, logs the changes, and notes them. A worker without its
// lease must not write, because another worker may have the lane.
func (a *applier) flush(ctx context.Context) error {
	if len(a.batch) == 0 {
		return nil
	}
	if err := a.beat(ctx, a.job); err != nil {
		return err
	}
	leased, cancel := context.WithTimeoutCause(ctx, a.lane.Until.Sub(a.now()), errLaneLost)
	defer cancel()
	changed, err := a.carryOut(leased)
	if err == nil {
		err = a.logChanges(leased, changed)
	}
	if cause := context.Cause(leased); err != nil && cause != nil && ctx.Err() == nil {
		err = fmt.Errorf("%w: %w", cause, err)
	}
	if err != nil {
		return err
	}
	a.note()
	return nil
}

// note counts the batch as done; the next beat keeps it.
func (a *applier) note() {
	for _, s := range a.batch {
		a.job.Applied += s.Rows
		a.job.Counts.Add(s)
	}
	a.job.Done += uint64(len(a.batch))
	a.batch = nil
}

// carryOut writes the batch's steps in parallel; and steps that belong together one
// after another. It returns the changed ranges; deleted ones have version 0.
func (a *applier) carryOut(ctx context.Context) (changed []catalogue.Range, err error) {
	if err := a.prepare(ctx); err != nil {
		return nil, err
	}
	writers, ctx := errgroup.WithContext(ctx)
	writers.SetLimit(writesAtOnce)
	for _, chain := range chains(a.batch) {
		changes := make([][]commit.Change, len(chain))
		for i, s := range chain {
			var ranges []catalogue.Range
			if changes[i], ranges, err = a.changes(s); err != nil {
				return nil, err
			}
			changed = append(changed, ranges...)
		}
		writers.Go(func() error {
			for i, s := range chain {
				if err := a.write(ctx, s, changes[i]); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return changed, writers.Wait()
}

// prepare makes packages, and adds partitions to the store, before ranges refer to
// them.
func (a *applier) prepare(ctx context.Context) error {
	for _, s := range a.batch {
		if s.Package != nil {
			if err := a.store.MakePackage(ctx, a.job.Carrier, *s.Package, a.now()); err != nil {
				return err
			}
		}
		for _, p := range s.Put {
			if at := p.Start.Partition(); !a.known[at] {
				if err := a.store.AddPartition(ctx, a.job.Carrier, at); err != nil {
					return err
				}
				a.known[at] = true
			}
		}
	}
	return nil
}

// chains parts steps into those that overlap their predecessor and so must wait
// for it: the pieces of one change that was too large.
func chains(steps []plan.Step) (chains [][]plan.Step) {
	var end e164.Number
	for i, s := range steps {
		if i > 0 && len(s.Put)+len(s.Delete) > 0 && s.Start() <= end {
			chains[len(chains)-1] = append(chains[len(chains)-1], s)
		} else {
			chains = append(chains, []plan.Step{s})
			end = 0
		}
		end = max(end, s.End())
	}
	return chains
}

// changes returns a step's writes. More than one range is written with the
// lane's fence: a range must not be split by two.
func (a *applier) changes(s plan.Step) (changes []commit.Change, ranges []catalogue.Range, err error) {
	for _, p := range s.Delete {
		r, err := p.RangeOf(a.job.Carrier, a.job.ID)
		if err != nil {
			return nil, nil, err
		}
		changes, ranges = append(changes, Removed{SeenVer: p.Seen, Range: r}), append(ranges, r)
	}
	for _, p := range s.Put {
		r, err := p.RangeOf(a.job.Carrier, a.job.ID)
		if err != nil {
			return nil, nil, err
		}
		changes, ranges = append(changes, Placed{SeenVer: p.Seen, Range: r}), append(ranges, r)
	}
	if len(changes) > 1 {
		changes = append(changes, LaneHeld{Carrier: a.job.Carrier, Holder: a.holder})
	}
	return changes, ranges, nil
}

// write carries one step out; repeating it is harmless.
func (a *applier) write(ctx context.Context, s plan.Step, changes []commit.Change) error {
	if s.Touch != nil {
		return a.touch(ctx, s.Touch)
	}
	if len(changes) == 0 {
		return nil
	}
	return insist(ctx, func() error {
		err := commit.Write(ctx, a.store, a.now(), changes...)
		var refused *commit.Refused
		if !errors.As(err, &refused) {
			return err
		}
		for _, refusal := range refused.Refusals {
			if _, fence := refusal.Change.(LaneHeld); fence {
				return errLaneLost
			}
		}
		return fmt.Errorf("%w: %s", errRangeMoved, refused.Refusals[0].Change.Target())
	})
}

func (a *applier) logChanges(ctx context.Context, changed []catalogue.Range) error {
	if len(changed) == 0 {
		return nil
	}
	return a.store.LogRanges(ctx, a.job.Carrier, changed, a.now())
}

// CartTimeout is the time-out of the cart's function, as in template.yaml; a
// test compares both.
const CartTimeout = 15 * time.Second

// holdTimeout is how long a hold that saw a range before its withdrawal may still
// be on its way, with different clocks.
const holdTimeout = CartTimeout + did.Grace

// awaitHolds waits until all holds that were on their way have arrived. So no
// number of a withdrawn range is newly held after the job.
func (r *attempt) awaitHolds(ctx context.Context) error {
	if r.job.Planned.Withdrawn == 0 {
		return nil
	}
	for until := r.now().Add(holdTimeout); r.now().Before(until); {
		if err := r.beat(ctx, r.job); err != nil {
			return err
		}
		if err := r.pause(ctx, min(until.Sub(r.now()), Lease/3)); err != nil {
			return err
		}
	}
	return nil
}
