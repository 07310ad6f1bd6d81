package edits

import (
	"context"
	"errors"
	"fmt"

	"didpurchase/internal/commit"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
)

// begin writes a job whose parts are there, with the record of its key and the job
// that it follows. The account's version guards the number of running jobs.
// Errors: ErrTooManyJobs, shop.ErrKeyReused.
func (s *Service) begin(ctx context.Context, job Job, key, digest string, follows *Update) (Job, error) {
	return commit.Insist(ctx, func() (Job, error) {
		if made, err := s.store.Edit(ctx, job.Customer, job.ID); err == nil {
			return made, nil // by a try whose answer was lost
		} else if !errors.Is(err, commit.ErrNotFound) {
			return Job{}, err
		}
		if made, done, err := s.madeBy(ctx, job.Customer, key, digest); done || err != nil {
			return made, err
		}
		account, err := s.store.Account(ctx, job.Customer)
		if err != nil {
			return Job{}, err
		}
		if err := s.hasRoom(ctx, job.Customer); err != nil {
			return Job{}, err
		}
		u := job.update()
		changes := []commit.Change{u, account.Fence()}
		if follows != nil {
			changes = append(changes, *follows)
		}
		if key != "" {
			now := s.now()
			changes = append(changes, shop.IdempotencyRecord{Customer: job.Customer, Key: key, Body: digest, OrderID: job.ID,
				At: now, ExpiresAt: now.Add(shop.KeyLifetime)})
		}
		return u.To, s.write(ctx, changes...)
	})
}

// hasRoom refuses a job beside MaxRunning others.
func (s *Service) hasRoom(ctx context.Context, c ledger.Customer) error {
	jobs, _, err := s.store.Edits(ctx, c, shop.Page{Limit: lastJobs})
	if err != nil {
		return err
	}
	running := 0
	for _, j := range jobs {
		if !j.Status.Ended() {
			running++
		}
	}
	if running >= MaxRunning {
		return fmt.Errorf("%w: %d of %s", ErrTooManyJobs, running, c)
	}
	return nil
}

// lastJobs is the number of jobs among which running ones are counted: a job is
// older than its followers, so the running ones are among the last.
const lastJobs = 100

// madeBy returns the job that a key made, if it made one. Errors:
// shop.ErrKeyReused.
func (s *Service) madeBy(ctx context.Context, c ledger.Customer, key, digest string) (job Job, made bool, err error) {
	if key == "" {
		return Job{}, false, nil
	}
	record, err := s.store.Idempotency(ctx, c, key)
	switch {
	case errors.Is(err, commit.ErrNotFound):
		return Job{}, false, nil
	case err != nil:
		return Job{}, false, err
	case !s.now().Before(record.ExpiresAt):
		return Job{}, false, nil
	case record.Body != digest:
		return Job{}, false, fmt.Errorf("%w: %s", shop.ErrKeyReused, record.Body)
	}
	job, err = s.store.Edit(ctx, c, record.OrderID)
	return job, err == nil, err
}
