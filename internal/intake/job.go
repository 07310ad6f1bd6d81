package intake

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/did"
	"didpurchase/internal/intake/plan"
	"didpurchase/internal/intake/sheet"
)

// Status is the progress of a job.
type Status string

// The statuses.
const (
	AwaitingUpload Status = "awaiting_upload"
	Queued         Status = "queued"
	Running        Status = "running"
	Completed      Status = "completed"
	Failed         Status = "failed"
)

// Finished reports whether the job will not change any more.
func (s Status) Finished() bool { return s == Completed || s == Failed }

// Mode decides whether rejected rows stop the import of the others.
type Mode string

// The modes.
const (
	Partial      Mode = "partial"        // good rows are applied
	AllOrNothing Mode = "all_or_nothing" // nothing is applied if a row is rejected
)

// Strategy decides about numbers that a file does not list.
type Strategy string

// The strategies.
const (
	Add     Strategy = "add"     // nothing
	Replace Strategy = "replace" // it is withdrawn
)

// plansOnly reports whether a job stops at its plan. Withdrawals are shown before
// they are made, unless the request switches that off.
func (s Strategy) plansOnly(said *bool) bool {
	if said == nil {
		return s == Replace
	}
	return *said
}

// Object is one version of a file.
type Object struct {
	Bucket, Key string
	Version     string // "" where the bucket keeps none
}

// Job is the import of one file.
type Job struct {
	ID       string // a ULID
	Carrier  string
	Ver      int        // +1 at each write
	User     string     // the user who asked for it, "" for a dropped file
	By       auth.Actor // the one who asked for it or for its application; the job, for a dropped file
	Action   plan.Action
	Object   Object // Version "" until the file is there
	Inline   string // the file, if it is a few rows; otherwise ""
	Mode     Mode
	Strategy Strategy
	DryRun   bool // make the plan and its report, then wait for Apply
	// ProfileName is the profile's name, "" = none; Profile is that profile as it
	// was when the file came, so that a resumed job reads the file in the same way.
	ProfileName string
	Profile     *Profile
	Package     string // of rows that name none, "" = the profile's
	// NeedsReview has the points to check before the plan is applied; because
	// of them, a job that was to apply at once waits at its plan.
	NeedsReview []string
	Recognised  sheet.Recognised
	Status      Status
	plan.Counts
	// Applying is set before the first change, when the plan is stored with the
	// report: from then on, the job is completed, never cancelled.
	Applying   bool
	Planned    plan.Counts // the whole plan's
	Done       uint64      // steps of the plan that are done
	Digest     string      // of a dry run's plan: applying it must make the same changes
	Attempts   int         // starts since the last progress
	CreatedAt  time.Time
	NextAt     time.Time // when the sweep checks it, zero once finished
	StartedAt  time.Time // of the first attempt
	FinishedAt time.Time
	Error      string // why it failed, for people
	Cause      string // correlation id of the last request or announcement
	ReportKey  string // "" = no report (yet)
}

// Actor returns the job as the actor of its changes.
func (j Job) Actor() auth.Actor {
	return auth.Actor{Kind: auth.ByImport, ID: j.ID, Name: j.Filename()}
}

// Filename returns the file's name without its folders.
func (j Job) Filename() string { return path.Base(j.Object.Key) }

// asProfiled returns the job of a dropped file with its profile's settings; an
// upload has its own.
func (j Job) asProfiled() Job {
	if strings.HasPrefix(j.Object.Key, uploadFolder) {
		return j
	}
	j.Mode = cmp.Or(j.Profile.Mode, j.Mode)
	if j.Action == plan.Offer {
		j.Strategy = cmp.Or(j.Profile.Strategy, j.Strategy)
	}
	j.DryRun = j.Strategy.plansOnly(j.Profile.DryRun)
	return j
}

// waitsFor returns the job, waiting at its plan if a review is needed: asks stop
// every import, doubts only a dropped file, notes none. A profile can accept asks
// and doubts in advance.
func (j Job) waitsFor(asks, doubts, notes []string) Job {
	j.NeedsReview = slices.Concat(asks, doubts, notes)
	waved := j.Profile != nil && j.Profile.Review == sheet.Never
	dropped := j.Inline == "" && !strings.HasPrefix(j.Object.Key, uploadFolder)
	if j.Digest == "" && !waved && (len(asks) > 0 || dropped && len(doubts) > 0) {
		j.DryRun = true
	}
	return j
}

// uploadFolder is the folder of announced files.
const uploadFolder = "uploads/"

// The files of a job.
const (
	planFile     = "plan.csv"     // the report of a dry run
	applyingFile = "applying.csv" // the report of a plan that is being applied
	stepsFile    = "steps.json"   // the plan's steps
	reportFile   = "csv"
	jsonFile     = "json"
)

// file returns the key of one of the job's files.
func (j Job) file(name string) string { return "reports/" + j.Carrier + "/" + j.ID + "." + name }

// JSONReportKey returns the key of the report as JSON; "" = no report (yet).
func (j Job) JSONReportKey() string {
	if j.ReportKey == "" {
		return ""
	}
	return strings.TrimSuffix(j.ReportKey, reportFile) + jsonFile
}

// Left counts the rows that are still to be applied, as far as is known.
func (j Job) Left() uint64 {
	if j.Status != Running || !j.Applying {
		return 0
	}
	return j.Planned.Applied - min(j.Planned.Applied, j.Applied)
}

// JobUpdate replaces a job that still has version SeenVer; 0 = there is none.
type JobUpdate struct {
	SeenVer int
	To      Job
}

// Target names the job's item.
func (u JobUpdate) Target() string { return "import " + u.To.Carrier + "/" + u.To.ID }

func (j Job) update() JobUpdate {
	u := JobUpdate{SeenVer: j.Ver, To: j}
	u.To.Ver++
	return u
}

// unattended is the time after which the sweep checks whether a worker has taken a
// queued job.
const unattended = 30 * time.Second

func (j Job) queued(at time.Time) Job {
	j.Status, j.NextAt = Queued, at.Add(unattended)
	return j
}

func (j Job) started(at time.Time, lease time.Time) Job {
	if j.StartedAt.IsZero() {
		j.StartedAt = at
	}
	j.Status, j.NextAt = Running, lease.Add(did.Grace)
	j.Attempts++
	return j
}

func (j Job) finished(at time.Time, failure string) Job {
	j.Status, j.FinishedAt, j.NextAt, j.Error = Completed, at, time.Time{}, failure
	if failure != "" {
		j.Status = Failed
	}
	return j
}

// Lane lets one job of a carrier run at a time, in the order in which they came.
// The first of Queue is the running job, or the one whose worker died.
type Lane struct {
	Carrier string
	Ver     int      // +1 at each write, 0 = never written
	Queue   []string // job ids
	Holder  string   // the working holder, "" = none; the fence
	Until   time.Time
}

// LaneUpdate replaces a lane that still has version SeenVer.
type LaneUpdate struct {
	SeenVer int
	To      Lane
}

// Target names the lane's item.
func (u LaneUpdate) Target() string { return "import lane of " + u.To.Carrier }

func (l Lane) update() LaneUpdate {
	u := LaneUpdate{SeenVer: l.Ver, To: l}
	u.To.Ver++
	return u
}

// free reports whether a worker may take the lane.
func (l Lane) free(now time.Time) bool { return l.Holder == "" || l.Until.Add(did.Grace).Before(now) }

func (l Lane) push(job string) Lane {
	l.Queue = append(slices.Clone(l.Queue), job)
	return l
}

func (l Lane) pop() Lane {
	l.Queue = slices.Clone(l.Queue[1:])
	return l
}

func (l Lane) heldBy(holder string, until time.Time) Lane {
	l.Holder, l.Until = holder, until
	return l
}

func (l Lane) released() Lane {
	l.Holder, l.Until = "", time.Time{}
	return l
}

// same keeps the content of the lane: only its version moves on, which is the
// fence.
func (l Lane) same() Lane { return l }
