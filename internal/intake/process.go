package intake

import (
	"context"
	"errors"
	"fmt"
	"io"

	"didpurchase/internal/e164"
)

// replans is how often a plan is made anew because a range turned out not to be
// what it was when it was read.
const replans = 3

// beatEvery is after how many rows a pass over the file looks at the clock.
const beatEvery = 1000

// process reads, plans, applies and reports. Errors: *Unreadable when nothing
// was applied and nothing will be; errLaneLost; any other is worth another
// attempt.
func (r *run) process(ctx context.Context) error {
	p, err := r.plan(ctx)
	if err != nil {
		return err
	}
	if r.job.Mode == AllOrNothing && p.stopping > 0 && !r.job.Applying {
		p.refuse()
	}
	for attempt := 1; !p.refused; attempt++ {
		err := r.apply(ctx, p)
		if err == nil {
			break
		}
		if !errors.Is(err, errRangeMoved) || attempt == replans {
			return err
		}
		if p, err = r.plan(ctx); err != nil {
			return err
		}
	}
	return r.conclude(ctx, p)
}

// conclude writes the report and ends the job.
func (r *run) conclude(ctx context.Context, p *plan) error {
	if err := r.report(ctx, p); err != nil {
		return err
	}
	r.job.Counts, r.job.ReportKey = p.counts, r.job.reportKey()
	failure := ""
	if p.refused {
		failure = fmt.Sprintf("%d rows were rejected and the import is all or nothing, so nothing was applied", p.stopping)
	}
	return r.finish(ctx, failure)
}

// plan judges every row of the file.
func (r *run) plan(ctx context.Context) (*plan, error) {
	packages, err := r.store.Packages(ctx, r.job.Carrier)
	if err != nil {
		return nil, err
	}
	known := make(map[string]bool, len(packages))
	for id := range packages {
		known[id] = true
	}
	p := newPlan(r.job.Carrier, r.job.ID, known)
	begin := func(*sheet) error { return nil }
	err = r.eachRow(ctx, begin, func(s *sheet, rec record) error {
		p.add(&s.layout, rec)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := p.reconcile(ctx, r.shelf); err != nil {
		return nil, err
	}
	p.settle()
	return p, nil
}

// loadShelf reads what a carrier offers in a partition.
type loadShelf = func(context.Context, e164.Partition) (shelf, error)

// shelf reads what the carrier offers in a partition.
func (r *run) shelf(ctx context.Context, partition e164.Partition) (shelf, error) {
	if err := r.beat(ctx, r.job.Counts); err != nil {
		return shelf{}, err
	}
	ranges, err := r.store.Offered(ctx, r.job.Carrier, partition)
	return newShelf(ranges), err
}

// eachRow streams the file's rows, within the limits, after begin.
func (r *run) eachRow(ctx context.Context, begin func(*sheet) error, visit func(*sheet, record) error) error {
	body, size, err := r.files.Open(ctx, r.job.Object)
	if errors.Is(err, ErrNoFile) {
		return r.gone()
	}
	if err != nil {
		return err
	}
	defer body.Close()
	if size > MaxObject {
		return unreadable("the file has %d bytes, more than %d", size, MaxObject)
	}
	s, err := openSheet(body, r.job.Profile)
	if err == nil {
		err = begin(s)
	}
	if err != nil {
		return err
	}
	for rows := uint64(1); ; rows++ {
		rec, err := s.next()
		if err == io.EOF {
			return nil
		}
		if err == nil && rows%beatEvery == 0 {
			err = r.beat(ctx, r.progress(rows))
		}
		if err == nil {
			err = visit(s, rec)
		}
		if err != nil {
			return err
		}
	}
}

// gone is that the file is not there. A job that has begun to apply it can't
// say it did nothing.
func (r *run) gone() error {
	if r.job.Applying {
		return unreadable("the file was deleted while it was applied; put it there again to have the rest applied")
	}
	return unreadable("the file was deleted before it was read")
}

// progress is the job's counts with the rows read so far by this pass, where it
// got further than an earlier one.
func (r *run) progress(rows uint64) Counts {
	c := r.job.Counts
	c.Read = max(c.Read, rows)
	return c
}
