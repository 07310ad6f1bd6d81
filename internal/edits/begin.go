package edits

import (
	"context"
	"errors"
	"fmt"

	"didpurchase/internal/commit"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
)

// begin writes a job whose parts are stored already, together with the record of its
// key and the job that it follows, and adds it to the running jobs.
// Errors: ErrTooManyJobs, shop.ErrKeyReused.
func (s *Service) begin(ctx context.Context, job Job, key, digest string, follows *Update) (Job, error) {
	return commit.Insist(ctx, func() (Job, error) {
		if made, err := s.store.Edit(ctx, job.Customer, job.ID); err == nil {
			return made, nil // by an earlier try whose answer was lost
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
		running, err := s.runningBeside(ctx, job)
		if err != nil {
			return Job{}, err
		}
		u := job.update()
		changes := []commit.Change{u, account.Fence(), running}
		if follows != nil {
			changes = append(changes, *follows)
		}
		if key != "" {
			now := s.now()
			changes = append(changes, shop.IdempotencyRecord{Customer: job.Customer, Key: ownKey(key), Body: digest,
				OrderID: job.ID, At: now, ExpiresAt: now.Add(shop.KeyLifetime)})
		}
		return u.To, s.write(ctx, changes...)
	})
}

// runningBeside returns the running jobs with a new one, and without those that
// have ended. Errors: ErrTooManyJobs.
func (s *Service) runningBeside(ctx context.Context, job Job) (RunningUpdate, error) {
	seen, err := s.store.RunningEdits(ctx, job.Customer)
	if err != nil {
		return RunningUpdate{}, err
	}
	u := RunningUpdate{SeenVer: seen.Ver, To: RunningJobs{Customer: job.Customer, Ver: seen.Ver + 1}}
	for _, id := range seen.IDs {
		other, err := s.store.Edit(ctx, job.Customer, id)
		if err != nil && !errors.Is(err, commit.ErrNotFound) {
			return RunningUpdate{}, err
		}
		if err == nil && !other.Status.Ended() {
			u.To.IDs = append(u.To.IDs, id)
		}
	}
	if len(u.To.IDs) >= MaxRunning {
		return RunningUpdate{}, fmt.Errorf("%w: %d of %s", ErrTooManyJobs, len(u.To.IDs), job.Customer)
	}
	u.To.IDs = append(u.To.IDs, job.ID)
	return u, nil
}

// ownKey returns the place of the key's record. Orders have their keys in the same
// place, and none has a character that is not printable.
func ownKey(key string) string { return "edit\n" + key }

// madeBy returns the job that a key made, if it made one. Errors:
// shop.ErrKeyReused.
func (s *Service) madeBy(ctx context.Context, c ledger.Customer, key, digest string) (job Job, made bool, err error) {
	if key == "" {
		return Job{}, false, nil
	}
	id, made, err := shop.MadeByKey(ctx, s.store, c, ownKey(key), digest, s.now())
	if !made || err != nil {
		return Job{}, false, err
	}
	job, err = s.store.Edit(ctx, c, id)
	return job, err == nil, err
}
