package edits

import (
	"context"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/commit"
	"didpurchase/internal/correlation"
	"didpurchase/internal/ledger"
)

const (
	// maxSteps is the most steps of one message.
	maxSteps = 600
	// workFor is the time after which a worker stops, and leaves the rest to the next
	// message.
	workFor = 30 * time.Second
)

// WorkOff works on a job until it has ended, or for some time; the sweep goes on.
// Several workers may work on one job at once, and any may stop at any time: each
// step is written once.
func (s *Service) WorkOff(ctx context.Context, c ledger.Customer, id string) error {
	until := s.now().Add(workFor)
	for range maxSteps {
		ended, err := commit.Insist(ctx, func() (bool, error) { return s.step(ctx, c, id) })
		if err != nil || ended || s.now().After(until) {
			return err
		}
	}
	return nil
}

// step works off the next part of a job, in the name of the person or program that
// asked for it. One transaction writes the job, the part with its outcomes, and the
// numbers.
func (s *Service) step(ctx context.Context, c ledger.Customer, id string) (ended bool, err error) {
	job, err := s.store.Edit(ctx, c, id)
	if err != nil || job.Status.Ended() {
		return true, err
	}
	ctx = correlation.With(auth.ActingAs(ctx, job.By), job.Cause)
	if job.Approves {
		ctx = auth.Approving(ctx)
	}
	part, err := s.input(ctx, job)
	if err != nil {
		return false, err
	}
	d, err := s.decideAll(ctx, job, part.Rows)
	if err != nil {
		return false, err
	}
	after, rest, err := s.stepped(job, d)
	if err != nil {
		return false, err
	}
	part.Ver, part.Rows = part.Ver+1, d.rows
	changes := append(d.changes, part, after.update())
	if rest != nil {
		changes = append(changes, *rest)
	}
	if err := s.write(ctx, changes...); err != nil {
		return false, err
	}
	if len(d.logged) > 0 {
		// The numbers are written, and the stream's consumer logs them too, seconds
		// later: so a failure here is no failure of the step.
		_ = s.store.LogRentals(ctx, c, d.logged, s.now())
	}
	return after.Status.Ended(), nil
}

// stepped returns the job after a part was decided, and a new part with the rows
// that did not fit into it; nil if all did.
func (s *Service) stepped(job Job, d *decided) (after Job, rest *Part, err error) {
	after = job.worked(s.now())
	if after.Done++; d.rest != nil {
		rest = &Part{Customer: job.Customer, JobID: job.ID, Index: after.Parts, Ver: 1, Rows: d.rest,
			ExpiresAt: job.ExpiresAt()}
		after.Parts++
	}
	for _, outcome := range d.outcomes {
		after.count(outcome)
	}
	if !job.Change.isFree(job.Kind) {
		if after.Total, err = d.total(job); err != nil {
			return after, nil, err
		}
	}
	if after.Done == after.Parts {
		after = after.ended(Completed, s.now())
	}
	return after, rest, nil
}

// isFree reports whether the change costs nothing.
func (c Change) isFree(k Kind) bool { return c.Action != Reclaim || k == Undo }

// input returns the next part of a job: its own, or one of the job that it
// applies or undoes, as a new part.
func (s *Service) input(ctx context.Context, job Job) (Part, error) {
	own := Part{Customer: job.Customer, JobID: job.ID, Index: job.Done, ExpiresAt: job.ExpiresAt()}
	parts, err := s.store.EditParts(ctx, job.Customer, job.ID, job.Done, 1)
	if err != nil {
		return own, err
	}
	if len(parts) == 1 && parts[0].Index == job.Done {
		return parts[0], nil
	}
	if job.Of == "" {
		return own, nil
	}
	parts, err = s.store.EditParts(ctx, job.Customer, job.Of, job.Done, 1)
	if err != nil || len(parts) == 0 || parts[0].Index != job.Done {
		return own, err
	}
	for _, row := range parts[0].Rows {
		if again, wanted := row.again(job.Kind); wanted {
			own.Rows = append(own.Rows, again)
		}
	}
	return own, nil
}

// again returns the row that applies or undoes a row of an earlier job; false if
// there is nothing to do.
func (r Row) again(k Kind) (again Row, wanted bool) {
	switch {
	case k == Undo:
		return Row{Line: r.Line, Number: r.Number, Old: r.New, New: r.Old}, r.Outcome == Changed
	case r.Number == 0: // it can't be read
		return r, true
	default:
		return Row{Line: r.Line, Text: r.Text, Number: r.Number, Change: r.Change}, true
	}
}
