package intake

import (
	"context"
	"errors"
	"fmt"
	"io"

	"golang.org/x/sync/errgroup"

	"didpurchase/internal/intake/plan"
	"didpurchase/internal/intake/sheet"
)

// beatEvery is the number of rows after which a pass over the file looks at the
// clock.
const beatEvery = 1000

// process plans, applies and reports. Errors: *Unreadable if nothing was or will be
// applied; errLaneLost; any other error is worth another attempt.
func (r *attempt) process(ctx context.Context) error {
	if !r.job.Applying {
		finished, err := r.prepare(ctx)
		if err != nil || finished {
			return err
		}
	}
	if err := r.apply(ctx); err != nil {
		return err
	}
	if err := r.awaitHolds(ctx); err != nil {
		return err
	}
	return r.conclude(ctx)
}

// prepare makes the plan and stores it with the report. finished means that the
// job ends with it: a dry run, or a plan that is not to be applied.
func (r *attempt) prepare(ctx context.Context) (finished bool, err error) {
	p, err := r.plan(ctx)
	if err != nil {
		return false, err
	}
	sum, err := r.writeSteps(ctx, p)
	if err != nil {
		return false, err
	}
	job, err := r.reviewed(ctx, p)
	if err != nil {
		return false, err
	}
	if job.Mode == AllOrNothing && p.Stopping > 0 {
		p.Refuse()
	}
	switch {
	case job.DryRun:
		job.Digest, p.Waits = sum, true
		return true, r.concludePlan(ctx, p, job)
	case job.Digest != "" && job.Digest != sum:
		return true, r.concludeChanged(ctx, p, job)
	case p.Refused:
		failure := fmt.Sprintf("%d rows were rejected and the job is all or nothing, so nothing was applied", p.Stopping)
		return true, r.concludeRefused(ctx, p, job, failure)
	}
	if err := r.writeReport(ctx, r.job.file(applyingFile), p.Explain); err != nil {
		return false, err
	}
	job.Applying, job.Planned, job.Done = true, p.Counts, 0
	job.Counts = plan.Counts{Read: p.Counts.Read, Unchanged: p.Counts.Unchanged, Rejected: p.Counts.Rejected}
	return false, r.save(ctx, job, Lane.same)
}

// reviewed returns the job with the recognised file, and with the points of the
// plan that a person has to check.
func (r *attempt) reviewed(ctx context.Context, p *plan.Plan) (Job, error) {
	r.job.Recognised = r.recognised
	r.job.Recognised.Sample = p.Sample
	notes, err := r.notes(ctx, p)
	if err != nil {
		return Job{}, err
	}
	asks, doubts := p.Review(r.job.Recognised)
	return r.job.waitsFor(asks, doubts, notes), nil
}

// newPlan returns an empty plan, with the records that its action needs.
func (r *attempt) newPlan(ctx context.Context, prices *plan.Packages) (*plan.Plan, error) {
	p := plan.NewPlan(r.job.Action, r.job.Strategy == Replace, prices)
	switch r.job.Action {
	case plan.Withdraw:
		known, err := r.store.Packages(ctx, r.job.Carrier)
		if err != nil {
			return nil, err
		}
		p.Show(known)
	case plan.Adopt:
		customers, err := r.people(ctx)
		if err != nil {
			return nil, err
		}
		p.ForCustomers(customers)
	}
	return p, nil
}

// plan judges every row of the file.
func (r *attempt) plan(ctx context.Context) (*plan.Plan, error) {
	if err := r.look(ctx); err != nil {
		return nil, err
	}
	prices, err := r.packages(ctx)
	if err != nil {
		return nil, err
	}
	if err := r.survey(ctx, prices); err != nil {
		return nil, err
	}
	decimal := prices.Decimal()
	p, err := r.newPlan(ctx, prices)
	if err != nil {
		return nil, err
	}
	begin := func(s *sheet.Sheet) error {
		r.recognised = s.Recognised
		r.recognised.Decimal = decimal
		return p.Suits(s, r.job.Package != "" || r.job.Profile != nil && r.job.Profile.DefaultPackage != "")
	}
	err = r.eachRow(ctx, begin, func(s *sheet.Sheet, rec sheet.Record) error { return p.Add(&s.Layout, rec) })
	if err != nil {
		return nil, err
	}
	if !r.job.Action.TouchesDIDs() {
		if err := p.Reconcile(ctx, r.inventory()); err != nil {
			return nil, err
		}
	}
	return p, p.ResolveOverlaps()
}

// errNoPrices ends a survey of a file without prices.
var errNoPrices = errors.New("intake: no prices")

// survey finds the file's decimal separator, in a separate pass if it has
// prices.
func (r *attempt) survey(ctx context.Context, prices *plan.Packages) error {
	if prices == nil {
		return nil
	}
	begin := func(s *sheet.Sheet) error {
		if !plan.HasPrices(&s.Layout) {
			return errNoPrices
		}
		return nil
	}
	err := r.eachRow(ctx, begin, func(s *sheet.Sheet, rec sheet.Record) error {
		if rec.Fault == nil {
			prices.Survey(&s.Layout, rec.Cells)
		}
		return nil
	})
	if errors.Is(err, errNoPrices) {
		return nil
	}
	return err
}

// packages returns the packages that rows may name; nil if they need none.
func (r *attempt) packages(ctx context.Context) (*plan.Packages, error) {
	if !r.job.Action.NeedsPackage() {
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
	fallback := r.job.Package
	if fallback == "" && r.job.Profile != nil {
		fallback = r.job.Profile.DefaultPackage
	}
	prices := plan.NewPackages(known, c.Currency, fallback, r.job.reading())
	if r.job.Action == plan.Adopt {
		prices.MakeNone()
	}
	return prices, nil
}

// notes returns the notes of the plan on the currency of accounts and on price rules.
func (r *attempt) notes(ctx context.Context, p *plan.Plan) ([]string, error) {
	c, err := r.store.Carrier(ctx, r.job.Carrier)
	if err != nil {
		return nil, err
	}
	rules, err := r.ruleNotes(ctx, p)
	return append(p.Notes(c.Currency), rules...), err
}

// people returns the customers of rentals.
func (r *attempt) people(ctx context.Context) (*plan.People, error) {
	c, err := r.store.Carrier(ctx, r.job.Carrier)
	if err != nil {
		return nil, err
	}
	zone, err := c.Location()
	return plan.NewPeople(ctx, c.ID, r.store, zone, r.now()), err
}

func (r *attempt) inventory() *plan.Offers {
	return plan.NewOffers(r.job.Carrier, r.store, func(ctx context.Context) error { return r.beat(ctx, r.job) })
}

// writeSteps stores the plan's steps with the report, counts their changes, and
// returns the digest of steps and rows.
func (r *attempt) writeSteps(ctx context.Context, p *plan.Plan) (sum string, err error) {
	err = r.upload(ctx, r.job.file(stepsFile), "application/json", func(ctx context.Context, to io.Writer) error {
		w := plan.NewStepWriter(to)
		err := r.compose(ctx, p, w)
		if err != nil {
			return err
		}
		p.Tally()
		p.Sign(w.Digest)
		p.Counts.AddUp(w.Total)
		sum, err = w.Close()
		return err
	})
	return sum, err
}

func (r *attempt) compose(ctx context.Context, p *plan.Plan, w *plan.StepWriter) error {
	if p.Action.TouchesDIDs() {
		t := p.Touches(r.job.Carrier, r.store, r.now, r.job.rentalID, w)
		begin := func(*sheet.Sheet) error { return nil }
		err := r.eachRow(ctx, begin, func(s *sheet.Sheet, rec sheet.Record) error { return t.Add(ctx, &s.Layout, rec) })
		if err != nil {
			return err
		}
		return t.Flush(ctx)
	}
	return p.Compose(ctx, r.job.Carrier, r.inventory(), r.now().UnixMilli(), w)
}

// upload writes an object while its content is made.
func (r *attempt) upload(ctx context.Context, key, contentType string, fill func(context.Context, io.Writer) error) error {
	from, to := io.Pipe()
	both, ctx := errgroup.WithContext(ctx)
	both.Go(func() error {
		err := fill(ctx, to)
		to.CloseWithError(err) // nil is the end of the object
		return err
	})
	both.Go(func() error {
		err := r.files.Write(ctx, key, contentType, from)
		from.CloseWithError(err) // reading has ended: don't let a writer wait for ever
		return err
	})
	return both.Wait()
}

// eachRow streams the file's rows after begin, within the limits.
func (r *attempt) eachRow(ctx context.Context, begin func(*sheet.Sheet) error,
	visit func(*sheet.Sheet, sheet.Record) error) error {
	body, err := r.open(ctx)
	if err != nil {
		return err
	}
	defer body.Close()
	s, err := r.sheet(body)
	if err == nil {
		err = begin(s)
	}
	if err != nil {
		return err
	}
	for rows := uint64(1); ; rows++ {
		rec, err := s.Next()
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

// progress returns the job with the rows that this pass has read, if it got further
// than an earlier pass.
func (r *attempt) progress(rows uint64) Job {
	job := r.job
	job.Read = max(job.Read, rows)
	return job
}
