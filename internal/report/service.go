package report

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"didpurchase/internal/audit"
	"didpurchase/internal/auth"
	"didpurchase/internal/carrier"
	"didpurchase/internal/commit"
	"didpurchase/internal/correlation"
	"didpurchase/internal/validate"
)

// Records keeps reports and schedules. All reads are consistent.
//
// The changes that it commits: Update, ScheduleUpdate, audit.Entry.
type Records interface {
	commit.Store
	// Carrier returns the tenant and its settings.
	Carrier(ctx context.Context, id string) (carrier.Carrier, error)
	// Report returns one of the carrier's. Errors: commit.ErrNotFound.
	Report(ctx context.Context, carrier, id string) (Report, error)
	// ReportsOf returns a page of the carrier's, newest first.
	ReportsOf(ctx context.Context, carrier string, limit int, after string) (list []Report, next string, err error)
	// AuditSchedule returns one of the carrier's. Errors: commit.ErrNotFound.
	AuditSchedule(ctx context.Context, carrier, name string) (Schedule, error)
	// AuditSchedules returns a page of the carrier's, ascending by name.
	AuditSchedules(ctx context.Context, carrier string, limit int, after string) (list []Schedule, next string, err error)
}

// Waker wakes the workers for a waiting report.
type Waker interface {
	Wake(ctx context.Context, carrier, id string) error
}

// Service has the use cases of staff.
type Service struct {
	records Records
	waker   Waker
	now     func() time.Time
}

// NewService returns the use cases over records, workers and a clock.
func NewService(records Records, waker Waker, now func() time.Time) *Service {
	return &Service{records, waker, now}
}

// Request asks for a report now. From and To are moments, or dates of the
// carrier's time zone; a date as To is included. Both empty are the last calendar
// month.
type Request struct {
	Kind     Kind
	Format   Format
	From, To string
}

// Errors of the use cases.
var (
	// ErrFinished means that a report can't be cancelled any more.
	ErrFinished = errors.New("report: it is finished")
	// ErrUnfinished means that there is no file yet, or that there will be none.
	ErrUnfinished = errors.New("report: there is no file")
)

// unattended is the time after which the sweep wakes a worker for a queued report.
const unattended = 30 * time.Second

// Create queues a report. Errors: *validate.Invalid.
func (s *Service) Create(ctx context.Context, carrierID string, q Request) (Report, error) {
	of, err := s.records.Carrier(ctx, carrierID)
	if err != nil {
		return Report{}, err
	}
	loc, err := of.Location()
	if err != nil {
		return Report{}, err
	}
	period, err := q.period(s.now(), loc)
	if err != nil {
		return Report{}, err
	}
	r := queued(Report{Carrier: carrierID, Kind: q.Kind, Format: q.Format, Period: period, By: auth.ActorOf(ctx)}, s.now())
	r.Cause = correlation.ID(ctx)
	act := audit.New(ctx, s.now(), audit.Entry{Carrier: carrierID, Action: audit.ReportRequested, Subject: r.ID,
		New: r.values()})
	if err := commit.Write(ctx, s.records, s.now(), Update{To: r}, act); err != nil {
		return Report{}, err
	}
	// A report whose message is lost is found by the sweep.
	_ = s.waker.Wake(ctx, carrierID, r.ID)
	return r, nil
}

func queued(r Report, now time.Time) Report {
	r.ID, r.Ver, r.Status, r.CreatedAt, r.NextAt = commit.NewID(now), 1, Queued, now, now.Add(unattended)
	return r
}

// period reads the asked period. Errors: *validate.Invalid.
func (q Request) period(now time.Time, loc *time.Location) (Period, error) {
	var f validate.Faults
	if !q.Kind.HasPeriod() {
		const why = "is only for reports about a period: changes, revenue and rnd"
		f.Unless(q.From == "", "/from", why)
		f.Unless(q.To == "", "/to", why)
		return Period{}, f.Err()
	}
	if q.From == "" && q.To == "" {
		return lastMonth(now, loc), nil
	}
	f.Unless(q.From != "", "/from", "is missing: give both from and to, or from alone")
	p := Period{To: now}
	var err error
	if q.From != "" {
		p.From, err = moment(q.From, loc, 0)
		f.Unless(err == nil, "/from", "%q is neither a date such as 2026-11-01 nor a time such as 2026-11-01T00:00:00Z",
			q.From)
	}
	if q.To != "" {
		p.To, err = moment(q.To, loc, 1)
		f.Unless(err == nil, "/to", "%q is neither a date such as 2026-11-30 nor a time such as 2026-12-01T00:00:00Z", q.To)
	}
	if err := f.Err(); err != nil {
		return Period{}, err
	}
	f.Unless(p.From.Before(p.To), "/to", "must be after from")
	f.Unless(!p.From.Before(now.AddDate(-maxYears, 0, -1)), "/from", "is more than %d years ago", maxYears)
	f.Unless(!p.To.After(now.AddDate(0, 0, 2)), "/to", "is in the future")
	return p, f.Err()
}

// maxYears is how long ago a period may begin.
const maxYears = 10

// moment reads a time, or a date: then it is the start of the day some days later.
func moment(text string, loc *time.Location, days int) (time.Time, error) {
	if d, err := ParseDay(text); err == nil {
		d.Day += days
		return d.normal().Begins(loc), nil
	}
	return time.Parse(time.RFC3339, text)
}

// Get returns one of the carrier's reports. Errors: commit.ErrNotFound.
func (s *Service) Get(ctx context.Context, carrierID, id string) (Report, error) {
	return s.records.Report(ctx, carrierID, id)
}

// List returns a page of the carrier's reports, newest first.
func (s *Service) List(ctx context.Context, carrierID string, limit int, after string) ([]Report, string, error) {
	return s.records.ReportsOf(ctx, carrierID, limit, after)
}

// Download returns a finished report, and the name under which its file is saved,
// and notes the download in the audit. Errors: commit.ErrNotFound, ErrUnfinished.
func (s *Service) Download(ctx context.Context, carrierID, id string) (Report, string, error) {
	r, err := s.records.Report(ctx, carrierID, id)
	if err != nil {
		return r, "", err
	}
	if r.Status != Completed {
		return r, "", fmt.Errorf("%w: it is %s", ErrUnfinished, r.Status)
	}
	of, err := s.records.Carrier(ctx, carrierID)
	if err != nil {
		return r, "", err
	}
	loc, err := of.Location()
	if err != nil {
		return r, "", err
	}
	act := audit.New(ctx, s.now(), audit.Entry{Carrier: carrierID, Action: audit.ReportDownloaded, Subject: r.ID,
		New: r.values()})
	return r, r.Filename(loc), commit.Write(ctx, s.records, s.now(), act)
}

// Cancel ends a report that is not finished. It is idempotent. Errors:
// commit.ErrNotFound, ErrFinished.
func (s *Service) Cancel(ctx context.Context, carrierID, id string) (Report, error) {
	return commit.Insist(ctx, func() (Report, error) {
		r, err := s.records.Report(ctx, carrierID, id)
		switch {
		case err != nil || r.Status == Cancelled:
			return r, err
		case r.Status.Finished():
			return r, fmt.Errorf("%w: it is %s", ErrFinished, r.Status)
		}
		u := r.finished(s.now(), Cancelled, "").update()
		act := audit.New(ctx, s.now(), audit.Entry{Carrier: carrierID, Action: audit.ReportCancelled, Subject: r.ID,
			New: r.values()})
		return u.To, movedOn(commit.Write(ctx, s.records, s.now(), u, act))
	})
}

// movedOn makes a refusal an error that Insist repeats.
func movedOn(err error) error {
	if refused := (*commit.Refused)(nil); errors.As(err, &refused) {
		return fmt.Errorf("%w: %v", commit.ErrMovedOn, err)
	}
	return err
}

// Schedules returns a page of the carrier's schedules, ascending by name.
func (s *Service) Schedules(ctx context.Context, carrierID string, limit int,
	after string) ([]Schedule, string, error) {
	return s.records.AuditSchedules(ctx, carrierID, limit, after)
}

// Schedule returns one of the carrier's schedules. Errors: commit.ErrNotFound.
func (s *Service) Schedule(ctx context.Context, carrierID, name string) (Schedule, error) {
	return s.records.AuditSchedule(ctx, carrierID, name)
}

// PutSchedule creates or changes a schedule. A new interval begins at the next
// day, week or month; other changes leave the next report's time. Errors:
// *validate.Invalid.
func (s *Service) PutSchedule(ctx context.Context, to Schedule) (Schedule, error) {
	if err := to.check(); err != nil {
		return Schedule{}, err
	}
	of, err := s.records.Carrier(ctx, to.Carrier)
	if err != nil {
		return Schedule{}, err
	}
	loc, err := of.Location()
	if err != nil {
		return Schedule{}, err
	}
	return commit.Insist(ctx, func() (Schedule, error) {
		current, err := s.records.AuditSchedule(ctx, to.Carrier, to.Name)
		if err != nil && !errors.Is(err, commit.ErrNotFound) {
			return Schedule{}, err
		}
		next := to
		next.Ver, next.Day, next.Since, next.NextAt = current.Ver, current.Day, current.Since, current.NextAt
		if current.Ver == 0 || current.Every != to.Every {
			next = next.begun(s.now(), loc)
		}
		next.By, next.ChangedAt = auth.ActorOf(ctx), s.now()
		u := next.update()
		act := audit.New(ctx, s.now(), audit.Entry{Carrier: to.Carrier, Action: audit.AuditScheduleWritten, Subject: to.Name,
			Old: current.values(), New: next.values()})
		return u.To, movedOn(commit.Write(ctx, s.records, s.now(), u, act))
	})
}

// DeleteSchedule removes a schedule; its reports stay. It is idempotent.
func (s *Service) DeleteSchedule(ctx context.Context, carrierID, name string) error {
	_, err := commit.Insist(ctx, func() (struct{}, error) {
		current, err := s.records.AuditSchedule(ctx, carrierID, name)
		if errors.Is(err, commit.ErrNotFound) {
			return struct{}{}, nil
		}
		if err != nil {
			return struct{}{}, err
		}
		u := current.update()
		u.Deleted = true
		act := audit.New(ctx, s.now(), audit.Entry{Carrier: carrierID, Action: audit.AuditScheduleDeleted, Subject: name,
			Old: current.values()})
		return struct{}{}, movedOn(commit.Write(ctx, s.records, s.now(), u, act))
	})
	return err
}

const maxRecipients = 20

// check returns the faults of a schedule. Errors: *validate.Invalid.
func (s Schedule) check() error {
	var f validate.Faults
	f.Unless(validate.Slug(s.Name), "/name", "%q is not a name such as monthly-inventory", s.Name)
	f.Unless(slices.Contains(Kinds, s.Kind), "/report", "%q is not a report", string(s.Kind))
	f.Unless(s.Format == CSV || s.Format == XLSX, "/format", "must be csv or xlsx")
	highest, known := most[s.Every.Unit]
	f.Unless(known, "/every/unit", "must be day, week or month")
	f.Unless(!known || s.Every.Count >= 1 && s.Every.Count <= highest, "/every/count", "must be 1 to %d", highest)
	f.Unless(len(s.Recipients) <= maxRecipients, "/recipients", "has %d addresses; at most %d are allowed", len(s.Recipients),
		maxRecipients)
	for i, address := range s.Recipients {
		at := fmt.Sprintf("/recipients/%d", i)
		f.Unless(isAddress(address), at, "%q is not a mail address such as audit@example.com", address)
		f.Unless(!slices.ContainsFunc(s.Recipients[:i], func(a string) bool {
			return strings.EqualFold(a, address)
		}), at, "is listed twice")
	}
	return f.Err()
}

// isAddress reports whether a text is a mail address and nothing else, with a
// domain that has a dot.
func isAddress(text string) bool {
	parsed, err := mail.ParseAddress(text)
	if err != nil || parsed.Address != text || parsed.Name != "" || len(text) > 254 {
		return false
	}
	_, domain, _ := strings.Cut(text, "@")
	return strings.Contains(strings.Trim(domain, "."), ".")
}

// values returns the audited values of a schedule; none of the zero Schedule.
func (s Schedule) values() audit.Values {
	if s.Ver == 0 && s.Name == "" {
		return nil
	}
	return audit.Values{"report": string(s.Kind), "every": fmt.Sprintf("%d %s", s.Every.Count, s.Every.Unit),
		"format": string(s.Format), "recipients": strings.Join(s.Recipients, " ")}
}

func (r Report) values() audit.Values {
	v := audit.Values{"report": string(r.Kind), "format": string(r.Format), "schedule": r.Schedule}
	if !r.Period.From.IsZero() {
		v["from"], v["to"] = r.Period.From.UTC().Format(time.RFC3339), r.Period.To.UTC().Format(time.RFC3339)
	}
	return v
}
