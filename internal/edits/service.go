package edits

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"didpurchase/internal/auth"
	"didpurchase/internal/commit"
	"didpurchase/internal/correlation"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/shop"
	"didpurchase/internal/validate"
)

// Request asks for a job.
type Request struct {
	Key     string // Idempotency-Key, "" = none
	Asked   any    // the request as it was sent: another one under the same key is refused
	Change  Change // of the numbers without their own
	Rows    []Row  // a file's, instead of Numbers
	Numbers func(context.Context) ([]e164.Number, error)
	Source  string
	DryRun  bool
	Most    money.Amount // for Reclaim: the most that the numbers may cost
}

// Create makes a job. The same key returns the same job for shop.KeyLifetime.
// Errors: commit.ErrNotFound, *validate.Invalid, shop.ErrKeyReused, ErrTooManyJobs,
// those of Numbers.
func (s *Service) Create(ctx context.Context, c ledger.Customer, r Request) (Job, error) {
	body, err := json.Marshal(r.Asked)
	if err != nil {
		return Job{}, err
	}
	digest := fmt.Sprintf("edit %x", sha256.Sum256(body))
	if job, made, err := s.madeBy(ctx, c, r.Key, digest); made || err != nil {
		return job, err
	}
	rows, err := r.rows(ctx)
	if err != nil {
		return Job{}, err
	}
	job, parts := s.prepare(ctx, c, r, rows)
	if err := s.writeParts(ctx, parts); err != nil {
		return Job{}, err
	}
	return s.begin(ctx, job, r.Key, digest, nil)
}

// rows returns the rows of the job. Errors: *validate.Invalid, those of Numbers.
func (r Request) rows(ctx context.Context) ([]Row, error) {
	if r.Rows == nil {
		if err := r.Change.check(); err != nil {
			return nil, err
		}
	}
	rows := r.Rows
	if r.Numbers != nil {
		numbers, err := r.Numbers(ctx)
		if err != nil {
			return nil, err
		}
		for _, n := range shop.SortedNumbers(numbers) {
			rows = append(rows, Row{Number: n})
		}
	}
	var f validate.Faults
	f.Unless(len(rows) > 0, "/select", "no number is selected")
	f.Unless(len(rows) <= MaxNumbers, "/select", "%d numbers are selected; a job has at most %d", len(rows), MaxNumbers)
	return rows, f.Err()
}

// prepare returns a new job and its parts.
func (s *Service) prepare(ctx context.Context, c ledger.Customer, r Request, rows []Row) (Job, []Part) {
	now := s.now()
	job := Job{
		ID: commit.NewID(now), Customer: c, Kind: Direct, Change: r.Change, Source: r.Source, DryRun: r.DryRun, Most: r.Most,
		Status: Running, By: auth.ActorOf(ctx), Approves: auth.Approves(ctx),
		Cause: correlation.ID(ctx), CreatedAt: now, At: now, NextAt: now.Add(resumeAfter),
	}
	job.Selected = len(rows)
	parts := split(rows, s.perPart)
	for i := range parts {
		parts[i].Customer, parts[i].JobID, parts[i].Index, parts[i].Ver = c, job.ID, i, 1
		parts[i].ExpiresAt = job.ExpiresAt()
		for _, row := range parts[i].Rows {
			job.count(row.Outcome)
		}
	}
	job.Parts = len(parts)
	return job, parts
}

// split makes parts of at most most rows, by their number and their size.
func split(rows []Row, most int) (parts []Part) {
	size := maxPartBytes
	for _, row := range rows {
		last := len(parts) - 1
		if last < 0 || len(parts[last].Rows) == most || size+row.size() > maxPartBytes {
			parts, last, size = append(parts, Part{}), last+1, 0
		}
		parts[last].Rows, size = append(parts[last].Rows, row), size+row.size()
	}
	return parts
}

// partWriters is the number of new parts that are written at a time. Each is
// written alone, because a transaction costs twice as much: the parts of a job have
// one partition key, which takes 1,000 write units a second. 100,000 numbers of a
// list are 2,200 units, those of a file of destinations 6,700.
const partWriters = 16

// writeParts writes the parts of a new job, before the job: parts without a job
// are never read, and expire.
func (s *Service) writeParts(ctx context.Context, parts []Part) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(partWriters)
	for _, p := range parts {
		g.Go(func() error {
			_, err := commit.Insist(ctx, func() (struct{}, error) { return struct{}{}, s.writeNew(ctx, p) })
			return err
		})
	}
	return g.Wait()
}

// writeNew writes a new part, unless an earlier try whose answer was lost has
// written it.
func (s *Service) writeNew(ctx context.Context, p Part) error {
	err := commit.Write(ctx, s.store, s.now(), p)
	if refused := (*commit.Refused)(nil); !errors.As(err, &refused) {
		return err
	}
	there, failed := s.store.EditParts(ctx, p.Customer, p.JobID, p.Index, 1)
	if failed == nil && len(there) == 1 && there[0].hasNumbersOf(p) {
		return nil
	}
	return errors.Join(err, failed)
}

// write commits the changes in one batch; a refusal means that an item moved on.
func (s *Service) write(ctx context.Context, changes ...commit.Change) error {
	err := commit.Write(ctx, s.store, s.now(), changes...)
	if refused := (*commit.Refused)(nil); errors.As(err, &refused) {
		return fmt.Errorf("%w: %v", commit.ErrMovedOn, err)
	}
	return err
}

// Get returns one of the customer's jobs. Errors: commit.ErrNotFound.
func (s *Service) Get(ctx context.Context, c ledger.Customer, id string) (Job, error) {
	return s.store.Edit(ctx, c, id)
}

// List returns the customer's jobs, newest first.
func (s *Service) List(ctx context.Context, c ledger.Customer, p shop.Page) (jobs []Job, next string, err error) {
	return s.store.Edits(ctx, c, p)
}
