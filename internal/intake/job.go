package intake

import (
	"path"
	"slices"
	"time"

	"didpurchase/internal/did"
)

// Status is where a job stands.
type Status string

// The statuses.
const (
	AwaitingUpload Status = "awaiting_upload"
	Queued         Status = "queued"
	Running        Status = "running"
	Completed      Status = "completed"
	Failed         Status = "failed"
)

// Finished says whether nothing more happens to the job.
func (s Status) Finished() bool { return s == Completed || s == Failed }

// Mode is what rejected rows mean for the others.
type Mode string

// The modes.
const (
	Partial      Mode = "partial"        // good rows are applied
	AllOrNothing Mode = "all_or_nothing" // one bad row, and none is
)

// Object is one version of a file.
type Object struct {
	Bucket, Key string
	Version     string // "" where the bucket keeps none
}

// Counts is what came of a job's rows, so far or in the end.
type Counts struct {
	Read, Applied, Unchanged, Rejected uint64 // rows
	DIDs                               uint64 // numbers newly offered
}

// Job is one file on its way in.
type Job struct {
	ID      string // a ULID
	Carrier string
	Ver     int    // +1 at each write
	User    string // who asked for it, "" for a file that was dropped
	Object  Object // Version "" until the file is there
	Mode    Mode
	// ProfileName is the profile's, "" = none; Profile is that profile as it
	// stood when the file came, so that a resumed job reads the file the same.
	ProfileName string
	Profile     *Profile
	Status      Status
	Counts
	// Applying is set before the first range is written: from then on, the job is
	// finished, never called off.
	Applying   bool
	Attempts   int // starts since it last got on
	CreatedAt  time.Time
	NextAt     time.Time // when to look after it, zero once finished
	StartedAt  time.Time // of the first attempt
	FinishedAt time.Time
	Error      string // why it failed, for people
	ReportKey  string // "" = no report (yet)
}

// Filename is the file's name without its folders.
func (j Job) Filename() string { return path.Base(j.Object.Key) }

// reportKey is where a job's report goes.
func (j Job) reportKey() string { return "reports/" + j.Carrier + "/" + j.ID + ".csv" }

// JobUpdate replaces a job that still stands at SeenVer; 0 = there is none.
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

// unattended is how long a queued job may wait before the sweep looks whether
// somebody works on it.
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

// Lane lets one job of a carrier run at a time, the others in the order in
// which they came: the first of Queue is the one that runs, or ran until its
// worker died.
type Lane struct {
	Carrier string
	Ver     int      // +1 at each write, 0 = never written
	Queue   []string // job ids
	Holder  string   // who works, "" = nobody; the fence
	Until   time.Time
}

// LaneUpdate replaces a lane that still stands at SeenVer.
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

// free says whether a worker may take the lane.
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

// same keeps the lane as it is: its version alone moves on, which is the fence.
func (l Lane) same() Lane { return l }
