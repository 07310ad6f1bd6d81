package intake

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/cenkalti/backoff/v5"

	"didpurchase/internal/auth"
	"didpurchase/internal/commit"
	"didpurchase/internal/correlation"
	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/intake/workbook"
)

// Lease is the time for which a worker has the lane without renewing it.
const Lease = 30 * time.Second

// heartbeatInterval is the pause after which a worker renews its lease and
// writes its progress.
const heartbeatInterval = 2 * time.Second

// maxAttempts is the largest number of starts of a job without progress; then it is
// given up, so that no file blocks a lane for ever.
const maxAttempts = 5

// retryAfter is the time after which the sweep resumes a job with a failed
// attempt.
const retryAfter = 30 * time.Second

// outlasted is how long outages of the database or of the file store don't count as
// attempts at a job.
const outlasted = 24 * time.Hour

// Worker runs carriers' import jobs.
type Worker struct {
	store Store
	files Files
	now   func() time.Time
	pause func(context.Context, time.Duration) error
	log   *slog.Logger
}

// NewWorker returns a worker over a database, files, a clock and a log.
func NewWorker(store Store, files Files, now func() time.Time, log *slog.Logger) *Worker {
	return &Worker{store: store, files: files, now: now, pause: pause, log: log}
}

// WithPause returns the worker with another function for pauses, for a clock that
// is moved by hand.
func (w Worker) WithPause(pause func(context.Context, time.Duration) error) *Worker {
	w.pause = pause
	return &w
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// errLaneLost means that another worker has taken the lane over.
var errLaneLost = errors.New("intake: lane lost")

// Work runs the carrier's queued jobs, one after another, until none is left,
// another worker has them, or ctx ends. End ctx some time before the process is
// stopped, so that progress is saved; the sweep resumes the rest. After an error
// another attempt may succeed.
func (w *Worker) Work(ctx context.Context, carrier string) error {
	for ctx.Err() == nil {
		r, err := w.claim(ctx, carrier)
		if err != nil || r == nil {
			return err
		}
		if err := r.work(auth.ActingAs(correlation.With(ctx, r.job.Cause), r.job.Actor())); err != nil {
			return fmt.Errorf("import %s of %s: %w", r.job.ID, carrier, err)
		}
	}
	return nil
}

// claim takes the lane for its first job; nil if there is none or another
// worker has the lane.
func (w *Worker) claim(ctx context.Context, carrier string) (r *attempt, err error) {
	holder := commit.NewID(w.now())
	err = insist(ctx, func() error {
		lane, err := w.store.Lane(ctx, carrier)
		if err != nil || len(lane.Queue) == 0 || lane.Holder != holder && !lane.free(w.now()) {
			return err
		}
		if lane.Holder != holder { // otherwise it is a claim with a lost answer
			u := lane.heldBy(holder, w.now().Add(Lease)).update()
			if err := commit.Write(ctx, w.store, w.now(), u); err != nil {
				return err
			}
			lane = u.To
		}
		job, err := w.store.Job(ctx, carrier, lane.Queue[0])
		r = &attempt{Worker: w, lane: lane, job: job, holder: holder, kept: job.Done}
		return err
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// attempt is one try to do a job, by the holder of its lane.
type attempt struct {
	*Worker
	lane   Lane
	job    Job
	holder string
	kept   uint64 // the job's Done at the last save

	encoding   sheet.Encoding
	doubt      string // a sentence about an encoding that is not certain
	recognised sheet.Recognised
	table      string // the text file that a workbook was turned into, "" = the job's file is a text
	workbook   workbook.Info
}

// work works on the job until it is finished or ctx ends.
func (r *attempt) work(ctx context.Context) error {
	defer r.discard()
	if r.job.Attempts >= maxAttempts {
		return r.finish(ctx, r.givenUp())
	}
	err := r.save(ctx, r.job.started(r.now(), r.lane.Until), Lane.same)
	if err == nil {
		err = r.process(ctx)
	}
	var unreadable *sheet.Unreadable
	switch {
	case err == nil:
		return nil
	case errors.As(err, &unreadable):
		return r.finish(ctx, unreadable.Reason)
	case errors.Is(err, errLaneLost):
		r.log.WarnContext(ctx, "import taken over by another worker", "carrier", r.job.Carrier, "import", r.job.ID)
		return nil
	}
	return r.leave(context.WithoutCancel(ctx), ctx.Err() != nil, err)
}

// leave gives the lane back with the job unfinished; the sweep resumes it. Running
// out of time is normal. An outage is not the file's fault, so it uses up no
// attempt.
func (r *attempt) leave(ctx context.Context, outOfTime bool, cause error) error {
	job := r.job
	job.NextAt = r.now()
	if !outOfTime {
		job.NextAt = job.NextAt.Add(retryAfter)
	}
	if errors.Is(cause, commit.ErrUnavailable) && r.now().Before(job.StartedAt.Add(outlasted)) {
		job.Attempts = max(0, job.Attempts-1)
	}
	r.log.WarnContext(ctx, "import postponed", "carrier", job.Carrier, "import", job.ID, "out_of_time", outOfTime,
		"cause", cause)
	if err := r.save(ctx, job, Lane.released); err != nil || !outOfTime {
		return errors.Join(cause, err)
	}
	return nil
}

// givenUp returns the reason for giving a job up, and how far it was applied.
func (r *attempt) givenUp() string {
	text := fmt.Sprintf("given up: it stopped %d times without progress", r.job.Attempts)
	if r.job.Applying {
		text += fmt.Sprintf("; %d of %d rows were applied, the same file again does the rest", r.job.Applied,
			r.job.Planned.Applied)
	}
	return text
}

// finish ends the job, without a report.
func (r *attempt) finish(ctx context.Context, failure string) error {
	return r.end(ctx, r.job.finished(r.now(), failure))
}

// end removes a finished job from the lane. The reason of a failure is for the
// sender of the file, and may quote the file, so it is not logged.
func (r *attempt) end(ctx context.Context, job Job) error {
	r.log.InfoContext(ctx, "import finished", "carrier", job.Carrier, "import", job.ID, "action", job.Action, "dry_run",
		job.DryRun, "status", job.Status,
		"read", job.Read, "applied", job.Applied, "unchanged", job.Unchanged, "rejected", job.Rejected,
		"added", job.DIDs, "withdrawn", job.Counts.Withdrawn, "repriced", job.Repriced, "updated",
		job.Updated, "touched", job.Touched)
	return r.save(ctx, job, func(l Lane) Lane { return l.pop().released() })
}

// beat renews the lease when it is time, and saves the job's progress.
func (r *attempt) beat(ctx context.Context, job Job) error {
	now := r.now()
	if now.Before(r.lane.Until.Add(heartbeatInterval - Lease)) {
		return ctx.Err()
	}
	if job.Done > r.kept {
		job.Attempts = 0
	}
	until := now.Add(Lease)
	job.NextAt = until.Add(unattended)
	return r.save(ctx, job, func(l Lane) Lane { return l.heldBy(r.holder, until) })
}

// save writes the job and its change of the lane together: the lane's holder is
// the fence. Arriving files change the lane at any time, so a refused write is
// made again over the current lane.
func (r *attempt) save(ctx context.Context, job Job, change func(Lane) Lane) error {
	return insist(ctx, func() error {
		ju := JobUpdate{SeenVer: r.job.Ver, To: job}
		ju.To.Ver = r.job.Ver + 1
		lu := change(r.lane).update()
		err := commit.Write(ctx, r.store, r.now(), ju, lu)
		if err == nil {
			r.job, r.lane, r.kept = ju.To, lu.To, ju.To.Done
			return nil
		}
		if !mayRepeat(err) {
			return err
		}
		return r.catchUp(ctx, ju, err)
	})
}

// catchUp reads the result of a save that was refused or had a lost answer: nil
// if it was written, the cause if it may be made again.
func (r *attempt) catchUp(ctx context.Context, sent JobUpdate, cause error) error {
	job, err := r.store.Job(ctx, sent.To.Carrier, sent.To.ID)
	if err != nil {
		return err
	}
	lane, err := r.store.Lane(ctx, sent.To.Carrier)
	if err != nil {
		return err
	}
	written := job.Ver == sent.To.Ver && job.Status == sent.To.Status && job.Attempts == sent.To.Attempts
	if !written && (job.Ver != sent.SeenVer || lane.Holder != r.holder) {
		return errLaneLost
	}
	r.job.Ver, r.lane = job.Ver, lane
	if !written {
		return cause
	}
	r.job, r.kept = sent.To, sent.To.Done
	return nil
}

// mayRepeat reports whether a write can be repeated after reading again.
func mayRepeat(err error) bool {
	var refused *commit.Refused
	return errors.As(err, &refused) || errors.Is(err, commit.ErrContended) || errors.Is(err, commit.ErrUnknown)
}

// insist repeats a step while other writers interfere, with growing, jittered
// pauses. The step must be safe to repeat.
func insist(ctx context.Context, step func() error) error {
	pauses := backoff.NewExponentialBackOff()
	pauses.InitialInterval, pauses.MaxInterval = 20*time.Millisecond, time.Second
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		err := step()
		if err == nil || mayRepeat(err) {
			return struct{}{}, err
		}
		return struct{}{}, backoff.Permanent(err)
	}, backoff.WithBackOff(pauses), backoff.WithMaxTries(8))
	return err
}
