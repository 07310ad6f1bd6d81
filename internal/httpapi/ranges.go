package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"didpurchase/internal/e164"
	"didpurchase/internal/intake"
	"didpurchase/internal/intake/plan"
	"didpurchase/internal/shop"
)

// Ranges is what a carrier offers; *intake.Service is one.
type Ranges interface {
	// Ranges are what the carrier offers, in the order of digits.
	Ranges(ctx context.Context, carrier string, f intake.RangeFilter, limit int, after string) (list []intake.Utilised, next string, err error)
}

// Range is a piece of what a carrier offers, on the wire.
type Range struct {
	Start     DID      `json:"start"`
	End       DID      `json:"end"`
	Scattered bool     `json:"scattered" doc:"Whether only some of the numbers from start to end are offered."`
	Count     uint64   `json:"count" doc:"How many numbers it offers, in whatever state."`
	Package   string   `json:"package" example:"standard"`
	Country   *string  `json:"country" doc:"ISO 3166-1 alpha-2." example:"GB"`
	Area      *string  `json:"area" example:"London"`
	Type      *string  `json:"type" example:"geographic"`
	Features  []string `json:"features"`
	Available uint64   `json:"available" doc:"How many can be bought."`
	Held      uint64   `json:"held"`
	Rented    uint64   `json:"rented" doc:"Rented in any state, up to their release; ported out ones too."`
	Aging     uint64   `json:"aging" doc:"In quarantine after a rental."`
	Withheld  uint64   `json:"withheld"`
	ImportID  *string  `json:"import_id" doc:"The import that wrote it last."`
}

// RangesRequest says which numbers a job is about: a span, or a file to upload.
type RangesRequest struct {
	Start    *DID   `json:"start,omitempty" doc:"The first number; with end, instead of a file."`
	End      *DID   `json:"end,omitempty" doc:"The last number."`
	Filename string `json:"filename,omitempty" doc:"A file of numbers instead of a span; it is read as an import's." example:"old-ranges.csv"`
	Profile  string `json:"profile,omitempty" doc:"The import profile that says how to read the file."`
	Mode     string `json:"mode,omitempty" enum:"partial,all_or_nothing" default:"partial" doc:"Whether the good rows are applied when others are rejected."`
	DryRun   bool   `json:"dry_run,omitempty" doc:"Only say what would happen. POST /v1/imports/{id}/apply then does it."`
}

// RepriceRequest says which numbers move to which package.
type RepriceRequest struct {
	RangesRequest
	Package string `json:"package,omitempty" doc:"The package to move to; with a file, of rows that name none." example:"gold"`
}

// RangesJob is a job about numbers; it is an import without new numbers.
type RangesJob struct {
	Import
	Upload *Upload `json:"upload" doc:"How to send the file; null for a span, which is queued already."`
}

func registerRanges(r *routes, imports Imports, files Files) {
	register(r, operation(http.MethodGet, "/v1/ranges", "list-ranges", tagStaff,
		"List ranges", "What the carrier offers and what became of it, in the order of the first four digits, then of numbers. A page of busy ranges may be shorter than asked for; next_cursor goes on.",
		http.StatusBadRequest),
		func(ctx context.Context, in *struct {
			Page
			StartsWith string `query:"starts_with" pattern:"^[0-9]{0,15}$" patternDescription:"digits" doc:"Digits that numbers of the range begin with, country code first." example:"4420"`
			Package    string `query:"package" example:"standard"`
		}) (*out[List[Range]], error) {
			return list("ranges", in.Page, wireRange, func(p shop.Page) ([]intake.Utilised, string, error) {
				return imports.Ranges(ctx, caller(ctx).Carrier, intake.RangeFilter{StartsWith: in.StartsWith, Package: in.Package}, p.Limit, p.After)
			})
		})

	for _, job := range []struct {
		action               plan.Action
		summary, description string
	}{
		{plan.Withdraw, "Withdraw numbers", "Offers them no longer. Rented ones stay rented, held ones are bought or lapse; once the job is completed none of them is newly held."},
		{plan.Withhold, "Withhold numbers", "Takes numbers off sale one by one, such as for tests; those that somebody holds or rents are left, and named."},
		{plan.Return, "Return withheld numbers", "Puts withheld numbers on sale again."},
	} {
		register(r, rangesOperation(job.action, job.summary, job.description),
			func(ctx context.Context, in *struct{ Body RangesRequest }) (*out[RangesJob], error) {
				started, err := startRangesJob(ctx, imports, files, job.action, in.Body, "")
				return answer(started, err)
			})
	}
	register(r, rangesOperation(plan.Reprice, "Move numbers to another package", "Offers numbers that are offered already under another package. The price is for new rentals; what is rented keeps its own."),
		func(ctx context.Context, in *struct{ Body RepriceRequest }) (*out[RangesJob], error) {
			started, err := startRangesJob(ctx, imports, files, plan.Reprice, in.Body.RangesRequest, in.Body.Package)
			return answer(started, err)
		})
}

func rangesOperation(action plan.Action, summary, description string) huma.Operation {
	o := operation(http.MethodPost, "/v1/ranges/"+string(action), string(action)+"-ranges", tagStaff, summary,
		description+" It is a job as an import is: GET /v1/imports/{id} shows it, and its report.", http.StatusBadRequest)
	o.DefaultStatus = http.StatusAccepted
	return o
}

func startRangesJob(ctx context.Context, imports Imports, files Files, action plan.Action, r RangesRequest, pkg string) (RangesJob, error) {
	request := intake.Request{
		Action: action, Filename: r.Filename, Profile: r.Profile, Package: pkg, Mode: intake.Mode(r.Mode), DryRun: &r.DryRun,
	}
	switch {
	case r.Start != nil && r.End != nil:
		request.Spans = []e164.Span{{Start: r.Start.Number, End: r.End.Number}}
	case r.Start != nil:
		return RangesJob{}, badField("/end", "is needed beside start")
	case r.End != nil:
		return RangesJob{}, badField("/start", "is needed beside end")
	}
	who := caller(ctx)
	job, err := imports.Create(ctx, who.Carrier, who.User, request)
	if err != nil {
		return RangesJob{}, err
	}
	started := RangesJob{Import: wireImport(job)}
	if r.Start == nil {
		upload, err := uploadOf(ctx, files, job)
		if err != nil {
			return RangesJob{}, err
		}
		started.Upload = &upload
	}
	return started, nil
}

func wireRange(u intake.Utilised) Range {
	features := u.Features
	if features == nil {
		features = []string{}
	}
	return Range{
		Start: DID{Number: u.Span.Start}, End: DID{Number: u.Span.End}, Scattered: u.IsSet(), Count: u.Count(), Package: u.Package,
		Country: optional(u.Country), Area: optional(u.Area), Type: optional(string(u.Type)), Features: features,
		Available: u.Available(), Held: u.Held, Rented: u.Rented, Aging: u.Aging, Withheld: u.Withheld, ImportID: optional(u.ImportID),
	}
}
