package staff

import (
	"context"
	"net/http"
	"time"

	"didpurchase/internal/httpapi"
	"didpurchase/internal/pricing"
	"didpurchase/internal/report"
	"didpurchase/internal/shop"
)

// ReportFiles makes reports and keeps the schedules of audits; *report.Service
// implements it, and documents the errors.
type ReportFiles interface {
	Create(ctx context.Context, carrier string, q report.Request) (report.Report, error)
	Get(ctx context.Context, carrier, id string) (report.Report, error)
	List(ctx context.Context, carrier string, limit int, after string) ([]report.Report, string, error)
	Download(ctx context.Context, carrier, id string) (r report.Report, filename string, err error)
	Cancel(ctx context.Context, carrier, id string) (report.Report, error)
	Schedules(ctx context.Context, carrier string, limit int, after string) ([]report.Schedule, string, error)
	Schedule(ctx context.Context, carrier, name string) (report.Schedule, error)
	PutSchedule(ctx context.Context, to report.Schedule) (report.Schedule, error)
	DeleteSchedule(ctx context.Context, carrier, name string) error
}

// Audits has the routes of reports as files, and of their schedules.
type Audits struct {
	Reports ReportFiles
	Files   Files
}

// Register implements httpapi.Group.
func (a Audits) Register(r *httpapi.Routes) {
	a.registerReports(r)
	a.registerFiles(r)
	a.registerSchedules(r)
}

// ReportRequest asks for a report.
type ReportRequest struct {
	Report string `json:"report" enum:"inventory,rentals,utilisation,idle,revenue,changes,nruf,rnd" doc:"inventory: every number, as runs of one state. rentals: every rental with its price. utilisation: the use of each range and its blocks of 1,000 numbers. idle: rentals without a call for 90 days, with their cost of a year. revenue: of a period, by customer, month and package. changes: acts and steps of numbers in a period. nruf: the use of US blocks of 1,000 numbers, in the terms of FCC Form 502. rnd: US numbers that were disconnected in a period, for the Reassigned Numbers Database."`
	From   string `json:"from,omitempty" maxLength:"40" doc:"The start of the period of revenue, changes or rnd: a time, or a date in your carrier's time zone. Without from and to it is the last calendar month." example:"2026-11-01"`
	To     string `json:"to,omitempty" maxLength:"40" doc:"The end of the period: a time, which is not included, or a date, which is included. Now if missing." example:"2026-11-30"`
	Format string `json:"format,omitempty" enum:"csv,xlsx" default:"csv"`
}

// ReportFile is a report on the wire.
type ReportFile struct {
	ID         string         `json:"id"`
	Report     string         `json:"report" enum:"inventory,rentals,utilisation,idle,revenue,changes,nruf,rnd"`
	Format     string         `json:"format" enum:"csv,xlsx"`
	Schedule   *string        `json:"schedule" doc:"The name of the schedule that asked for it; null for a person or a program."`
	From       *time.Time     `json:"from" doc:"The start of its period. A scheduled report about the present has the period of its schedule; any other report about the present has null."`
	To         *time.Time     `json:"to" doc:"The end of the period, not included."`
	AsOf       *time.Time     `json:"as_of" doc:"When the first row was about to be read. Everything that depends on the clock uses this moment. Each row is read once, between as_of and finished_at."`
	Status     string         `json:"status" enum:"queued,running,completed,failed,cancelled"`
	Rows       uint64         `json:"rows" doc:"The rows so far."`
	RowsAbout  *uint64        `json:"rows_about" doc:"About how many rows there will be; null if that is unknown."`
	Size       *int64         `json:"size" doc:"The size of the file in bytes; null until it is completed."`
	Recipients []string       `json:"recipients" doc:"The mail addresses that get a link."`
	Actor      *httpapi.Actor `json:"actor" doc:"The person, program or schedule that asked for it."`
	CreatedAt  time.Time      `json:"created_at"`
	StartedAt  *time.Time     `json:"started_at"`
	FinishedAt *time.Time     `json:"finished_at"`
	Error      *string        `json:"error" doc:"The reason of a failure."`
	Download   *string        `json:"download_url" doc:"The URL of the file; null until it is completed. It redirects to a presigned URL that is valid for 5 minutes. The audit notes each download." example:"/v1/reports/01JD/download"`
}

// ReportID is the path of a report.
type ReportID struct {
	ID string `path:"id" maxLength:"64"`
}

func (a Audits) registerReports(r *httpapi.Routes) {
	create := httpapi.Operation(http.MethodPost, "/v1/reports", "create-report", httpapi.TagStaff, "Make a report now",
		"Queues a report; GET /v1/reports/{id} shows its progress. It is made in the background, also of millions of "+
			"rows, and kept for 400 days.", http.StatusBadRequest)
	create.DefaultStatus = http.StatusAccepted
	httpapi.Register(r, create, func(ctx context.Context, in *struct{ Body ReportRequest }) (*httpapi.Out[ReportFile], error) {
		made, err := a.Reports.Create(ctx, httpapi.Caller(ctx).Carrier, report.Request{
			Kind: report.Kind(in.Body.Report), Format: report.Format(in.Body.Format), From: in.Body.From, To: in.Body.To,
		})
		return httpapi.Answer(wireReport(made), err)
	})

	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/reports", "list-reports", httpapi.TagStaff, "List reports",
		"The carrier's reports, newest first: finished ones with their download, and waiting and running ones with "+
			"their progress.",
		http.StatusBadRequest),
		func(ctx context.Context, in *httpapi.Page) (*httpapi.Out[httpapi.List[ReportFile]], error) {
			return httpapi.AnswerPage("reports", *in, wireReport, func(p shop.Page) ([]report.Report, string, error) {
				return a.Reports.List(ctx, httpapi.Caller(ctx).Carrier, p.Limit, p.After)
			})
		})

	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/reports/{id}", "get-report", httpapi.TagStaff,
		"Show a report", "Its progress, its outcome and its download.", http.StatusNotFound),
		func(ctx context.Context, in *ReportID) (*httpapi.Out[ReportFile], error) {
			found, err := a.Reports.Get(ctx, httpapi.Caller(ctx).Carrier, in.ID)
			return httpapi.Answer(wireReport(found), err)
		})
}

func (a Audits) registerFiles(r *httpapi.Routes) {
	httpapi.Register(r, httpapi.Operation(http.MethodPost, "/v1/reports/{id}/cancel", "cancel-report", httpapi.TagStaff,
		"Cancel a report", "Ends a report that is not finished. It is idempotent.", http.StatusNotFound, http.StatusConflict),
		func(ctx context.Context, in *ReportID) (*httpapi.Out[ReportFile], error) {
			ended, err := a.Reports.Cancel(ctx, httpapi.Caller(ctx).Carrier, in.ID)
			return httpapi.Answer(wireReport(ended), err)
		})

	download := httpapi.Operation(http.MethodGet, "/v1/reports/{id}/download", "download-report", httpapi.TagStaff,
		"Download a report", "Redirects to a presigned URL of the file, which is valid for 5 minutes. The audit notes who "+
			"downloaded it.",
		http.StatusNotFound, http.StatusConflict)
	download.DefaultStatus = http.StatusFound
	httpapi.Register(r, download, func(ctx context.Context, in *ReportID) (*redirect, error) {
		found, filename, err := a.Reports.Download(ctx, httpapi.Caller(ctx).Carrier, in.ID)
		if err != nil {
			return nil, err
		}
		url, err := a.Files.Get(ctx, found.FileKey(), filename, reportWithin)
		return &redirect{Location: url}, err
	})
}

// AuditEvery is the interval of a schedule.
type AuditEvery struct {
	Unit  string `json:"unit" enum:"day,week,month" doc:"A week begins on Monday, a month on its first day."`
	Count int    `json:"count,omitempty" minimum:"1" maximum:"366" default:"1" doc:"At most 366 days, 52 weeks or 12 months."`
}

// AuditScheduleRequest creates or changes a schedule.
type AuditScheduleRequest struct {
	Report     string     `json:"report" enum:"inventory,rentals,utilisation,idle,revenue,changes,nruf,rnd"`
	Every      AuditEvery `json:"every"`
	Format     string     `json:"format,omitempty" enum:"csv,xlsx" default:"csv"`
	Recipients []string   `json:"recipients,omitempty" maxItems:"20" doc:"Mail addresses that get a link to each report. The link asks for a sign-in." example:"[\"audit@example.com\"]"`
}

// AuditSchedule is a schedule on the wire.
type AuditSchedule struct {
	Name       string         `json:"name" example:"monthly-inventory"`
	Report     string         `json:"report" enum:"inventory,rentals,utilisation,idle,revenue,changes,nruf,rnd"`
	Every      AuditEvery     `json:"every"`
	Format     string         `json:"format" enum:"csv,xlsx"`
	Recipients []string       `json:"recipients"`
	NextAt     time.Time      `json:"next_at" doc:"When the next report is made: the start of a day in your carrier's time zone."`
	Since      time.Time      `json:"since" doc:"The start of the next report's period, which ends at next_at."`
	ChangedAt  time.Time      `json:"changed_at"`
	Actor      *httpapi.Actor `json:"actor" doc:"The person or program that wrote it last."`
}

// AuditScheduleName is the path of a schedule.
type AuditScheduleName struct {
	Name string `path:"name" maxLength:"40"`
}

func (a Audits) registerSchedules(r *httpapi.Routes) {
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/audit-schedules", "list-audit-schedules", httpapi.TagStaff,
		"List audit schedules", "The schedules by which reports are made, ascending by name.", http.StatusBadRequest),
		func(ctx context.Context, in *httpapi.Page) (*httpapi.Out[httpapi.List[AuditSchedule]], error) {
			return httpapi.AnswerPage("audit-schedules", *in, wireSchedule,
				func(p shop.Page) ([]report.Schedule, string, error) {
					return a.Reports.Schedules(ctx, httpapi.Caller(ctx).Carrier, p.Limit, p.After)
				})
		})

	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/audit-schedules/{name}", "get-audit-schedule",
		httpapi.TagStaff, "Show an audit schedule", "Its report, interval, recipients and next time.", http.StatusNotFound),
		func(ctx context.Context, in *AuditScheduleName) (*httpapi.Out[AuditSchedule], error) {
			found, err := a.Reports.Schedule(ctx, httpapi.Caller(ctx).Carrier, in.Name)
			return httpapi.Answer(wireSchedule(found), err)
		})

	httpapi.Register(r, httpapi.Operation(http.MethodPut, "/v1/audit-schedules/{name}", "put-audit-schedule",
		httpapi.TagStaff, "Create or change an audit schedule",
		"Makes the report at the start of each day, week or month in your carrier's time zone, for the "+
			"period before. Each period has one report, also after an outage. A changed interval begins at the next day, week "+
			"or month."),
		func(ctx context.Context, in *struct {
			AuditScheduleName
			Body AuditScheduleRequest
		}) (*httpapi.Out[AuditSchedule], error) {
			b := in.Body
			written, err := a.Reports.PutSchedule(ctx, report.Schedule{
				Carrier: httpapi.Caller(ctx).Carrier, Name: in.Name, Kind: report.Kind(b.Report), Format: report.Format(b.Format),
				Every: report.Every{Unit: pricing.Unit(b.Every.Unit), Count: b.Every.Count}, Recipients: b.Recipients,
			})
			return httpapi.Answer(wireSchedule(written), err)
		})

	remove := httpapi.Operation(http.MethodDelete, "/v1/audit-schedules/{name}", "delete-audit-schedule", httpapi.TagStaff,
		"Delete an audit schedule", "Its reports stay. It is idempotent.")
	remove.DefaultStatus = http.StatusNoContent
	httpapi.Register(r, remove, func(ctx context.Context, in *AuditScheduleName) (*struct{}, error) {
		return nil, a.Reports.DeleteSchedule(ctx, httpapi.Caller(ctx).Carrier, in.Name)
	})
}

func wireReport(r report.Report) ReportFile {
	w := ReportFile{
		ID: r.ID, Report: string(r.Kind), Format: string(r.Format), Schedule: httpapi.Optional(r.Schedule),
		From: httpapi.OptionalTime(r.Period.From), To: httpapi.OptionalTime(r.Period.To), AsOf: httpapi.OptionalTime(r.AsOf),
		Status: string(r.Status), Rows: r.Rows, Recipients: orNone(r.Recipients), Actor: httpapi.WireActor(r.By),
		CreatedAt: r.CreatedAt.UTC(), StartedAt: httpapi.OptionalTime(r.StartedAt),
		FinishedAt: httpapi.OptionalTime(r.FinishedAt), Error: httpapi.Optional(r.Error),
	}
	if r.About > 0 {
		w.RowsAbout = &r.About
	}
	if r.Status == report.Completed {
		url := "/v1/reports/" + r.ID + "/download"
		w.Size, w.Download = &r.Size, &url
	}
	return w
}

func wireSchedule(s report.Schedule) AuditSchedule {
	return AuditSchedule{
		Name: s.Name, Report: string(s.Kind), Every: AuditEvery{string(s.Every.Unit), s.Every.Count},
		Format: string(s.Format), Recipients: orNone(s.Recipients), NextAt: s.NextAt.UTC(), Since: s.Since.UTC(),
		ChangedAt: s.ChangedAt.UTC(), Actor: httpapi.WireActor(s.By),
	}
}

// orNone returns [] for no texts.
func orNone(texts []string) []string { return append([]string{}, texts...) }
