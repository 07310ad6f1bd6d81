package staff

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/intake"
	"didpurchase/internal/intake/plan"
	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/shop"
)

// Imports has a carrier's import jobs and profiles; *intake.Service implements
// it.
type Imports interface {
	Ranges
	// Create creates a job: one that awaits its file at Object.Key, or one of
	// spans, which is queued. Errors: *validate.Invalid.
	Create(ctx context.Context, carrier, user string, r intake.Request) (intake.Job, error)
	// Apply starts the application of a dry run. Errors: commit.ErrNotFound,
	// intake.ErrNotPlanned.
	Apply(ctx context.Context, carrier, id string) (intake.Job, error)
	// PlanAgain plans a file again. Errors: commit.ErrNotFound,
	// intake.ErrNotPlanned, *validate.Invalid.
	PlanAgain(ctx context.Context, carrier, id string, d intake.Decision) (intake.Job, error)
	// Get returns one of the carrier's jobs. Errors: commit.ErrNotFound.
	Get(ctx context.Context, carrier, id string) (intake.Job, error)
	// List returns the carrier's jobs, newest first.
	List(ctx context.Context, carrier string, limit int, after string) (jobs []intake.Job, next string, err error)
	// Profile returns the carrier's profile of that name. Errors:
	// commit.ErrNotFound.
	Profile(ctx context.Context, carrier, name string) (intake.Profile, error)
	// Profiles returns a page of the carrier's profiles, ascending by name.
	Profiles(ctx context.Context, carrier string, limit int, after string) (profiles []intake.NamedProfile, next string,
		err error)
	// PutProfile creates or replaces a profile. Errors: *validate.Invalid.
	PutProfile(ctx context.Context, carrier, name string, p intake.Profile) error
}

// Files makes URLs of the bucket for clients without credentials.
type Files interface {
	// Put returns a URL for uploads of the object, until it expires. It accepts
	// only a file of the size, in bytes; with size 0 a file of any size.
	Put(ctx context.Context, key string, size int64, expires time.Duration) (string, error)
	// Get returns a URL of the object, which a browser saves as filename, until
	// it expires.
	Get(ctx context.Context, key, filename string, expires time.Duration) (string, error)
}

const (
	uploadWithin = time.Hour
	reportWithin = 5 * time.Minute
)

// ImportRequest announces a file.
type ImportRequest struct {
	Filename string `json:"filename" example:"ranges.csv"`
	Size     int64  `json:"size,omitempty" minimum:"1" maximum:"536870912" doc:"The file's size in bytes: send it, and the upload's URL takes a file of exactly this size only. Without it the URL takes any file, and one of more than 512 MiB is deleted when it has arrived: the import fails and says so." example:"48211"`
	Action   string `json:"action,omitempty" enum:"offer,adopt" default:"offer" doc:"offer: the file's numbers are offered. adopt: they are existing rentals to be taken over (number, customer, package, paid_until, label, destination)."`
	Profile  string `json:"profile,omitempty" doc:"The import profile for reading the file; if missing, the file is read by its header." example:"ofcom"`
	Mode     string `json:"mode,omitempty" enum:"partial,all_or_nothing" default:"partial" doc:"partial: the good rows are applied even if others are rejected. all_or_nothing: no row is applied if one is rejected."`
	Strategy string `json:"strategy,omitempty" enum:"add,replace" default:"add" doc:"add: numbers that the file lacks stay offered. replace: they are withdrawn, and numbers move to the file's packages. Rentals continue in both cases."`
	DryRun   *bool  `json:"dry_run,omitempty" doc:"Only plan: report the outcome of each row without applying it; POST /v1/imports/{id}/apply then applies it. If missing, it is true for the strategy replace, which withdraws only numbers that its plan showed; false applies the file immediately."`
}

// Import is an import job on the wire; for a dry run, its outcome if it were
// applied.
type Import struct {
	ID            string      `json:"id"`
	Source        string      `json:"source" doc:"The file's key in the bucket." example:"inventory/acme/ranges.csv"`
	Action        string      `json:"action" enum:"offer,withdraw,reprice,withhold,return,adopt" doc:"The job's action on the numbers of its rows."`
	Profile       *string     `json:"profile"`
	Package       *string     `json:"package" doc:"The package of rows without one."`
	Mode          string      `json:"mode" enum:"partial,all_or_nothing"`
	Strategy      string      `json:"strategy" enum:"add,replace"`
	DryRun        bool        `json:"dry_run" doc:"Whether the job only plans; its counts then are the outcome of applying it."`
	Status        string      `json:"status" enum:"awaiting_upload,queued,running,completed,failed"`
	Recognised    *Recognised `json:"recognised" doc:"The recognised format of the file; null before it was read."`
	NeedsReview   []string    `json:"needs_review" doc:"Sentences about the file that a person should check before the plan is applied; empty if the whole file was read with certainty. A dropped file then waits at its plan (dry_run is true) until POST /v1/imports/{id}/apply, unless its profile has review: never. Uploads stop too at an unused column whose name or values suggest money, an interval, a currency, a status or a rental, at two columns of one meaning, at a row below the header with words in place of a price, at a title with the currency of the prices, and at rentals that would be charged more than one period at once."`
	RowsRead      uint64      `json:"rows_read"`
	RowsApplied   uint64      `json:"rows_applied"`
	RowsUnchanged uint64      `json:"rows_unchanged"`
	RowsRejected  uint64      `json:"rows_rejected"`
	RowsLeft      uint64      `json:"rows_left" doc:"The number of rows that are still to be applied, while the job runs."`
	DIDsAdded     uint64      `json:"dids_added"`
	DIDsWithdrawn uint64      `json:"dids_withdrawn" doc:"DIDs that are no longer offered; rented ones stay rented."`
	DIDsRepriced  uint64      `json:"dids_repriced" doc:"DIDs that moved to another package."`
	DIDsUpdated   uint64      `json:"dids_updated" doc:"Offered with another package, area, type or features than before; those under another package are in dids_repriced, too."`
	DIDsChanged   uint64      `json:"dids_changed" doc:"Withheld, returned or adopted."`
	RangesAdded   uint64      `json:"ranges_added"`
	RangesRemoved uint64      `json:"ranges_removed"`
	CreatedAt     time.Time   `json:"created_at"`
	StartedAt     *time.Time  `json:"started_at"`
	FinishedAt    *time.Time  `json:"finished_at"`
	Error         *string     `json:"error" doc:"The reason why the whole file could not be imported."`
	ReportURL     *string     `json:"report_url" doc:"The URL of the report, with one row for each row of the file; null until there is one." example:"/v1/imports/01JD/report"`
}

// Recognised has the recognised format of a file.
type Recognised struct {
	Compression *string           `json:"compression" example:"gzip"`
	Sheet       *string           `json:"sheet" doc:"The sheet of a workbook that was read; null for a text." example:"Numbers"`
	OtherSheets []string          `json:"other_sheets" doc:"The workbook's sheets that were not read."`
	HiddenRows  int               `json:"hidden_rows" doc:"The number of hidden rows in the sheet; they are read like the others."`
	Encoding    string            `json:"encoding" example:"utf-8"`
	Delimiter   string            `json:"delimiter" example:";"`
	HeaderLine  int               `json:"header_line" doc:"The line of the header; 0 if there is none."`
	Columns     map[string]string `json:"columns" doc:"The used headers, by the meaning of their values." example:"{\"start\":\"Tranche_Debut\"}"`
	Notation    string            `json:"notation" doc:"How to read numbers without a plus: by the numbering plan (auto), or always in one notation." enum:"auto,international,national"`
	Decimal     *string           `json:"decimal" doc:"The decimal separator of the file's prices; null if no price proves it, and then 1,000 is rejected." example:","`
	TwoHeaders  bool              `json:"two_headers" doc:"Whether the header is two rows, header_line the second."`
	Ignored     []string          `json:"ignored_columns" doc:"Headers of unused columns."`
	Sample      []string          `json:"sample" doc:"The first five rows as they were read, one sentence each."`
	CountryCode *string           `json:"country_code" doc:"The calling code of national numbers; null if all are international." example:"33"`
}

// Announced is an import that awaits its file, with the request for uploading it.
type Announced struct {
	Import
	Upload Upload `json:"upload"`
}

// Upload is the request that uploads the file.
type Upload struct {
	Method  string            `json:"method" example:"PUT"`
	URL     string            `json:"url" doc:"Takes the file's bytes, once or several times; valid for an hour. If the request had a size, a file of another size is refused by 403; if not, a file of more than 512 MiB is deleted."`
	Headers map[string]string `json:"headers" doc:"Send these headers with the upload."`
}

// redirect redirects the caller.
type redirect struct {
	Location string `header:"Location"`
}

// ImportID is the path of an import.
type ImportID struct {
	ID string `path:"id"`
}

func registerImports(r *httpapi.Routes, imports Imports, files Files) {
	registerRanges(r, imports, files)
	create := httpapi.Operation(http.MethodPost, "/v1/imports", "create-import", httpapi.TagStaff,
		"Import a file", "Announces a file of numbers to offer, and returns the URL for uploading it. The import begins "+
			"when the upload ends.",
		http.StatusBadRequest)
	create.DefaultStatus = http.StatusCreated
	httpapi.Register(r, create,
		func(ctx context.Context, in *struct{ Body ImportRequest }) (*httpapi.Out[Announced], error) {
			announced, err := announce(ctx, imports, files, in.Body)
			return httpapi.Answer(announced, err)
		})
	registerImportReads(r, imports)
	registerApply(r, imports)
	registerPlanAgain(r, imports)

	report := httpapi.Operation(http.MethodGet, "/v1/imports/{id}/report", "get-import-report", httpapi.TagStaff,
		"Download an import's report", "Redirects to a CSV with one row for each row of the file: its number, outcome, "+
			"code and detail, then its own columns, and a last one with the recognised format in its first row. The JSON form "+
			"also has the recognised format and the withdrawn numbers. You can fix either and upload it again.",
		http.StatusNotFound)
	report.DefaultStatus = http.StatusFound
	httpapi.Register(r, report, func(ctx context.Context, in *struct {
		ImportID
		Format string `query:"format" enum:"csv,json" default:"csv"`
	}) (*redirect, error) {
		return reportOf(ctx, imports, files, in.ID, in.Format)
	})
}

func registerImportReads(r *httpapi.Routes, imports Imports) {
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/imports", "list-imports", httpapi.TagStaff,
		"List imports", "The carrier's imports, newest first: uploads and files that were put into the bucket.",
		http.StatusBadRequest),
		func(ctx context.Context, in *httpapi.Page) (*httpapi.Out[httpapi.List[Import]], error) {
			return httpapi.AnswerPage("imports", *in, wireImport, func(p shop.Page) ([]intake.Job, string, error) {
				return imports.List(ctx, httpapi.Caller(ctx).Carrier, p.Limit, p.After)
			})
		})

	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/imports/{id}", "get-import", httpapi.TagStaff,
		"Show an import", "The progress and the outcome of the rows.", http.StatusNotFound),
		func(ctx context.Context, in *ImportID) (*httpapi.Out[Import], error) {
			job, err := imports.Get(ctx, httpapi.Caller(ctx).Carrier, in.ID)
			return httpapi.Answer(wireImport(job), err)
		})
}

func registerApply(r *httpapi.Routes, imports Imports) {
	apply := httpapi.Operation(http.MethodPost, "/v1/imports/{id}/apply", "apply-import", httpapi.TagStaff,
		"Apply a dry run", "Makes exactly the changes of the dry run. If that is no longer possible, the import fails, "+
			"nothing is applied, and the report names the rows that changed. It is idempotent.",
		http.StatusNotFound, http.StatusConflict)
	apply.DefaultStatus = http.StatusAccepted
	httpapi.Register(r, apply, func(ctx context.Context, in *ImportID) (*httpapi.Out[Import], error) {
		job, err := applyPlan(ctx, imports, in.ID)
		return httpapi.Answer(wireImport(job), err)
	})
}

// beginnings has, for each action, the operation that begins such jobs.
var beginnings = map[plan.Action]string{
	plan.Offer: "/v1/imports", plan.Adopt: "/v1/imports",
	plan.Withdraw: "/v1/ranges/withdraw", plan.Reprice: "/v1/ranges/reprice",
	plan.Withhold: "/v1/ranges/withhold", plan.Return: "/v1/ranges/return",
}

// applyPlan applies a plan, if the caller may begin such a job.
func applyPlan(ctx context.Context, imports Imports, id string) (intake.Job, error) {
	if err := mayBegin(ctx, imports, id); err != nil {
		return intake.Job{}, err
	}
	return imports.Apply(ctx, httpapi.Caller(ctx).Carrier, id)
}

// mayBegin refuses callers without the role to begin such a job.
func mayBegin(ctx context.Context, imports Imports, id string) error {
	who := httpapi.Caller(ctx)
	job, err := imports.Get(ctx, who.Carrier, id)
	if err != nil {
		return err
	}
	if rule, _ := auth.RuleFor(http.MethodPost, beginnings[job.Action]); !who.May(rule) {
		return httpapi.NewProblem(http.StatusForbidden, httpapi.CodeForbidden,
			"your role may not apply this plan, because it may not begin a job to "+string(job.Action)+" numbers")
	}
	return nil
}

func announce(ctx context.Context, imports Imports, files Files, r ImportRequest) (Announced, error) {
	who := httpapi.Caller(ctx)
	job, err := imports.Create(ctx, who.Carrier, who.User, intake.Request{
		Action: plan.Action(r.Action), Filename: r.Filename, Profile: r.Profile, Mode: intake.Mode(r.Mode),
		Strategy: intake.Strategy(r.Strategy), DryRun: r.DryRun,
	})
	if err != nil {
		return Announced{}, err
	}
	upload, err := uploadOf(ctx, files, job, r.Size)
	return Announced{Import: wireImport(job), Upload: upload}, err
}

func uploadOf(ctx context.Context, files Files, job intake.Job, size int64) (Upload, error) {
	url, err := files.Put(ctx, job.Object.Key, size, uploadWithin)
	return Upload{Method: http.MethodPut, URL: url, Headers: map[string]string{}}, err
}

func reportOf(ctx context.Context, imports Imports, files Files, id, format string) (*redirect, error) {
	job, err := imports.Get(ctx, httpapi.Caller(ctx).Carrier, id)
	if err != nil {
		return nil, err
	}
	if job.ReportKey == "" {
		return nil, httpapi.NewProblem(http.StatusNotFound, httpapi.CodeNotFound,
			"this import has no report yet; it is "+string(job.Status))
	}
	key := job.ReportKey
	if format == "json" {
		key = job.JSONReportKey()
	}
	url, err := files.Get(ctx, key, job.ID+"."+format, reportWithin)
	return &redirect{Location: url}, err
}

func wireImport(j intake.Job) Import {
	i := Import{
		ID: j.ID, Source: j.Object.Key, Action: string(j.Action), Profile: httpapi.Optional(j.ProfileName),
		Package: httpapi.Optional(j.Package),
		Mode:    string(j.Mode), Strategy: string(j.Strategy), DryRun: j.DryRun, Status: string(j.Status),
		Recognised: wireRecognised(j.Recognised), NeedsReview: append([]string{}, j.NeedsReview...),
		RowsRead: j.Read, RowsApplied: j.Applied, RowsUnchanged: j.Unchanged, RowsRejected: j.Rejected, RowsLeft: j.Left(),
		DIDsAdded: j.DIDs, DIDsWithdrawn: j.Counts.Withdrawn, DIDsRepriced: j.Repriced, DIDsUpdated: j.Updated,
		DIDsChanged: j.Touched,
		RangesAdded: j.RangesAdded, RangesRemoved: j.RangesRemoved,
		CreatedAt: j.CreatedAt.UTC(), StartedAt: httpapi.OptionalTime(j.StartedAt),
		FinishedAt: httpapi.OptionalTime(j.FinishedAt),
		Error:      httpapi.Optional(j.Error),
	}
	if j.ReportKey != "" {
		i.ReportURL = httpapi.Optional("/v1/imports/" + j.ID + "/report")
	}
	return i
}

func wireRecognised(r sheet.Recognised) *Recognised {
	if r.Encoding == "" {
		return nil
	}
	return &Recognised{
		Compression: httpapi.Optional(r.Compression), Sheet: httpapi.Optional(r.Workbook),
		OtherSheets: append([]string{}, r.OtherSheets...), HiddenRows: r.HiddenRows, Encoding: string(r.Encoding),
		Delimiter: r.Delimiter, HeaderLine: r.HeaderLine,
		Columns: r.Columns, CountryCode: httpapi.Optional(r.CountryCode), Notation: cmp.Or(r.Notation, "auto"),
		Decimal:    httpapi.Optional(r.Decimal),
		TwoHeaders: r.TwoHeaders, Ignored: append([]string{}, r.Ignored...), Sample: append([]string{}, r.Sample...),
	}
}
