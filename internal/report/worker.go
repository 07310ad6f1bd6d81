package report

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/commit"
	"didpurchase/internal/correlation"
	"didpurchase/internal/did"
)

// Lease is the time after which a worker that does not renew it loses its report.
const Lease = time.Minute

// maxAttempts is the number of attempts without progress after which a report fails.
const maxAttempts = 5

// retryAfter is the pause after a failed attempt.
const retryAfter = 30 * time.Second

// outlasted is the time for which outages of the database or of the file store do
// not count as attempts.
const outlasted = 24 * time.Hour

// Files keeps the parts and the finished files.
type Files interface {
	// Write stores the body under the key, whole or not at all. Errors:
	// commit.ErrUnavailable.
	Write(ctx context.Context, key, contentType string, body io.Reader) error
	// Read returns an object's content. Errors: commit.ErrUnavailable, also
	// while reading.
	Read(ctx context.Context, key string) (io.ReadCloser, error)
}

// Worker makes reports.
type Worker struct {
	records Records
	data    Data
	files   Files
	now     func() time.Time
	log     *slog.Logger

	partRows int
}

// NewWorker returns a worker over records, the carriers' data, files, a clock and
// a log.
func NewWorker(records Records, data Data, files Files, now func() time.Time, log *slog.Logger) *Worker {
	return &Worker{records, data, files, now, log, rowsPerPart}
}

// WithParts returns the worker with another size of parts, in rows.
func (w Worker) WithParts(rows int) *Worker {
	w.partRows = rows
	return &w
}

// errTaken means that another worker has the report, or that it was cancelled.
var errTaken = errors.New("report: another worker has it, or it was cancelled")

// Unmakeable is the reason why a report can't be made, for people. It is not
// tried again.
type Unmakeable struct{ Reason string }

func (u *Unmakeable) Error() string { return "report: can't be made: " + u.Reason }

// Fire queues the reports of a schedule whose periods are over, each once, and
// makes them. It may be called at any time and any number of times.
func (w *Worker) Fire(ctx context.Context, carrierID, name string) error {
	for ctx.Err() == nil {
		r, err := commit.Insist(ctx, func() (Report, error) { return w.fire(ctx, carrierID, name) })
		if err != nil || r.ID == "" {
			return err
		}
		if err := w.Make(ctx, carrierID, r.ID); err != nil {
			return err
		}
	}
	return nil // the sweep finds the rest
}

// fire queues the report of one period, together with the schedule's next time:
// the schedule's version is the guard, so that each period has one report. It
// returns the zero Report if none is due.
func (w *Worker) fire(ctx context.Context, carrierID, name string) (Report, error) {
	s, err := w.records.AuditSchedule(ctx, carrierID, name)
	if errors.Is(err, commit.ErrNotFound) || err == nil && s.NextAt.After(w.now()) {
		return Report{}, nil
	}
	if err != nil {
		return Report{}, err
	}
	of, err := w.records.Carrier(ctx, carrierID)
	if err != nil {
		return Report{}, err
	}
	loc, err := of.Location()
	if err != nil {
		return Report{}, err
	}
	r := queued(Report{Carrier: carrierID, Kind: s.Kind, Format: s.Format, Schedule: s.Name,
		Period: Period{s.Since, s.NextAt}, Recipients: s.Recipients, By: auth.Actor{Kind: auth.BySchedule, ID: s.Name,
			Name: s.Name}}, w.now())
	r.Cause = correlation.ID(ctx)
	return r, movedOn(commit.Write(ctx, w.records, w.now(), Update{To: r}, s.advanced(loc).update()))
}

// Make makes a report, or as much of it as it can before ctx ends: end it some
// time before the process is stopped, so that progress is saved. The sweep has
// the rest made. After an error another attempt may succeed.
func (w *Worker) Make(ctx context.Context, carrierID, id string) error {
	m, err := w.claim(ctx, carrierID, id)
	if err != nil || m == nil {
		return err
	}
	ctx = auth.ActingAs(correlation.With(ctx, m.report.Cause), m.report.By)
	err = m.make(ctx)
	var unmakeable *Unmakeable
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errTaken):
		w.log.WarnContext(ctx, "report left to another worker, or cancelled", "carrier", carrierID, "report", id)
		return nil
	case errors.As(err, &unmakeable):
		return m.finish(ctx, Failed, unmakeable.Reason)
	}
	return m.leave(context.WithoutCancel(ctx), ctx.Err() != nil, err)
}

// making is one attempt at a report, by its holder.
type making struct {
	*Worker
	report  Report
	source  source
	savedAt time.Time
}

// claim takes the report; nil if it is finished or another worker has it.
func (w *Worker) claim(ctx context.Context, carrierID, id string) (*making, error) {
	holder := commit.NewID(w.now())
	m := &making{Worker: w}
	claimed, err := commit.Insist(ctx, func() (bool, error) {
		r, err := w.records.Report(ctx, carrierID, id)
		switch {
		case errors.Is(err, commit.ErrNotFound):
			return false, nil
		case err != nil:
			return false, err
		case r.Holder == holder: // a claim with a lost answer
			m.report = r
			return true, nil
		case r.Status.Finished(), r.Holder != "" && w.now().Before(r.Until.Add(did.Grace)):
			return false, nil
		}
		now := w.now()
		if r.StartedAt.IsZero() {
			r.StartedAt, r.AsOf = now, now
		}
		r.Status, r.Attempts = Running, r.Attempts+1
		u := r.heldUntil(holder, now.Add(Lease)).update()
		m.report, m.savedAt = u.To, now
		return true, movedOn(commit.Write(ctx, w.records, now, u))
	})
	if err != nil || !claimed {
		return nil, err
	}
	return m, nil
}

func (r Report) heldUntil(holder string, until time.Time) Report {
	r.Holder, r.Until, r.NextAt = holder, until, until.Add(did.Grace)
	return r
}

// make reads the parts that are missing, and joins all.
func (m *making) make(ctx context.Context) (err error) {
	if m.report.Attempts > maxAttempts {
		return &Unmakeable{fmt.Sprintf("given up: it stopped %d times without progress", maxAttempts)}
	}
	if m.source, err = m.sourceOf(ctx, m.report); err != nil {
		return err
	}
	for !m.report.IsRead {
		if err := m.part(ctx); err != nil {
			return err
		}
	}
	size, err := m.join(ctx)
	if err != nil {
		return err
	}
	m.report.Size = size
	return m.finish(ctx, Completed, "")
}

// leave gives the report back unfinished; the sweep wakes a worker for it later.
// Running out of time is normal, and an outage does not count as an attempt.
func (m *making) leave(ctx context.Context, outOfTime bool, cause error) error {
	r := m.report
	r.Holder, r.Until, r.NextAt = "", time.Time{}, m.now()
	if !outOfTime {
		r.NextAt = r.NextAt.Add(retryAfter)
	}
	if outOfTime || errors.Is(cause, commit.ErrUnavailable) && m.now().Before(r.StartedAt.Add(outlasted)) {
		r.Attempts = max(0, r.Attempts-1)
	}
	m.log.WarnContext(ctx, "report postponed", "carrier", r.Carrier, "report", r.ID, "out_of_time", outOfTime,
		"cause", cause)
	if err := m.save(ctx, r); err != nil || !outOfTime {
		return errors.Join(cause, err)
	}
	return nil
}

func (m *making) finish(ctx context.Context, s Status, reason string) error {
	err := m.save(ctx, m.report.finished(m.now(), s, reason))
	if errors.Is(err, errTaken) {
		return nil
	}
	m.log.InfoContext(ctx, "report finished", "carrier", m.report.Carrier, "report", m.report.ID, "kind", m.report.Kind,
		"format", m.report.Format, "status", s, "rows", m.report.Rows, "bytes", m.report.Size, "error", err)
	return err
}

// beat renews the lease when it is time to. Errors: errTaken, the context's.
func (m *making) beat(ctx context.Context) error {
	if m.now().Before(m.savedAt.Add(Lease / 4)) {
		return ctx.Err()
	}
	return m.save(ctx, m.report.heldUntil(m.report.Holder, m.now().Add(Lease)))
}

// resolve finds out whether a save was written that was refused or whose answer was
// lost; nil if it was. Errors: errTaken; commit.ErrMovedOn if it may be repeated.
func (m *making) resolve(ctx context.Context, u Update, cause error) error {
	current, err := m.records.Report(ctx, u.To.Carrier, u.To.ID)
	if err != nil {
		return err
	}
	ours := current.Status == u.To.Status && current.Holder == u.To.Holder && current.Place == u.To.Place
	switch {
	case current.Ver == u.To.Ver && ours:
		return nil
	case current.Ver != u.SeenVer:
		return errTaken
	}
	return fmt.Errorf("%w: %v", commit.ErrMovedOn, cause)
}

// save writes the report over the version that this worker wrote last. Errors:
// errTaken.
func (m *making) save(ctx context.Context, to Report) error {
	u := to.update()
	u.SeenVer, u.To.Ver = m.report.Ver, m.report.Ver+1
	_, err := commit.Insist(ctx, func() (struct{}, error) {
		err := commit.Write(ctx, m.records, m.now(), u)
		if refused := (*commit.Refused)(nil); err == nil || !errors.As(err, &refused) && !errors.Is(err, commit.ErrUnknown) {
			return struct{}{}, err
		}
		return struct{}{}, m.resolve(ctx, u, err)
	})
	if err == nil {
		m.report, m.savedAt = u.To, m.now()
	}
	return err
}
