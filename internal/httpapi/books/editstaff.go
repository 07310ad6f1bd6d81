package books

import (
	"context"
	"net/http"

	"didpurchase/internal/httpapi"
)

// registerEditsForStaff adds staff's routes of a customer's edits.
func registerEditsForStaff(r *httpapi.Routes, b Rentals) {
	httpapi.Register(r, begun(httpapi.Operation(http.MethodPost, "/v1/customers/{id}/dids/edits", "edit-customer-dids",
		httpapi.TagStaff, "Change many DIDs of a customer", "As POST /v1/dids/edits; staff don't reclaim.",
		http.StatusBadRequest, http.StatusNotFound, http.StatusConflict)),
		func(ctx context.Context, in *struct {
			CustomerPath
			EditKey
			Body EditRequest
		}) (*httpapi.Out[EditJob], error) {
			c, err := known(ctx, b.Records, in.CustomerPath)
			if err != nil {
				return nil, err
			}
			return b.edit(ctx, c, in.EditKey, in.Body)
		})
	httpapi.Register(r, fileOf(httpapi.Operation(http.MethodPost, "/v1/customers/{id}/dids/edits/file",
		"edit-customer-dids-by-file", httpapi.TagStaff, "Change many DIDs of a customer by a file",
		"As POST /v1/dids/edits/file.", http.StatusBadRequest, http.StatusNotFound, http.StatusConflict,
		http.StatusRequestEntityTooLarge)),
		func(ctx context.Context, in *struct {
			CustomerPath
			EditKey
			FileQuery
			RawBody []byte `contentType:"text/csv"`
		}) (*httpapi.Out[EditJob], error) {
			c, err := known(ctx, b.Records, in.CustomerPath)
			if err != nil {
				return nil, err
			}
			return b.editByFile(ctx, c, in.EditKey, in.DryRun, in.RawBody)
		})
	registerEditJobsForStaff(r, b)
}

// registerEditJobsForStaff adds the routes of jobs that were made.
func registerEditJobsForStaff(r *httpapi.Routes, b Rentals) {
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/customers/{id}/dids/edits", "list-customer-edits",
		httpapi.TagStaff, "List changes of many DIDs of a customer", "Newest first.", http.StatusBadRequest,
		http.StatusNotFound),
		func(ctx context.Context, in *struct {
			CustomerPath
			httpapi.Page
		}) (*httpapi.Out[httpapi.List[EditJob]], error) {
			c, err := known(ctx, b.Records, in.CustomerPath)
			if err != nil {
				return nil, err
			}
			return b.listEdits(ctx, c, in.Page)
		})
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/customers/{id}/edits/{edit}", "get-customer-edit",
		httpapi.TagStaff, "Show a change of many DIDs of a customer", "Its progress.", http.StatusNotFound),
		func(ctx context.Context, in *CustomerEditPath) (*httpapi.Out[EditJob], error) {
			return b.answerJob(ctx, in.Customer(ctx))(b.Edits.Get(ctx, in.Customer(ctx), in.Edit))
		})
	httpapi.Register(r, reportOperation(httpapi.Operation(http.MethodGet, "/v1/customers/{id}/edits/{edit}/report",
		"get-customer-edit-report", httpapi.TagStaff, "Download the report of a change of many DIDs of a customer",
		"As GET /v1/edits/{id}/report.", http.StatusNotFound)),
		func(ctx context.Context, in *struct {
			CustomerEditPath
			Packed string `header:"Accept-Encoding"`
		}) (*httpapi.Representation, error) {
			return b.editReport(ctx, in.Customer(ctx), in.Edit, in.Packed)
		})
	for _, step := range b.editSteps() {
		httpapi.Register(r, begun(httpapi.Operation(http.MethodPost, "/v1/customers/{id}/edits/{edit}/"+step.name,
			step.name+"-customer-edit", httpapi.TagStaff, step.title, "As POST /v1/edits/{id}/"+step.name+".",
			http.StatusNotFound, http.StatusConflict)),
			func(ctx context.Context, in *CustomerEditPath) (*httpapi.Out[EditJob], error) {
				return b.answerJob(ctx, in.Customer(ctx))(step.do(ctx, in.Customer(ctx), in.Edit))
			})
	}
}
