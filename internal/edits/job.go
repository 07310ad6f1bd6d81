package edits

import (
	"fmt"
	"slices"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
)

// Status is the progress of a job.
type Status string

// The statuses. A cancelled job keeps the changes that it has made.
const (
	Running   Status = "running"
	Completed Status = "completed"
	Cancelled Status = "cancelled"
)

// Ended reports whether the job changes nothing any more.
func (s Status) Ended() bool { return s != Running }

// Kind is where a job's numbers and changes come from.
type Kind string

// The kinds.
const (
	Direct Kind = "edit"  // its own parts have them
	Apply  Kind = "apply" // the numbers and changes of a dry run
	Undo   Kind = "undo"  // the numbers that a job changed, back to their old values
)

// Job is an edit of many rentals.
type Job struct {
	ID       string // a ULID
	Customer ledger.Customer
	Ver      int // +1 at each write
	Kind     Kind
	Of       string // the job that it applies or undoes
	Next     string // the job that applies or undoes this one
	Change   Change // for numbers without a change of their own
	Source   string // how the numbers were chosen, for people
	DryRun   bool
	Status   Status
	Parts    int // of its numbers
	Done     int // parts that are worked off
	Counts
	Most      money.Amount // the most that reclaimed numbers may cost
	Total     money.Amount // the cost of the reclaimed numbers; of a dry run, their price
	By        auth.Actor   // who asked for it
	Approves  bool         // By is allowed to approve orders, so that a reclaim needs no approval
	Cause     string       // correlation id of the request
	CreatedAt time.Time
	At        time.Time // of its last step
	NextAt    time.Time // when the sweep resumes it; zero when it has ended
}

// Counts counts the numbers of a job by their outcomes.
type Counts struct {
	Selected  int // all, with the rows of a file that can't be read
	Changed   int // of a dry run: that would change
	Unchanged int // they have the wanted values already
	Rejected  int
}

// Left counts the numbers without an outcome.
func (c Counts) Left() int { return c.Selected - c.Changed - c.Unchanged - c.Rejected }

// ExpiresAt is when the job and its parts are deleted.
func (j Job) ExpiresAt() time.Time { return j.CreatedAt.Add(keptFor) }

// MayUndo reports whether the job can be undone at a moment.
func (j Job) MayUndo(now time.Time) bool {
	return j.Status.Ended() && !j.DryRun && j.Next == "" && j.Changed > 0 && j.Change.Action != Reclaim &&
		!now.After(j.At.Add(UndoWithin))
}

// MayApply reports whether the job is a dry run that can be applied.
func (j Job) MayApply() bool { return j.Status == Completed && j.DryRun && j.Next == "" }

// Update replaces a job that still has version SeenVer, 0 for a new one.
type Update struct {
	SeenVer int
	To      Job
}

// Target names the job's item.
func (u Update) Target() string { return fmt.Sprintf("edit %s %s", u.To.Customer, u.To.ID) }

// RunningJobs lists a customer's running jobs. A job that has ended stays in the
// list until the next one begins.
type RunningJobs struct {
	Customer ledger.Customer
	Ver      int // +1 at each write
	IDs      []string
}

// RunningUpdate replaces the list that still has version SeenVer, 0 for none.
type RunningUpdate struct {
	SeenVer int
	To      RunningJobs
}

// Target names the list's item.
func (u RunningUpdate) Target() string { return "running edits " + u.To.Customer.String() }

func (j Job) update() Update {
	u := Update{SeenVer: j.Ver, To: j}
	u.To.Ver++
	return u
}

// worked returns the job after a step.
func (j Job) worked(now time.Time) Job {
	j.At, j.NextAt = now, now.Add(resumeAfter)
	return j
}

// ended returns the job at its end.
func (j Job) ended(s Status, now time.Time) Job {
	j.Status, j.At, j.NextAt = s, now, time.Time{}
	return j
}

// Outcome is what happened to a number.
type Outcome string

// The outcomes; "" means that the number is not decided yet.
const (
	Changed     Outcome = "changed"
	WouldChange Outcome = "would_change" // of a dry run
	Unchanged   Outcome = "unchanged"
	Rejected    Outcome = "rejected"
)

// Part is up to perPart numbers of a job.
type Part struct {
	Customer  ledger.Customer
	JobID     string
	Index     int // from 0
	Ver       int // +1 at each write
	Rows      []Row
	ExpiresAt time.Time
}

// Target names the part's item.
func (p Part) Target() string { return fmt.Sprintf("edit part %s %s %d", p.Customer, p.JobID, p.Index) }

// hasNumbersOf reports whether a part has the place and the numbers of another.
func (p Part) hasNumbersOf(q Part) bool {
	return p.Index == q.Index && p.Ver == q.Ver &&
		slices.EqualFunc(p.Rows, q.Rows, func(a, b Row) bool { return a.Line == b.Line && a.Number == b.Number })
}

// Row is one number of a job.
type Row struct {
	Line    int         // of the file; 0 without one
	Text    string      // of a file's number that can't be read
	Number  e164.Number // 0 of one that can't be read
	Change  *Change     // of a file's row; nil = the job's
	Outcome Outcome
	Code    string // of a rejected one: the code of the problem that a single request would get
	Detail  string
	Old     Values // of a changed one: what the change replaced
	New     Values
}

// change returns the row's change.
func (r Row) change(j Job) Change {
	if r.Change != nil {
		return *r.Change
	}
	return j.Change
}

func (r Row) rejected(code, detail string) Row {
	r.Outcome, r.Code, r.Detail = Rejected, code, detail
	return r
}

// size estimates the bytes of the row in its item.
func (r Row) size() int {
	n := 80 + len(r.Text) + len(r.Detail) + r.Old.size() + r.New.size()
	if r.Change != nil {
		n += r.Change.size()
	}
	return n
}

// count adds the row's outcome.
func (c *Counts) count(o Outcome) {
	switch o {
	case Changed, WouldChange:
		c.Changed++
	case Unchanged:
		c.Unchanged++
	case Rejected:
		c.Rejected++
	}
}
