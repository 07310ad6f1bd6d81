package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"didpurchase/internal/intake"
	"didpurchase/internal/shop"
)

// Imports are a carrier's import jobs and profiles; *intake.Service is one.
type Imports interface {
	// Create makes a job that awaits its file at Object.Key. Errors: *intake.Invalid.
	Create(ctx context.Context, carrier, user string, r intake.Request) (intake.Job, error)
	// Get is one of the carrier's jobs. Errors: intake.ErrNotFound.
	Get(ctx context.Context, carrier, id string) (intake.Job, error)
	// List is the carrier's jobs, newest first.
	List(ctx context.Context, carrier string, limit int, after string) (jobs []intake.Job, next string, err error)
	// Profile is the carrier's profile of that name. Errors: intake.ErrNotFound.
	Profile(ctx context.Context, carrier, name string) (intake.Profile, error)
	// PutProfile makes or replaces it. Errors: *intake.Invalid.
	PutProfile(ctx context.Context, carrier, name string, p intake.Profile) error
}

// Files are the bucket's URLs for people without credentials.
type Files interface {
	// Put is a URL that takes one upload of the object until it expires.
	Put(ctx context.Context, key string, expires time.Duration) (string, error)
	// Get is a URL that gives the object until it expires, to be saved as filename.
	Get(ctx context.Context, key, filename string, expires time.Duration) (string, error)
}

const (
	uploadWithin = time.Hour
	reportWithin = 5 * time.Minute
)

// ImportRequest announces a file.
type ImportRequest struct {
	Filename string `json:"filename" example:"ranges.csv"`
	Profile  string `json:"profile,omitempty" doc:"The import profile that says how to read the file; without one, by its header." example:"ofcom"`
	Mode     string `json:"mode,omitempty" enum:"partial,all_or_nothing" default:"partial" doc:"Whether the good rows are applied when others are rejected."`
	Strategy string `json:"strategy,omitempty" enum:"add,replace" default:"add" doc:"What becomes of ranges that the file lacks. Only add, which leaves them, is offered yet."`
	DryRun   bool   `json:"dry_run,omitempty" doc:"Not offered yet."`
}

// Import is an import job on the wire.
type Import struct {
	ID            string     `json:"id"`
	Source        string     `json:"source" doc:"The file's key in the bucket." example:"inventory/acme/ranges.csv"`
	Profile       *string    `json:"profile"`
	Mode          string     `json:"mode" enum:"partial,all_or_nothing"`
	Status        string     `json:"status" enum:"awaiting_upload,queued,running,completed,failed"`
	RowsRead      uint64     `json:"rows_read"`
	RowsApplied   uint64     `json:"rows_applied"`
	RowsUnchanged uint64     `json:"rows_unchanged"`
	RowsRejected  uint64     `json:"rows_rejected"`
	DIDsAdded     uint64     `json:"dids_added"`
	CreatedAt     time.Time  `json:"created_at"`
	StartedAt     *time.Time `json:"started_at"`
	FinishedAt    *time.Time `json:"finished_at"`
	Error         *string    `json:"error" doc:"Why the file as a whole could not be imported."`
	ReportURL     *string    `json:"report_url" doc:"Where the report is, one row for each row of the file; null until there is one." example:"/v1/imports/01JD/report"`
}

// Announced is an import that awaits its file, and how to send it.
type Announced struct {
	Import
	Upload Upload `json:"upload"`
}

// Upload is the request that sends the file.
type Upload struct {
	Method  string            `json:"method" example:"PUT"`
	URL     string            `json:"url" doc:"Takes the file's bytes for an hour."`
	Headers map[string]string `json:"headers" doc:"To be sent with it."`
}

// redirect sends the caller elsewhere.
type redirect struct {
	Location string `header:"Location"`
}

func registerImports(api huma.API, imports Imports, files Files) {
	create := operation(http.MethodPost, "/v1/imports", "create-import", tagStaff,
		"Import a file", "Announces a file of numbers to offer, and gives the URL to upload it to. The import begins when the upload ends.",
		http.StatusBadRequest)
	create.DefaultStatus = http.StatusCreated
	huma.Register(api, create, func(ctx context.Context, in *struct{ Body ImportRequest }) (*out[Announced], error) {
		announced, err := announce(ctx, imports, files, in.Body)
		return answer(announced, err)
	})

	huma.Register(api, operation(http.MethodGet, "/v1/imports", "list-imports", tagStaff,
		"List imports", "The carrier's imports, newest first: uploads and files that were dropped into the bucket.", http.StatusBadRequest),
		func(ctx context.Context, in *Page) (*out[List[Import]], error) {
			return list("imports", *in, wireImport, func(p shop.Page) ([]intake.Job, string, error) {
				return imports.List(ctx, caller(ctx).Carrier, p.Limit, p.After)
			})
		})

	type byID struct {
		ID string `path:"id"`
	}
	huma.Register(api, operation(http.MethodGet, "/v1/imports/{id}", "get-import", tagStaff,
		"Show an import", "How far it is, and what came of its rows.", http.StatusNotFound),
		func(ctx context.Context, in *byID) (*out[Import], error) {
			job, err := imports.Get(ctx, caller(ctx).Carrier, in.ID)
			return answer(wireImport(job), err)
		})

	report := operation(http.MethodGet, "/v1/imports/{id}/report", "get-import-report", tagStaff,
		"Download an import's report", "Redirects to a CSV with one row for each row of the file: its number, outcome, code and detail, then its own columns.",
		http.StatusNotFound)
	report.DefaultStatus = http.StatusFound
	huma.Register(api, report, func(ctx context.Context, in *byID) (*redirect, error) {
		return reportOf(ctx, imports, files, in.ID)
	})
}

func announce(ctx context.Context, imports Imports, files Files, r ImportRequest) (Announced, error) {
	who := caller(ctx)
	job, err := imports.Create(ctx, who.Carrier, who.User, intake.Request{
		Filename: r.Filename, Profile: r.Profile, Mode: intake.Mode(r.Mode), Strategy: intake.Strategy(r.Strategy), DryRun: r.DryRun,
	})
	if err != nil {
		return Announced{}, err
	}
	url, err := files.Put(ctx, job.Object.Key, uploadWithin)
	return Announced{
		Import: wireImport(job),
		Upload: Upload{Method: http.MethodPut, URL: url, Headers: map[string]string{}},
	}, err
}

func reportOf(ctx context.Context, imports Imports, files Files, id string) (*redirect, error) {
	job, err := imports.Get(ctx, caller(ctx).Carrier, id)
	if err != nil {
		return nil, err
	}
	if job.ReportKey == "" {
		return nil, problem(http.StatusNotFound, codeNotFound, "this import has no report yet; it is "+string(job.Status))
	}
	url, err := files.Get(ctx, job.ReportKey, job.ID+".csv", reportWithin)
	return &redirect{Location: url}, err
}

func wireImport(j intake.Job) Import {
	i := Import{
		ID: j.ID, Source: j.Object.Key, Profile: optional(j.ProfileName), Mode: string(j.Mode), Status: string(j.Status),
		RowsRead: j.Read, RowsApplied: j.Applied, RowsUnchanged: j.Unchanged, RowsRejected: j.Rejected, DIDsAdded: j.DIDs,
		CreatedAt: j.CreatedAt.UTC(), StartedAt: optionalTime(j.StartedAt), FinishedAt: optionalTime(j.FinishedAt),
		Error: optional(j.Error),
	}
	if j.ReportKey != "" {
		i.ReportURL = optional("/v1/imports/" + j.ID + "/report")
	}
	return i
}
