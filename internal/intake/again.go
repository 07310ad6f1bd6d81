package intake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"didpurchase/internal/audit"
	"didpurchase/internal/commit"
	"didpurchase/internal/correlation"
	"didpurchase/internal/intake/plan"
	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/numberformat"
	"didpurchase/internal/validate"
)

// Decision answers the questions of a file's plan; an empty field keeps the
// job's setting.
type Decision struct {
	Package     string // of rows that name none
	Profile     string // a profile's name
	CountryCode string // calling code of national numbers
	Notation    numberformat.Notation
}

// PlanAgain plans a file again with the decision; nothing is applied before
// Apply. Errors: commit.ErrNotFound, ErrNotPlanned, *validate.Invalid.
func (s *Service) PlanAgain(ctx context.Context, carrier, id string, d Decision) (Job, error) {
	job, err := s.records.Job(ctx, carrier, id)
	switch {
	case err != nil:
		return Job{}, err
	case !job.Status.Finished():
		return Job{}, fmt.Errorf("%w: the import is %s", ErrNotPlanned, job.Status)
	case job.Applying || job.Status == Completed && !job.DryRun:
		return Job{}, fmt.Errorf("%w: the file was applied; send it again", ErrNotPlanned)
	case job.Inline != "":
		return Job{}, fmt.Errorf("%w: it has no file", ErrNotPlanned)
	}
	if job, err = s.decided(ctx, job, d); err != nil {
		return Job{}, err
	}
	return s.enqueue(ctx, job.anew(correlation.ID(ctx)), audit.ImportReplanned)
}

// anew returns the job before its file was read, for a plan only.
func (j Job) anew(cause string) Job {
	j.DryRun, j.Digest, j.Cause = true, "", cause
	j.Counts, j.Planned, j.Done, j.Attempts = plan.Counts{}, plan.Counts{}, 0, 0
	j.Recognised, j.NeedsReview, j.Error, j.ReportKey = sheet.Recognised{}, nil, "", ""
	j.StartedAt, j.FinishedAt = time.Time{}, time.Time{}
	return j
}

// decided returns the job with the decision. Errors: *validate.Invalid.
func (s *Service) decided(ctx context.Context, job Job, d Decision) (Job, error) {
	var f validate.Faults
	if err := s.checkPackage(ctx, &f, job.Carrier, d.Package); err != nil {
		return job, err
	}
	job.Package = cmp.Or(d.Package, job.Package)
	if d.Profile != "" {
		profile, err := s.records.Profile(ctx, job.Carrier, d.Profile)
		switch {
		case errors.Is(err, commit.ErrNotFound):
			f.Add("/profile", "there is no profile %q", d.Profile)
		case err != nil:
			return job, err
		}
		job.ProfileName, job.Profile = d.Profile, &profile
		job = job.asProfiled()
	}
	if d.CountryCode != "" || d.Notation != "" {
		job.Profile = job.read(&f, d)
	}
	return job, f.Err()
}

// read returns the job's profile with the notation of numbers from the decision.
func (j Job) read(f *validate.Faults, d Decision) *Profile {
	var p Profile
	if j.Profile != nil {
		p = *j.Profile
	}
	p.CountryCode = cmp.Or(d.CountryCode, p.CountryCode)
	p.Notation = cmp.Or(d.Notation, p.Notation)
	if _, known := numberformat.CountryOf(p.CountryCode); !known {
		f.Add("/country_code", "%q is not a country's calling code, such as \"44\"", p.CountryCode)
	}
	return &p
}
