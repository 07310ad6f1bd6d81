// Package report makes the reports of a carrier: of its inventory, rentals, use,
// revenue and changes, and the forms of regulators. A report is made once on
// request or by a schedule, in parts that are stored as they are read, so that a
// worker that dies loses at most one part. The package knows neither the database
// nor the file store.
//
// A report has one moment, AsOf, that is fixed when its first worker begins.
// Everything that depends on the clock (lapsed holds, days without a call) is
// decided by it. The database can't be read as it was: each row is read once,
// between AsOf and the end of the report. A part that is stored is never read
// again, so a report that is resumed is the same file as one that is not.
package report

import (
	"time"

	"didpurchase/internal/auth"
)

// Kind is the content of a report.
type Kind string

// The kinds.
const (
	Inventory   Kind = "inventory"   // every number, as runs of one state
	Rentals     Kind = "rentals"     // every rental with its price
	Utilisation Kind = "utilisation" // the use of each range and of its blocks of 1,000 numbers
	Idle        Kind = "idle"        // rentals without a call, with their cost of a year
	Revenue     Kind = "revenue"     // revenue of a period by customer, month and package
	Changes     Kind = "changes"     // acts and steps of numbers in a period
	NumberUse   Kind = "nruf"        // use of US blocks of 1,000 numbers, as FCC Form 502 asks for it
	Disconnects Kind = "rnd"         // US numbers that were disconnected in a period, for the Reassigned Numbers Database
)

// Kinds lists every kind.
var Kinds = []Kind{Inventory, Rentals, Utilisation, Idle, Revenue, Changes, NumberUse, Disconnects}

// HasPeriod reports whether the report is about a period. The others are about
// one moment.
func (k Kind) HasPeriod() bool { return k == Revenue || k == Changes || k == Disconnects }

// Format is the format of the file.
type Format string

// The formats.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// Status is the progress of a report.
type Status string

// The statuses.
const (
	Queued    Status = "queued"
	Running   Status = "running"
	Completed Status = "completed"
	Failed    Status = "failed"
	Cancelled Status = "cancelled"
)

// Finished reports whether the report will not change any more.
func (s Status) Finished() bool { return s == Completed || s == Failed || s == Cancelled }

// Period is a time; From is included, To is not.
type Period struct{ From, To time.Time }

// Contains reports whether a moment is in the period.
func (p Period) Contains(t time.Time) bool { return !t.Before(p.From) && t.Before(p.To) }

// Report is one report, made or in the making.
type Report struct {
	ID         string // a ULID
	Carrier    string
	Ver        int // +1 at each write
	Kind       Kind
	Format     Format
	Schedule   string // the name of the schedule that asked for it; "" for a person or a program
	Period     Period // of a kind that has one, and of each scheduled report
	AsOf       time.Time
	Recipients []string // mail addresses that get a link when it is done
	By         auth.Actor
	Status     Status

	Parts  []string // the stored parts, by the holders that wrote them
	Place  string   // where the next part begins
	IsRead bool     // every part is stored; the file is not
	Rows   uint64   // in the stored parts
	About  uint64   // the expected number of rows; 0 if unknown
	Size   int64    // of the file, in bytes

	Attempts   int    // attempts since the last progress
	Holder     string // the worker that makes it, "" for none; the fence
	Until      time.Time
	NextAt     time.Time // when the sweep wakes a worker for it; zero once finished
	CreatedAt  time.Time
	StartedAt  time.Time
	FinishedAt time.Time
	Error      string // the reason of a failure, for people
	Cause      string // correlation id of the request
}

// Update replaces a report that still has version SeenVer; 0 = there is none.
type Update struct {
	SeenVer int
	To      Report
}

// Target names the report's item.
func (u Update) Target() string { return "report " + u.To.Carrier + "/" + u.To.ID }

func (r Report) update() Update {
	u := Update{SeenVer: r.Ver, To: r}
	u.To.Ver++
	return u
}

// FileKey is the key of the finished file in the bucket.
func (r Report) FileKey() string { return "audits/" + r.Carrier + "/" + r.ID + "." + string(r.Format) }

// Filename is the name under which people save the file, such as
// rentals-2026-11-30.csv: the day of its moment, or the first and the last day of
// its period.
func (r Report) Filename(loc *time.Location) string {
	name := string(r.Kind) + "-" + r.AsOf.In(loc).Format(time.DateOnly)
	if r.Kind.HasPeriod() {
		last := r.Period.To.Add(-time.Millisecond)
		name = string(r.Kind) + "-" + r.Period.From.In(loc).Format(time.DateOnly) + "-to-" +
			last.In(loc).Format(time.DateOnly)
	}
	return name + "." + string(r.Format)
}

// finished ends the report, with the reason if it failed.
func (r Report) finished(at time.Time, s Status, reason string) Report {
	r.Status, r.FinishedAt, r.NextAt, r.Error = s, at, time.Time{}, reason
	r.Holder, r.Until = "", time.Time{}
	return r
}
