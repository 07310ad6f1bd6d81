package dynamo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"didpurchase/internal/audit"
	"didpurchase/internal/commit"
	"didpurchase/internal/ledger"
	"didpurchase/internal/pricing"
	"didpurchase/internal/report"
)

// reportItem is a report; its id is in its sort key. While it is unfinished it has
// a timer.
type reportItem struct {
	Carrier    string        `dynamodbav:"carrier"`
	Ver        int           `dynamodbav:"ver"`
	Kind       report.Kind   `dynamodbav:"kind"`
	Format     report.Format `dynamodbav:"format"`
	Schedule   string        `dynamodbav:"schedule,omitempty"`
	From       time.Time     `dynamodbav:"from,omitempty"`
	To         time.Time     `dynamodbav:"to,omitempty"`
	AsOf       time.Time     `dynamodbav:"asOf,omitempty"`
	Recipients []string      `dynamodbav:"recipients,omitempty"`
	By         *actorItem    `dynamodbav:"by,omitempty"`
	Status     report.Status `dynamodbav:"status"`
	Parts      []string      `dynamodbav:"parts,omitempty"`
	Place      string        `dynamodbav:"place,omitempty"`
	IsRead     bool          `dynamodbav:"isRead,omitempty"`
	Rows       uint64        `dynamodbav:"rows,omitempty"`
	About      uint64        `dynamodbav:"about,omitempty"`
	Size       int64         `dynamodbav:"size,omitempty"`
	Attempts   int           `dynamodbav:"attempts,omitempty"`
	Holder     string        `dynamodbav:"holder,omitempty"`
	Until      time.Time     `dynamodbav:"until,omitempty"`
	CreatedAt  time.Time     `dynamodbav:"createdAt"`
	StartedAt  time.Time     `dynamodbav:"startedAt,omitempty"`
	FinishedAt time.Time     `dynamodbav:"finishedAt,omitempty"`
	Error      string        `dynamodbav:"error,omitempty"`
	Cause      string        `dynamodbav:"cause,omitempty"`
	NextAt     time.Time     `dynamodbav:"nextAt,omitempty"`
	DuePK      string        `dynamodbav:"duePK,omitempty"`

	TTL attributevalue.UnixTime `dynamodbav:"ttl"`
}

// scheduleItem is an audit schedule; its name is in its sort key.
type scheduleItem struct {
	Carrier    string        `dynamodbav:"carrier"`
	Ver        int           `dynamodbav:"ver"`
	Kind       report.Kind   `dynamodbav:"kind"`
	Unit       pricing.Unit  `dynamodbav:"unit"`
	Count      int           `dynamodbav:"n"`
	Format     report.Format `dynamodbav:"format"`
	Recipients []string      `dynamodbav:"recipients,omitempty"`
	By         *actorItem    `dynamodbav:"by,omitempty"`
	ChangedAt  time.Time     `dynamodbav:"changedAt"`
	Day        string        `dynamodbav:"day"`
	Since      time.Time     `dynamodbav:"since"`
	NextAt     time.Time     `dynamodbav:"nextAt"`
	DuePK      string        `dynamodbav:"duePK"`
}

// ReportLife is how long a report is listed; the bucket's lifecycle rule keeps its
// file as long.
const ReportLife = 400 * 24 * time.Hour

const (
	prefixReport   = "R#"
	prefixSchedule = "SCHEDULE#"
)

func reportsPK(carrier string) string { return "REPORTS#" + carrier }

func reportKey(carrier, id string) key { return key{reportsPK(carrier), prefixReport + id} }

func scheduleKey(carrier, name string) key { return key{reportsPK(carrier), prefixSchedule + name} }

// Report returns one of the carrier's reports. Errors: commit.ErrNotFound.
func (s *Store) Report(ctx context.Context, carrier, id string) (report.Report, error) {
	i, err := s.get(ctx, reportKey(carrier, id))
	if err != nil {
		return report.Report{}, err
	}
	if i == nil {
		return report.Report{}, fmt.Errorf("%w: report %s of %s", commit.ErrNotFound, id, carrier)
	}
	return readReport(i)
}

// ReportRecipients implements notice.Store.
func (s *Store) ReportRecipients(ctx context.Context, carrier, id string) ([]string, error) {
	r, err := s.Report(ctx, carrier, id)
	return r.Recipients, err
}

// ReportsOf returns a page of the carrier's reports, newest first.
func (s *Store) ReportsOf(ctx context.Context, carrier string, limit int,
	after string) (list []report.Report, next string, err error) {
	l := listing{pk: reportsPK(carrier), prefix: prefixReport, backward: true}
	if after != "" {
		l.after = prefixReport + after
	}
	items, next, err := s.page(ctx, l, limit)
	if err != nil {
		return nil, "", err
	}
	list, err = readEach(items, readReport)
	return list, strings.TrimPrefix(next, prefixReport), err
}

// AuditSchedule returns one of the carrier's schedules. Errors: commit.ErrNotFound.
func (s *Store) AuditSchedule(ctx context.Context, carrier, name string) (report.Schedule, error) {
	i, err := s.get(ctx, scheduleKey(carrier, name))
	if err != nil {
		return report.Schedule{}, err
	}
	if i == nil {
		return report.Schedule{}, fmt.Errorf("%w: audit schedule %s of %s", commit.ErrNotFound, name, carrier)
	}
	return readSchedule(i)
}

// AuditSchedules returns a page of the carrier's schedules, ascending by name.
func (s *Store) AuditSchedules(ctx context.Context, carrier string, limit int,
	after string) (list []report.Schedule, next string, err error) {
	l := listing{pk: reportsPK(carrier), prefix: prefixSchedule}
	if after != "" {
		l.after = prefixSchedule + after
	}
	items, next, err := s.page(ctx, l, limit)
	if err != nil {
		return nil, "", err
	}
	list, err = readEach(items, readSchedule)
	return list, strings.TrimPrefix(next, prefixSchedule), err
}

func (s *Store) writeReport(u report.Update) (write, error) {
	r := u.To
	i := reportItem{
		Carrier: r.Carrier, Ver: r.Ver, Kind: r.Kind, Format: r.Format, Schedule: r.Schedule, From: r.Period.From,
		To: r.Period.To, AsOf: r.AsOf, Recipients: r.Recipients, By: actorItemOf(r.By), Status: r.Status, Parts: r.Parts,
		Place: r.Place, IsRead: r.IsRead, Rows: r.Rows, About: r.About, Size: r.Size, Attempts: r.Attempts,
		Holder: r.Holder, Until: r.Until, CreatedAt: r.CreatedAt, StartedAt: r.StartedAt, FinishedAt: r.FinishedAt,
		Error: r.Error, Cause: r.Cause, NextAt: r.NextAt, TTL: attributevalue.UnixTime(r.CreatedAt.Add(ReportLife)),
	}
	if !r.NextAt.IsZero() {
		i.DuePK = duePK(ledger.Customer{Carrier: r.Carrier})
	}
	action, err := s.put(reportKey(r.Carrier, r.ID), i, unmoved(u.SeenVer))
	return write{change: u, action: action, current: reading(readReport)}, err
}

func readReport(i item) (report.Report, error) {
	var v reportItem
	err := decode(i, &v)
	return report.Report{
		ID: strings.TrimPrefix(text(i, "sk"), prefixReport), Carrier: v.Carrier, Ver: v.Ver, Kind: v.Kind, Format: v.Format,
		Schedule: v.Schedule, Period: report.Period{From: v.From, To: v.To}, AsOf: v.AsOf, Recipients: v.Recipients,
		By: v.By.actor(), Status: v.Status, Parts: v.Parts, Place: v.Place, IsRead: v.IsRead, Rows: v.Rows, About: v.About,
		Size: v.Size, Attempts: v.Attempts, Holder: v.Holder, Until: v.Until, NextAt: v.NextAt, CreatedAt: v.CreatedAt,
		StartedAt: v.StartedAt, FinishedAt: v.FinishedAt, Error: v.Error, Cause: v.Cause,
	}, err
}

func (s *Store) writeSchedule(u report.ScheduleUpdate) (w write, err error) {
	k, to := scheduleKey(u.To.Carrier, u.To.Name), u.To
	w = write{change: u, current: reading(readSchedule)}
	if u.Deleted {
		w.action, err = s.remove(k, unmoved(u.SeenVer))
		return w, err
	}
	w.action, err = s.put(k, scheduleItem{
		Carrier: to.Carrier, Ver: to.Ver, Kind: to.Kind, Unit: to.Every.Unit, Count: to.Every.Count, Format: to.Format,
		Recipients: to.Recipients, By: actorItemOf(to.By), ChangedAt: to.ChangedAt, Day: to.Day.String(), Since: to.Since,
		NextAt: to.NextAt, DuePK: duePK(ledger.Customer{Carrier: to.Carrier}),
	}, unmoved(u.SeenVer))
	return w, err
}

func readSchedule(i item) (report.Schedule, error) {
	var v scheduleItem
	if err := decode(i, &v); err != nil {
		return report.Schedule{}, err
	}
	day, err := report.ParseDay(v.Day)
	if err != nil {
		return report.Schedule{}, damaged(i, err)
	}
	return report.Schedule{
		Carrier: v.Carrier, Name: strings.TrimPrefix(text(i, "sk"), prefixSchedule), Ver: v.Ver, Kind: v.Kind,
		Every: report.Every{Unit: v.Unit, Count: v.Count}, Format: v.Format, Recipients: v.Recipients, By: v.By.actor(),
		ChangedAt: v.ChangedAt, Day: day, Since: v.Since, NextAt: v.NextAt,
	}, nil
}

// ActsAfter returns at most limit acts of a month such as 2026-11, in UTC, the
// oldest first, after a place; next is the place of the next call, "" at the end.
func (s *Store) ActsAfter(ctx context.Context, carrier, month, after string,
	limit int) (acts []audit.Entry, next string, err error) {
	items, next, err := s.page(ctx, listing{pk: auditPK(carrier, month), after: after}, limit)
	if err != nil {
		return nil, "", err
	}
	acts, err = readEach(items, readAudit)
	return acts, next, err
}

// CountOwned counts the rows of a customer's rentals in the index, with aging ones.
func (s *Store) CountOwned(ctx context.Context, c ledger.Customer) (n uint64, err error) {
	e, err := expression.NewBuilder().WithKeyCondition(ownedBetween(c, "", "")).Build()
	if err != nil {
		return 0, fmt.Errorf("dynamo: count of rentals: %w", err)
	}
	pages := dynamodb.NewQueryPaginator(s.db, &dynamodb.QueryInput{
		TableName: &s.table, IndexName: aws.String(indexRentals), Select: types.SelectCount,
		KeyConditionExpression: e.KeyCondition(), ExpressionAttributeNames: e.Names(), ExpressionAttributeValues: e.Values(),
	})
	for pages.HasMorePages() {
		out, err := pages.NextPage(ctx)
		if err != nil {
			return 0, fmt.Errorf("dynamo: count of rentals of %s: %w", c, err)
		}
		n += uint64(out.Count)
	}
	return n, nil
}
