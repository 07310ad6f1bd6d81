package edits

import (
	"context"
	"errors"
	"fmt"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/commit"
	"didpurchase/internal/correlation"
	"didpurchase/internal/ledger"
)

// Apply makes a job that applies a dry run to the numbers that were chosen then;
// each is decided again. It is idempotent. Errors: commit.ErrNotFound, ErrState,
// ErrTooManyJobs.
func (s *Service) Apply(ctx context.Context, c ledger.Customer, id string) (Job, error) {
	return s.follow(ctx, c, id, Apply, func(j Job, _ time.Time) bool { return j.MayApply() })
}

// Undo makes a job that gives the numbers that a job changed their old values
// back, within UndoWithin. A number that was changed since stays as it is. It is
// idempotent. Errors: commit.ErrNotFound, ErrState, ErrTooManyJobs.
func (s *Service) Undo(ctx context.Context, c ledger.Customer, id string) (Job, error) {
	return s.follow(ctx, c, id, Undo, Job.MayUndo)
}

// follow makes the one job that applies or undoes another.
func (s *Service) follow(ctx context.Context, c ledger.Customer, id string, kind Kind,
	allowed func(Job, time.Time) bool) (Job, error) {
	return commit.Insist(ctx, func() (Job, error) {
		of, err := s.store.Edit(ctx, c, id)
		if err != nil {
			return Job{}, err
		}
		if of.Next != "" {
			next, err := s.store.Edit(ctx, c, of.Next)
			if err == nil && next.Kind == kind {
				return next, nil
			}
			return Job{}, errors.Join(err, fmt.Errorf("%w: %s of %s, which has %s", ErrState, kind, id, of.Next))
		}
		now := s.now()
		if !allowed(of, now) {
			return Job{}, fmt.Errorf("%w: %s of %s, which is %s", ErrState, kind, id, of.Status)
		}
		job := Job{
			ID: commit.NewID(now), Customer: c, Kind: kind, Of: of.ID, Change: of.Change, Source: of.Source, Status: Running,
			Parts: of.Parts, Most: of.Most, By: auth.ActorOf(ctx), Approves: auth.Approves(ctx), Cause: correlation.ID(ctx),
			CreatedAt: now, At: now, NextAt: now.Add(resumeAfter),
		}
		if job.Selected = of.Selected; kind == Undo {
			job.Selected = of.Changed
		}
		if job.Change.Action == Reclaim && job.Most.Currency() == "" {
			job.Most = of.Total // as the dry run showed it
		}
		of.Next = job.ID
		follows := of.update()
		return s.begin(ctx, job, "", "", &follows)
	})
}

// Cancel stops a job; it keeps the changes that it has made. It is idempotent.
// Errors: commit.ErrNotFound, ErrState if it is completed.
func (s *Service) Cancel(ctx context.Context, c ledger.Customer, id string) (Job, error) {
	return commit.Insist(ctx, func() (Job, error) {
		job, err := s.store.Edit(ctx, c, id)
		switch {
		case err != nil, job.Status == Cancelled:
			return job, err
		case job.Status == Completed:
			return job, fmt.Errorf("%w: cancel %s, which is completed", ErrState, id)
		}
		u := job.ended(Cancelled, s.now()).update()
		return u.To, s.write(ctx, u)
	})
}
