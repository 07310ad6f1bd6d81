package staff

import (
	"context"
	"net/http"

	"didpurchase/internal/httpapi"
	"didpurchase/internal/intake"
	"didpurchase/internal/numberformat"
)

// PlanDecision answers the questions of a file's plan.
type PlanDecision struct {
	Package     string `json:"package,omitempty" doc:"The package of rows that name none." example:"standard"`
	Profile     string `json:"profile,omitempty" doc:"The import profile for reading the file." example:"ofcom"`
	CountryCode string `json:"country_code,omitempty" doc:"The calling code of national numbers." example:"44"`
	Notation    string `json:"notation,omitempty" enum:"auto,international,national" doc:"How numbers without a plus are written."`
}

func registerPlanAgain(r *httpapi.Routes, imports Imports) {
	again := httpapi.Operation(http.MethodPost, "/v1/imports/{id}/plan", "plan-import-again", httpapi.TagStaff,
		"Plan a file again", "Reads the file again with the decisions of the body, and plans it; nothing is applied "+
			"before POST /v1/imports/{id}/apply. Members that the body lacks stay as they were. For a file whose plan "+
			"waits, or that failed; one that was applied is 409.",
		http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity)
	again.DefaultStatus = http.StatusAccepted
	httpapi.Register(r, again, func(ctx context.Context, in *struct {
		ImportID
		Body PlanDecision
	}) (*httpapi.Out[Import], error) {
		job, err := planAgain(ctx, imports, in.ID, in.Body)
		return httpapi.Answer(wireImport(job), err)
	})
}

// planAgain plans a file again, if the caller may begin such a job.
func planAgain(ctx context.Context, imports Imports, id string, d PlanDecision) (intake.Job, error) {
	if err := mayBegin(ctx, imports, id); err != nil {
		return intake.Job{}, err
	}
	return imports.PlanAgain(ctx, httpapi.Caller(ctx).Carrier, id, intake.Decision{
		Package: d.Package, Profile: d.Profile, CountryCode: d.CountryCode, Notation: numberformat.Notation(d.Notation),
	})
}
