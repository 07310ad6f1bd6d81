package books

import (
	"bytes"
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"didpurchase/internal/edits"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
)

// maxEditFile is the most bytes of a file of edits: a function is called with at
// most 6 MB, in which quotes and line breaks have escapes.
const maxEditFile = 4 << 20

// editsList names the list in cursors.
const editsList = "edits"

const whatEditDoes = "One job changes up to 100,000 rentals, step by step; POST answers when it is made, and GET " +
	"shows its progress. Each number is decided as a single request would be, and one that can't be changed does not " +
	"stop the others. At most 3 jobs of a customer run at once. A job and its report are kept for 90 days."

const whatFileHas = "The first line names the columns: number, and at least one of destination, label and tags, in " +
	"any order, separated by commas, semicolons or tabs. Numbers are international. An empty cell leaves the value as " +
	"it is, - removes it; tags are separated by commas and replace all tags. A row that can't be read is rejected with " +
	"its reason."

// FileQuery are the choices for a file.
type FileQuery struct {
	DryRun bool `query:"dry_run" doc:"Only report what would change."`
}

func begun(o huma.Operation) huma.Operation {
	o.DefaultStatus = http.StatusAccepted
	return o
}

// registerEdits adds the routes of a customer's edits of many rentals.
func registerEdits(r *httpapi.Routes, b Rentals) {
	own := httpapi.Customer
	registerNewEdits(r, b)
	registerEditReads(r, b)
	for _, step := range b.editSteps() {
		httpapi.Register(r, begun(httpapi.Operation(http.MethodPost, "/v1/edits/{id}/"+step.name, step.name+"-edit",
			httpapi.TagRentals, step.title, step.what, http.StatusNotFound, http.StatusConflict)),
			func(ctx context.Context, in *EditPath) (*httpapi.Out[EditJob], error) {
				return b.answerJob(ctx, own(ctx))(step.do(ctx, own(ctx), in.ID))
			})
	}
}

func registerNewEdits(r *httpapi.Routes, b Rentals) {
	own := httpapi.Customer
	httpapi.Register(r, begun(httpapi.Operation(http.MethodPost, "/v1/dids/edits", "edit-dids", httpapi.TagRentals,
		"Change many DIDs", whatEditDoes, http.StatusBadRequest, http.StatusConflict)),
		func(ctx context.Context, in *struct {
			EditKey
			Body EditRequest
		}) (*httpapi.Out[EditJob], error) {
			return b.edit(ctx, own(ctx), in.EditKey, in.Body)
		})
	httpapi.Register(r, fileOf(httpapi.Operation(http.MethodPost, "/v1/dids/edits/file", "edit-dids-by-file",
		httpapi.TagRentals, "Change many DIDs by a file", whatFileHas, http.StatusBadRequest, http.StatusConflict,
		http.StatusRequestEntityTooLarge)),
		func(ctx context.Context, in *struct {
			EditKey
			FileQuery
			RawBody []byte `contentType:"text/csv"`
		}) (*httpapi.Out[EditJob], error) {
			return b.editByFile(ctx, own(ctx), in.EditKey, in.DryRun, in.RawBody)
		})
}

func registerEditReads(r *httpapi.Routes, b Rentals) {
	own := httpapi.Customer
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/dids/edits", "list-edits", httpapi.TagRentals,
		"List changes of many DIDs", "Newest first.", http.StatusBadRequest),
		func(ctx context.Context, in *httpapi.Page) (*httpapi.Out[httpapi.List[EditJob]], error) {
			return b.listEdits(ctx, own(ctx), *in)
		})
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/edits/{id}", "get-edit", httpapi.TagRentals,
		"Show a change of many DIDs", "Its progress.", http.StatusNotFound),
		func(ctx context.Context, in *EditPath) (*httpapi.Out[EditJob], error) {
			return b.answerJob(ctx, own(ctx))(b.Edits.Get(ctx, own(ctx), in.ID))
		})
	httpapi.Register(r, reportOperation(httpapi.Operation(http.MethodGet, "/v1/edits/{id}/report", "get-edit-report",
		httpapi.TagRentals, "Download the report of a change of many DIDs",
		"One row for each number: its outcome, the reason, and the old and new "+
			"values of each changed field. A large one is a redirect (303) to a file.", http.StatusNotFound)),
		func(ctx context.Context, in *struct {
			EditPath
			Packed string `header:"Accept-Encoding"`
		}) (*httpapi.Representation, error) {
			return b.editReport(ctx, own(ctx), in.ID, in.Packed)
		})
}

// editStep is an operation on a job: apply, undo or cancel.
type editStep struct {
	name, title, what string
	do                func(ctx context.Context, c ledger.Customer, id string) (edits.Job, error)
}

func (b Rentals) editSteps() []editStep {
	service := b.Edits
	if service == nil { // routes are described without services
		service = (*edits.Service)(nil)
	}
	return []editStep{
		{"apply", "Apply a dry run of a change of many DIDs",
			"Makes a job for the numbers that the dry run chose; each is decided again. It is idempotent.", b.apply},
		{"undo", "Undo a change of many DIDs",
			"Makes a job that gives the changed numbers their old values back, within 24 hours of the job's end. Numbers " +
				"that were changed since stay as they are, and are in its report. It is idempotent.", service.Undo},
		{"cancel", "Stop a change of many DIDs", "The job keeps the changes that it has made. It is idempotent.",
			service.Cancel},
	}
}

// apply applies a dry run; one of a reclaim only for a caller with the right to buy.
func (b Rentals) apply(ctx context.Context, c ledger.Customer, id string) (edits.Job, error) {
	job, err := b.Edits.Get(ctx, c, id)
	if err != nil {
		return edits.Job{}, err
	}
	if err := mayReclaim(ctx, job.Change.Action == edits.Reclaim); err != nil {
		return edits.Job{}, err
	}
	return b.Edits.Apply(ctx, c, id)
}

// fileOf returns the operation of a file in the body.
func fileOf(o huma.Operation) huma.Operation {
	o.MaxBodyBytes, o.SkipValidateBody = maxEditFile, true
	return begun(o)
}

func reportOperation(o huma.Operation) huma.Operation {
	return httpapi.AlsoAs[string](o, httpapi.MediaCSV)
}

// editByFile makes a job of a file.
func (b Rentals) editByFile(ctx context.Context, c ledger.Customer, key EditKey, dryRun bool,
	file []byte) (*httpapi.Out[EditJob], error) {
	if err := key.check(); err != nil {
		return nil, err
	}
	rows, err := edits.ReadFile(file)
	if err != nil {
		return nil, err
	}
	asked := struct {
		DryRun bool
		File   []byte
	}{dryRun, file}
	r := edits.Request{Key: key.Key, Asked: asked, Rows: rows, DryRun: dryRun, Source: "file"}
	return b.answerJob(ctx, c)(b.Edits.Create(ctx, c, r))
}

func (b Rentals) listEdits(ctx context.Context, c ledger.Customer,
	p httpapi.Page) (*httpapi.Out[httpapi.List[EditJob]], error) {
	return httpapi.AnswerPage(editsList, p, b.wireJob(ctx, c),
		func(p shop.Page) ([]edits.Job, string, error) { return b.Edits.List(ctx, c, p) })
}

// editReport answers with a job's report.
func (b Rentals) editReport(ctx context.Context, c ledger.Customer, id,
	packed string) (*httpapi.Representation, error) {
	job, err := b.Edits.Get(ctx, c, id)
	if err != nil {
		return nil, err
	}
	var file bytes.Buffer
	if err := b.Edits.Report(ctx, job, &file); err != nil {
		return nil, err
	}
	return b.fileAnswer(ctx, c, "edit-"+job.ID+".csv", file.Bytes(), packed)
}
