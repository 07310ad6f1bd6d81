package dynamo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"didpurchase/internal/commit"
	"didpurchase/internal/intake"
	"didpurchase/internal/intake/plan"
	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/ledger"
)

// jobItem is an import job; its id is its sort key. While it is unfinished it
// has a timer.
type jobItem struct {
	Carrier     string          `dynamodbav:"carrier"`
	Ver         int             `dynamodbav:"ver"`
	User        string          `dynamodbav:"user,omitempty"`
	Action      plan.Action     `dynamodbav:"action"`
	Bucket      string          `dynamodbav:"bucket"`
	Key         string          `dynamodbav:"key"`
	Version     string          `dynamodbav:"version,omitempty"`
	Inline      string          `dynamodbav:"inline,omitempty"`
	Mode        intake.Mode     `dynamodbav:"mode"`
	Strategy    intake.Strategy `dynamodbav:"strategy"`
	DryRun      bool            `dynamodbav:"dryRun,omitempty"`
	ProfileName string          `dynamodbav:"profile,omitempty"`
	Profile     string          `dynamodbav:"profileJSON,omitempty"`
	Package     string          `dynamodbav:"package,omitempty"`
	Recognised  recognisedItem  `dynamodbav:"recognised"`
	NeedsReview []string        `dynamodbav:"needsReview,omitempty"`
	Status      intake.Status   `dynamodbav:"status"`
	Counts      countsItem      `dynamodbav:"counts"`
	Applying    bool            `dynamodbav:"applying,omitempty"`
	Planned     countsItem      `dynamodbav:"planned"`
	Done        uint64          `dynamodbav:"done,omitempty"`
	Digest      string          `dynamodbav:"digest,omitempty"`
	Attempts    int             `dynamodbav:"attempts,omitempty"`
	CreatedAt   time.Time       `dynamodbav:"createdAt"`
	StartedAt   time.Time       `dynamodbav:"startedAt,omitempty"`
	FinishedAt  time.Time       `dynamodbav:"finishedAt,omitempty"`
	Error       string          `dynamodbav:"error,omitempty"`
	ReportKey   string          `dynamodbav:"reportKey,omitempty"`
	Cause       string          `dynamodbav:"cause,omitempty"`
	NextAt      time.Time       `dynamodbav:"nextAt,omitempty"`
	DuePK       string          `dynamodbav:"duePK,omitempty"`
	By          *actorItem      `dynamodbav:"by,omitempty"`
}

// countsItem has the counts of a job's rows.
type countsItem struct {
	Read          uint64 `dynamodbav:"read,omitempty"`
	Applied       uint64 `dynamodbav:"applied,omitempty"`
	Unchanged     uint64 `dynamodbav:"unchanged,omitempty"`
	Rejected      uint64 `dynamodbav:"rejected,omitempty"`
	DIDs          uint64 `dynamodbav:"dids,omitempty"`
	Withdrawn     uint64 `dynamodbav:"withdrawn,omitempty"`
	Repriced      uint64 `dynamodbav:"repriced,omitempty"`
	Updated       uint64 `dynamodbav:"updated,omitempty"`
	Touched       uint64 `dynamodbav:"touched,omitempty"`
	RangesAdded   uint64 `dynamodbav:"rangesAdded,omitempty"`
	RangesRemoved uint64 `dynamodbav:"rangesRemoved,omitempty"`
}

// recognisedItem has the recognised format of a job's file.
type recognisedItem struct {
	Compression string            `dynamodbav:"compression,omitempty"`
	Workbook    string            `dynamodbav:"sheet,omitempty"`
	OtherSheets []string          `dynamodbav:"otherSheets,omitempty"`
	HiddenRows  int               `dynamodbav:"hiddenRows,omitempty"`
	Encoding    sheet.Encoding    `dynamodbav:"encoding,omitempty"`
	Delimiter   string            `dynamodbav:"delimiter,omitempty"`
	HeaderLine  int               `dynamodbav:"headerLine,omitempty"`
	Columns     map[string]string `dynamodbav:"columns,omitempty"`
	CountryCode string            `dynamodbav:"countryCode,omitempty"`
	Notation    string            `dynamodbav:"notation,omitempty"`
	Decimal     string            `dynamodbav:"decimal,omitempty"`
	TwoHeaders  bool              `dynamodbav:"twoHeaders,omitempty"`
	Ignored     []string          `dynamodbav:"ignored,omitempty"`
	Doubt       string            `dynamodbav:"doubt,omitempty"`
	Sounding    []string          `dynamodbav:"sounding,omitempty"`
	Sample      []string          `dynamodbav:"sample,omitempty"`
}

// laneItem has the running import of a carrier, and the waiting ones.
type laneItem struct {
	Carrier string    `dynamodbav:"carrier"`
	Ver     int       `dynamodbav:"ver"`
	Queue   []string  `dynamodbav:"queue"`
	Holder  string    `dynamodbav:"holder,omitempty"`
	Until   time.Time `dynamodbav:"until,omitempty"`
}

// arrivalItem is the newest seen version of a file.
type arrivalItem struct {
	Carrier   string `dynamodbav:"carrier"`
	Key       string `dynamodbav:"key"`
	Ver       int    `dynamodbav:"ver"`
	Version   string `dynamodbav:"version,omitempty"`
	Sequencer string `dynamodbav:"sequencer,omitempty"`
	JobID     string `dynamodbav:"importId"`
}

// Job returns one of the carrier's jobs. Errors: commit.ErrNotFound.
func (s *Store) Job(ctx context.Context, carrier, id string) (intake.Job, error) {
	i, err := s.get(ctx, jobKey(carrier, id))
	if err != nil {
		return intake.Job{}, err
	}
	if i == nil {
		return intake.Job{}, fmt.Errorf("%w: import %s of %s", commit.ErrNotFound, id, carrier)
	}
	return readJob(i)
}

// Jobs returns the carrier's jobs, newest first; they may be a moment late.
func (s *Store) Jobs(ctx context.Context, carrier string, limit int,
	after string) (jobs []intake.Job, next string, err error) {
	items, next, err := s.page(ctx, listing{pk: jobPK(carrier), after: after, backward: true, stale: true}, limit)
	if err != nil {
		return nil, "", err
	}
	jobs, err = readEach(items, readJob)
	return jobs, next, err
}

// Lane returns the carrier's lane, empty with Ver 0 if it was never written.
func (s *Store) Lane(ctx context.Context, carrier string) (intake.Lane, error) {
	i, err := s.get(ctx, laneKey(carrier))
	if err != nil || i == nil {
		return intake.Lane{Carrier: carrier}, err
	}
	return readLane(i)
}

// Arrival returns the newest seen version of a file, with Ver 0 if there is
// none.
func (s *Store) Arrival(ctx context.Context, carrier, objectKey string) (intake.Arrival, error) {
	i, err := s.get(ctx, arrivalKey(carrier, objectKey))
	if err != nil || i == nil {
		return intake.Arrival{Carrier: carrier, Key: objectKey}, err
	}
	return readArrival(i)
}

// CarrierExists reports whether the carrier exists.
func (s *Store) CarrierExists(ctx context.Context, carrier string) (bool, error) {
	_, err := s.Carrier(ctx, carrier)
	if errors.Is(err, commit.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

func (s *Store) writeJob(u intake.JobUpdate) (write, error) {
	v, err := jobItemOf(u.To)
	if err != nil {
		return write{}, err
	}
	action, err := s.put(jobKey(u.To.Carrier, u.To.ID), v, unmoved(u.SeenVer))
	return write{change: u, action: action, current: reading(readJob)}, err
}

func (s *Store) writeLane(u intake.LaneUpdate) (write, error) {
	l := u.To
	action, err := s.put(laneKey(l.Carrier), laneItem(l), unmoved(u.SeenVer))
	return write{change: u, action: action, current: reading(readLane)}, err
}

func (s *Store) writeArrival(u intake.ArrivalUpdate) (write, error) {
	a := u.To
	v := arrivalItem{Carrier: a.Carrier, Key: a.Key, Ver: a.Ver, Version: a.Version, Sequencer: a.Sequencer,
		JobID: a.JobID}
	action, err := s.put(arrivalKey(a.Carrier, a.Key), v, unmoved(u.SeenVer))
	return write{change: u, action: action, current: reading(readArrival)}, err
}

func jobItemOf(j intake.Job) (jobItem, error) {
	i := jobItem{
		Carrier: j.Carrier, Ver: j.Ver, User: j.User, Action: j.Action,
		Bucket: j.Object.Bucket, Key: j.Object.Key, Version: j.Object.Version, Inline: j.Inline,
		Mode: j.Mode, Strategy: j.Strategy, DryRun: j.DryRun, ProfileName: j.ProfileName, Package: j.Package,
		Recognised: recognisedItem(j.Recognised), NeedsReview: j.NeedsReview, Status: j.Status, Counts: countsItem(j.Counts),
		Applying: j.Applying, Planned: countsItem(j.Planned), Done: j.Done, Digest: j.Digest, Attempts: j.Attempts,
		CreatedAt: j.CreatedAt, StartedAt: j.StartedAt, FinishedAt: j.FinishedAt,
		Error: j.Error, ReportKey: j.ReportKey, NextAt: j.NextAt, Cause: j.Cause, By: actorItemOf(j.By),
	}
	if !j.NextAt.IsZero() {
		i.DuePK = duePK(ledger.Customer{Carrier: j.Carrier})
	}
	if j.Profile == nil {
		return i, nil
	}
	profile, err := json.Marshal(j.Profile)
	i.Profile = string(profile)
	return i, err
}

func readJob(i item) (intake.Job, error) {
	var v jobItem
	if err := decode(i, &v); err != nil {
		return intake.Job{}, err
	}
	j := intake.Job{
		ID: text(i, "sk"), Carrier: v.Carrier, Ver: v.Ver, User: v.User, Action: v.Action,
		Object: intake.Object{Bucket: v.Bucket, Key: v.Key, Version: v.Version}, Inline: v.Inline,
		Mode: v.Mode, Strategy: v.Strategy, DryRun: v.DryRun, ProfileName: v.ProfileName, Package: v.Package,
		Recognised: sheet.Recognised(v.Recognised), NeedsReview: v.NeedsReview, Status: v.Status,
		Counts:   plan.Counts(v.Counts),
		Applying: v.Applying, Planned: plan.Counts(v.Planned), Done: v.Done, Digest: v.Digest, Attempts: v.Attempts,
		CreatedAt: v.CreatedAt, StartedAt: v.StartedAt, FinishedAt: v.FinishedAt,
		Error: v.Error, ReportKey: v.ReportKey, NextAt: v.NextAt, Cause: v.Cause, By: v.By.actor(),
	}
	if v.Profile == "" {
		return j, nil
	}
	j.Profile = &intake.Profile{}
	if err := json.Unmarshal([]byte(v.Profile), j.Profile); err != nil {
		return j, fmt.Errorf("dynamo: profile of import %s: %w", j.ID, err)
	}
	return j, nil
}

func readLane(i item) (intake.Lane, error) {
	var v laneItem
	err := decode(i, &v)
	return intake.Lane(v), err
}

func readArrival(i item) (intake.Arrival, error) {
	var v arrivalItem
	err := decode(i, &v)
	return intake.Arrival{Carrier: v.Carrier, Key: v.Key, Ver: v.Ver, Version: v.Version, Sequencer: v.Sequencer,
		JobID: v.JobID}, err
}
