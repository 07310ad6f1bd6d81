package intake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"didpurchase/internal/audit"
	"didpurchase/internal/auth"
	"didpurchase/internal/commit"
	"didpurchase/internal/correlation"
	"didpurchase/internal/e164"
	"didpurchase/internal/intake/plan"
	"didpurchase/internal/validate"
)

// Request asks for a job, with a file that will be uploaded or with spans.
type Request struct {
	Action   plan.Action // "" = Offer
	Filename string      // of the upload; "" when there are spans
	Spans    []e164.Span
	Package  string   // of rows that name none
	Profile  string   // a profile's name, "" = none
	Mode     Mode     // "" = Partial
	Strategy Strategy // "" = Add
	DryRun   *bool    // nil = as the strategy decides
}

// maxSpans is the largest number of spans in one request; more are sent as a file.
const maxSpans = 100

// Service has the use cases of staff for imports.
type Service struct {
	records Records
	queue   Queue
	bucket  string
	now     func() time.Time
}

// New returns the service over a database, the queue for workers, the bucket
// for uploads, and a clock.
func New(records Records, queue Queue, bucket string, now func() time.Time) *Service {
	return &Service{records: records, queue: queue, bucket: bucket, now: now}
}

// Create makes a job: one that awaits its file at Object.Key, or one of spans,
// which is queued. Errors: *validate.Invalid.
func (s *Service) Create(ctx context.Context, carrier, user string, r Request) (Job, error) {
	if err := s.check(ctx, carrier, r); err != nil {
		return Job{}, err
	}
	now := s.now()
	job := Job{
		ID: commit.NewID(now), Carrier: carrier, User: user, By: auth.ActorOf(ctx), Action: cmp.Or(r.Action, plan.Offer),
		ProfileName: r.Profile, Package: r.Package,
		Mode: cmp.Or(r.Mode, Partial), Strategy: cmp.Or(r.Strategy, Add), Status: AwaitingUpload, CreatedAt: now,
		Cause: correlation.ID(ctx),
	}
	job.DryRun = job.Strategy.plansOnly(r.DryRun)
	job.Object = Object{Bucket: s.bucket, Key: uploadFolder + carrier + "/" + job.ID + "/" + r.Filename}
	if len(r.Spans) == 0 {
		u := job.update()
		err := commit.Write(ctx, s.records, now, u, job.act(ctx, now, audit.ImportRequested))
		return u.To, err
	}
	job.Object.Key += "spans.csv"
	job.Inline = inline(r.Spans)
	return s.enqueue(ctx, job, audit.ImportRequested)
}

// inline returns the spans as a file.
func inline(spans []e164.Span) string {
	var file strings.Builder
	file.WriteString("start,end\n")
	for _, s := range spans {
		fmt.Fprintf(&file, "%s,%s\n", s.Start, s.End)
	}
	return file.String()
}

// enqueue puts a job at the end of its carrier's lane, as an act of the caller, and
// notifies a worker. If the notification fails, the sweep finds the job a moment
// later.
func (s *Service) enqueue(ctx context.Context, job Job, act audit.Action) (Job, error) {
	queued, err := commit.Insist(ctx, func() (Job, error) {
		lane, err := s.records.Lane(ctx, job.Carrier)
		if err != nil {
			return Job{}, err
		}
		u := job.queued(s.now()).update()
		err = commit.Write(ctx, s.records, s.now(), u, lane.push(job.ID).update(), job.act(ctx, s.now(), act))
		var refused *commit.Refused
		if errors.As(err, &refused) {
			return Job{}, commit.ErrMovedOn
		}
		return u.To, err
	})
	if err != nil {
		return Job{}, err
	}
	_ = s.queue.Wake(ctx, job.Carrier, job.ID) // the sweep finds the job if the message is lost
	return queued, nil
}

// ErrNotPlanned means that a job is not a dry run that can be applied.
var ErrNotPlanned = errors.New("intake: there is no plan to apply")

// Apply starts the application of a dry run, exactly as planned. It is idempotent.
// Errors: commit.ErrNotFound, ErrNotPlanned.
func (s *Service) Apply(ctx context.Context, carrier, id string) (Job, error) {
	job, err := s.records.Job(ctx, carrier, id)
	switch {
	case err != nil:
		return Job{}, err
	case !job.DryRun && job.Digest != "": // it was applied before
		return job, nil
	case !job.DryRun:
		return Job{}, fmt.Errorf("%w: it was not a dry run", ErrNotPlanned)
	case job.Status != Completed:
		return Job{}, fmt.Errorf("%w: the dry run is %s", ErrNotPlanned, job.Status)
	}
	job.DryRun, job.Planned, job.Counts, job.ReportKey, job.FinishedAt, job.StartedAt, job.Attempts = false, job.Counts,
		plan.Counts{}, "", time.Time{}, time.Time{}, 0
	job.Cause, job.By = correlation.ID(ctx), auth.ActorOf(ctx)
	applied, err := s.enqueue(ctx, job, audit.ImportApplied)
	if errors.Is(err, commit.ErrMovedOn) { // another request did so at the same moment
		return s.records.Job(ctx, carrier, id)
	}
	return applied, err
}

func (s *Service) check(ctx context.Context, carrier string, r Request) error {
	var f validate.Faults
	if len(r.Spans) == 0 && !validFilename(r.Filename) {
		f.Add("/filename", "%q is not a file's name of 1 to %d bytes without folders", r.Filename, maxFilename)
	}
	s.checkSpans(&f, r)
	checkHow(&f, r.Mode, r.Strategy)
	if r.Strategy == Replace && r.Action != "" && r.Action != plan.Offer {
		f.Add("/strategy", "%s is for numbers to %s", Replace, plan.Offer)
	}
	if err := s.checkPackage(ctx, &f, carrier, r.Package); err != nil {
		return err
	}
	if r.Profile != "" {
		switch _, err := s.records.Profile(ctx, carrier, r.Profile); {
		case errors.Is(err, commit.ErrNotFound):
			f.Add("/profile", "there is no profile %q", r.Profile)
		case err != nil:
			return err
		}
	}
	return f.Err()
}

// checkPackage notes an unknown package; "" is allowed.
func (s *Service) checkPackage(ctx context.Context, f *validate.Faults, carrier, id string) error {
	if id == "" {
		return nil
	}
	known, err := s.records.Packages(ctx, carrier)
	if _, exists := known[id]; err == nil && !exists {
		f.Add("/package", "there is no package %q", id)
	}
	return err
}

// checkHow notes an unknown mode or strategy.
func checkHow(f *validate.Faults, m Mode, s Strategy) {
	if m != "" && m != Partial && m != AllOrNothing {
		f.Add("/mode", "%q is neither %s nor %s", m, Partial, AllOrNothing)
	}
	if s != "" && s != Add && s != Replace {
		f.Add("/strategy", "%q is neither %s nor %s", s, Add, Replace)
	}
}

func (s *Service) checkSpans(f *validate.Faults, r Request) {
	if len(r.Spans) > maxSpans {
		f.Add("/spans", "%d spans are more than %d; send them as a file", len(r.Spans), maxSpans)
	}
	if len(r.Spans) > 0 && r.Filename != "" {
		f.Add("/filename", "can't be combined with spans")
	}
	if len(r.Spans) > 0 && r.Action == plan.Reprice && r.Package == "" {
		f.Add("/package", "is required: name the package under which the numbers are offered")
	}
	for i, span := range r.Spans {
		if _, fault := plan.CheckSpan(span); fault != nil {
			f.Add(fmt.Sprintf("/spans/%d", i), "%s", fault.Detail)
		}
	}
}

const maxFilename = 255

func validFilename(name string) bool {
	return name != "" && name != "." && name != ".." && len(name) <= maxFilename &&
		!strings.ContainsFunc(name, func(r rune) bool {
			return r == '/' || r == '\\' || r == unicode.ReplacementChar || unicode.IsControl(r)
		})
}

// Get returns one of the carrier's jobs. Errors: commit.ErrNotFound.
func (s *Service) Get(ctx context.Context, carrier, id string) (Job, error) {
	return s.records.Job(ctx, carrier, id)
}

// List returns the carrier's jobs, newest first; after and next are cursors, ""
// at the ends.
func (s *Service) List(ctx context.Context, carrier string, limit int,
	after string) (jobs []Job, next string, err error) {
	return s.records.Jobs(ctx, carrier, limit, after)
}

// Profile returns one of the carrier's profiles. Errors: commit.ErrNotFound.
func (s *Service) Profile(ctx context.Context, carrier, name string) (Profile, error) {
	return s.records.Profile(ctx, carrier, name)
}

// Profiles returns a page of the carrier's profiles, ascending by name.
func (s *Service) Profiles(ctx context.Context, carrier string, limit int,
	after string) (profiles []NamedProfile, next string, err error) {
	return s.records.Profiles(ctx, carrier, limit, after)
}

// PutProfile writes or replaces a profile; jobs with an uploaded file keep the
// earlier one. Errors: *validate.Invalid.
func (s *Service) PutProfile(ctx context.Context, carrier, name string, p Profile) error {
	if err := p.validate(name); err != nil {
		return err
	}
	return s.records.PutProfile(ctx, carrier, name, p, audit.New(ctx, s.now(), audit.Entry{
		Carrier: carrier, Action: audit.ProfileWritten, Subject: name, New: p.values(),
	}))
}
