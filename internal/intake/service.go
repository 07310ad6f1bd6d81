package intake

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode"

	"github.com/oklog/ulid/v2"

	"didpurchase/internal/commit"
)

// Strategy is what a file says about what it does not list.
type Strategy string

// The strategies.
const (
	Add     Strategy = "add"     // nothing
	Replace Strategy = "replace" // it is withdrawn
)

// Request asks for an import by upload.
type Request struct {
	Filename string
	Profile  string   // a profile's name, "" = none
	Mode     Mode     // "" = Partial
	Strategy Strategy // "" = Add
	DryRun   bool
}

// Service is what staff do with imports.
type Service struct {
	records Records
	bucket  string
	now     func() time.Time
}

// New is the service over a database, the bucket that uploads go to, and a clock.
func New(records Records, bucket string, now func() time.Time) *Service {
	return &Service{records: records, bucket: bucket, now: now}
}

// Create makes a job that awaits its file at Object.Key. Errors: *Invalid.
func (s *Service) Create(ctx context.Context, carrier, user string, r Request) (Job, error) {
	if err := s.check(ctx, carrier, r); err != nil {
		return Job{}, err
	}
	now := s.now()
	job := Job{
		ID: newID(now), Carrier: carrier, User: user, ProfileName: r.Profile, Mode: Partial,
		Status: AwaitingUpload, CreatedAt: now,
	}
	if r.Mode != "" {
		job.Mode = r.Mode
	}
	job.Object = Object{Bucket: s.bucket, Key: "uploads/" + carrier + "/" + job.ID + "/" + r.Filename}
	u := job.update()
	err := s.records.Commit(ctx, commit.Batch{ID: newID(now), Changes: []commit.Change{u}})
	return u.To, err
}

func (s *Service) check(ctx context.Context, carrier string, r Request) error {
	var f faults
	if !validFilename(r.Filename) {
		f.add("/filename", "%q is not a file's name of 1 to %d bytes without folders", r.Filename, maxFilename)
	}
	if r.Mode != "" && r.Mode != Partial && r.Mode != AllOrNothing {
		f.add("/mode", "%q is neither %s nor %s", r.Mode, Partial, AllOrNothing)
	}
	switch r.Strategy {
	case "", Add:
	case Replace:
		f.add("/strategy", "%q is not offered yet; %s is", Replace, Add)
	default:
		f.add("/strategy", "%q is not %s", r.Strategy, Add)
	}
	if r.DryRun {
		f.add("/dry_run", "dry runs are not offered yet")
	}
	if r.Profile != "" {
		switch _, err := s.records.Profile(ctx, carrier, r.Profile); {
		case errors.Is(err, ErrNotFound):
			f.add("/profile", "there is no profile %q", r.Profile)
		case err != nil:
			return err
		}
	}
	return f.err()
}

const maxFilename = 255

func validFilename(name string) bool {
	return name != "" && name != "." && name != ".." && len(name) <= maxFilename &&
		!strings.ContainsFunc(name, func(r rune) bool {
			return r == '/' || r == '\\' || r == unicode.ReplacementChar || unicode.IsControl(r)
		})
}

// Get is one of the carrier's jobs. Errors: ErrNotFound.
func (s *Service) Get(ctx context.Context, carrier, id string) (Job, error) {
	return s.records.Job(ctx, carrier, id)
}

// List is the carrier's jobs, newest first; after and next are cursors, "" at
// the ends.
func (s *Service) List(ctx context.Context, carrier string, limit int, after string) (jobs []Job, next string, err error) {
	return s.records.Jobs(ctx, carrier, limit, after)
}

// Profile is one of the carrier's. Errors: ErrNotFound.
func (s *Service) Profile(ctx context.Context, carrier, name string) (Profile, error) {
	return s.records.Profile(ctx, carrier, name)
}

// PutProfile writes or replaces a profile; jobs whose file is there already
// keep the one before. Errors: *Invalid.
func (s *Service) PutProfile(ctx context.Context, carrier, name string, p Profile) error {
	if err := p.validate(name); err != nil {
		return err
	}
	return s.records.PutProfile(ctx, carrier, name, p)
}

func newID(now time.Time) string {
	return ulid.MustNew(ulid.Timestamp(now), ulid.DefaultEntropy()).String()
}
