package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/sync/errgroup"
)

// beatEvery is after how many rows a pass over the file looks at the clock.
const beatEvery = 1000

// process plans, applies and reports. Errors: *Unreadable when nothing was
// applied and nothing will be; errLaneLost; any other is worth another attempt.
func (r *run) process(ctx context.Context) error {
	if !r.job.Applying {
		finished, err := r.prepare(ctx)
		if err != nil || finished {
			return err
		}
	}
	if err := r.apply(ctx); err != nil {
		return err
	}
	if err := r.settle(ctx); err != nil {
		return err
	}
	return r.conclude(ctx)
}

// prepare makes the plan and puts it beside the report. finished says that the
// job ends with it: a dry run, or a plan that is not to be applied.
func (r *run) prepare(ctx context.Context) (finished bool, err error) {
	p, err := r.plan(ctx)
	if err != nil {
		return false, err
	}
	sum, err := r.writeSteps(ctx, p)
	if err != nil {
		return false, err
	}
	job := r.job
	job.Recognised = r.recognised
	if job.Mode == AllOrNothing && p.stopping > 0 {
		p.refuse()
	}
	switch {
	case job.DryRun:
		job.Digest = sum
		return true, r.concludePlan(ctx, p, job)
	case job.Digest != "" && job.Digest != sum:
		return true, r.concludeChanged(ctx, p, job)
	case p.refused:
		failure := fmt.Sprintf("%d rows were rejected and the job is all or nothing, so nothing was applied", p.stopping)
		return true, r.concludeRefused(ctx, p, job, failure)
	}
	if err := r.writeReport(ctx, r.job.file(draftFile), p.explain); err != nil {
		return false, err
	}
	job.Applying, job.Planned, job.Done = true, p.counts, 0
	job.Counts = Counts{Read: p.counts.Read, Unchanged: p.counts.Unchanged, Rejected: p.counts.Rejected}
	return false, r.save(ctx, job, Lane.same)
}

// plan judges every row of the file.
func (r *run) plan(ctx context.Context) (*plan, error) {
	if err := r.look(ctx); err != nil {
		return nil, err
	}
	prices, err := r.packages(ctx)
	if err != nil {
		return nil, err
	}
	p := newPlan(r.job, prices)
	if r.job.Action == Adopt {
		if p.people, err = r.people(ctx); err != nil {
			return nil, err
		}
	}
	begin := func(s *sheet) error {
		r.recognised = s.Recognised
		return s.suits(r.job)
	}
	err = r.eachRow(ctx, begin, func(s *sheet, rec record) error { return p.add(&s.layout, rec) })
	if err != nil {
		return nil, err
	}
	if p.people != nil && p.people.failed != nil {
		return nil, p.people.failed
	}
	if !r.job.Action.touchesDIDs() {
		if err := p.reconcile(ctx, r.inventory()); err != nil {
			return nil, err
		}
	}
	p.settle()
	return p, nil
}

// look finds the file's encoding, by a pass of its own.
func (r *run) look(ctx context.Context) error {
	body, err := r.open(ctx)
	if err != nil {
		return err
	}
	defer body.Close()
	text, _, err := unpacked(body)
	if err != nil {
		return err
	}
	said := Encoding("")
	if r.job.Profile != nil {
		said = r.job.Profile.Encoding
	}
	r.encoding, err = sniff(&beating{r: text, beat: func() error { return r.beat(ctx, r.job) }}, said)
	return err
}

// beating looks at the clock at each read.
type beating struct {
	r    io.Reader
	beat func() error
}

func (b *beating) Read(p []byte) (int, error) {
	if err := b.beat(); err != nil {
		return 0, err
	}
	return b.r.Read(p)
}

// packages are what rows may refer to; nil where they need none.
func (r *run) packages(ctx context.Context) (*packages, error) {
	if !r.job.Action.needsPackage() {
		return nil, nil
	}
	known, err := r.store.Packages(ctx, r.job.Carrier)
	if err != nil {
		return nil, err
	}
	c, err := r.store.Carrier(ctx, r.job.Carrier)
	if err != nil {
		return nil, err
	}
	prices := newPackages(known, c.Currency, r.job.Profile)
	prices.make = prices.make && r.job.Action != Adopt
	prices.fallback = r.job.Package
	if prices.fallback == "" && r.job.Profile != nil {
		prices.fallback = r.job.Profile.DefaultPackage
	}
	return prices, nil
}

// people are the customers of rentals.
func (r *run) people(ctx context.Context) (*people, error) {
	c, err := r.store.Carrier(ctx, r.job.Carrier)
	if err != nil {
		return nil, err
	}
	zone, err := c.Location()
	return &people{ctx: ctx, carrier: c.ID, store: r.store, known: map[string]string{}, zone: zone, now: r.now()}, err
}

func (r *run) inventory() *inventory {
	return &inventory{carrier: r.job.Carrier, store: r.store, beat: func(ctx context.Context) error { return r.beat(ctx, r.job) }}
}

// writeSteps puts the plan's steps beside the report, counts what they do, and
// gives the digest of steps and rows.
func (r *run) writeSteps(ctx context.Context, p *plan) (sum string, err error) {
	err = r.upload(ctx, r.job.file(stepsFile), "application/json", func(ctx context.Context, to io.Writer) error {
		w := newStepWriter(to)
		err := r.compose(ctx, p, w)
		if err != nil {
			return err
		}
		p.tally()
		p.sign(w.digest)
		p.counts.addUp(w.total)
		sum, err = w.close()
		return err
	})
	return sum, err
}

func (r *run) compose(ctx context.Context, p *plan, w *stepWriter) error {
	if p.action.touchesDIDs() {
		return r.composeTouches(ctx, p, w)
	}
	return p.compose(ctx, r.job.Carrier, r.inventory(), r.now().UnixMilli(), w)
}

// upload writes an object while it is made.
func (r *run) upload(ctx context.Context, key, contentType string, fill func(context.Context, io.Writer) error) error {
	from, to := io.Pipe()
	both, ctx := errgroup.WithContext(ctx)
	both.Go(func() error {
		err := fill(ctx, to)
		to.CloseWithError(err) // nil is the end of the object
		return err
	})
	both.Go(func() error {
		err := r.files.Write(ctx, key, contentType, from)
		from.CloseWithError(err) // nobody reads any more: a writer that waits must not wait for ever
		return err
	})
	return both.Wait()
}

// open is the job's file.
func (r *run) open(ctx context.Context) (io.ReadCloser, error) {
	if r.job.Inline != "" {
		return io.NopCloser(strings.NewReader(r.job.Inline)), nil
	}
	body, size, err := r.files.Open(ctx, r.job.Object)
	switch {
	case errors.Is(err, ErrNoFile):
		return nil, unreadable("the file was deleted before it was read")
	case err != nil:
		return nil, err
	case size > MaxObject:
		body.Close()
		return nil, unreadable("the file has %d bytes, more than %d", size, MaxObject)
	}
	return body, nil
}

// eachRow streams the file's rows, within the limits, after begin.
func (r *run) eachRow(ctx context.Context, begin func(*sheet) error, visit func(*sheet, record) error) error {
	body, err := r.open(ctx)
	if err != nil {
		return err
	}
	defer body.Close()
	s, err := openSheet(body, r.encoding, r.job.Profile)
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

// progress is the job with the rows read so far by this pass, where it got
// further than an earlier one.
func (r *run) progress(rows uint64) Job {
	job := r.job
	job.Read = max(job.Read, rows)
	return job
}
