package staff

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/intake"
	"didpurchase/internal/intake/plan"
	"didpurchase/internal/numberformat"
	"didpurchase/internal/shop"
)

// Ranges has a carrier's ranges; *intake.Service implements it.
type Ranges interface {
	// Ranges returns the carrier's ranges, in the order of digits.
	Ranges(ctx context.Context, carrier string, f intake.RangeFilter, limit int, after string) (list []intake.Utilised,
		next string, err error)
}

// Range is a part of a carrier's offer, on the wire.
type Range struct {
	Start     httpapi.DID `json:"start"`
	End       httpapi.DID `json:"end"`
	Scattered bool        `json:"scattered" doc:"Whether only some of the numbers from start to end are offered."`
	Count     uint64      `json:"count" doc:"The number of offered DIDs, in any state."`
	Package   string      `json:"package" example:"standard"`
	Country   *string     `json:"country" doc:"ISO 3166-1 alpha-2." example:"GB"`
	Area      *string     `json:"area" example:"London"`
	Type      *string     `json:"type" example:"geographic"`
	Features  []string    `json:"features"`
	Available uint64      `json:"available" doc:"The number of DIDs that can be bought."`
	Held      uint64      `json:"held"`
	Rented    uint64      `json:"rented" doc:"Rented in any state, up to their release, with ported out ones."`
	Aging     uint64      `json:"aging" doc:"In quarantine after a rental."`
	Withheld  uint64      `json:"withheld"`
	ImportID  *string     `json:"import_id" doc:"The import that wrote it last."`
}

// RangesRequest selects the numbers of a job: a span, or a file to upload.
type RangesRequest struct {
	Start    *httpapi.DID `json:"start,omitempty" doc:"The first number; used with end, instead of a file."`
	End      *httpapi.DID `json:"end,omitempty" doc:"The last number."`
	Filename string       `json:"filename,omitempty" doc:"A file of numbers instead of a span; it is read like an import's." example:"old-ranges.csv"`
	Size     int64        `json:"size,omitempty" minimum:"1" maximum:"536870912" doc:"The file's size in bytes: send it with filename, and the upload's URL takes a file of exactly this size only." example:"48211"`
	Profile  string       `json:"profile,omitempty" doc:"The import profile for reading the file."`
	Mode     string       `json:"mode,omitempty" enum:"partial,all_or_nothing" default:"partial" doc:"Whether the good rows are applied if others are rejected."`
	DryRun   bool         `json:"dry_run,omitempty" doc:"Only plan. POST /v1/imports/{id}/apply then applies the plan."`
}

// RepriceRequest selects numbers and their new package.
type RepriceRequest struct {
	RangesRequest
	Package string `json:"package,omitempty" doc:"The new package; with a file, for rows without one." example:"gold"`
}

// RangesJob is a job that changes numbers; it is an import without new numbers.
type RangesJob struct {
	Import
	Upload *Upload `json:"upload" doc:"The request for uploading the file; null for a span, which is queued already."`
}

func registerRanges(r *httpapi.Routes, imports Imports, files Files) {
	registerRangeList(r, imports)
	for _, job := range []struct {
		action               plan.Action
		summary, description string
	}{
		{plan.Withdraw, "Withdraw numbers", "Numbers are no longer offered. Rented ones stay rented, held ones are bought " +
			"or lapse; once the job is completed none of them can be held."},
		{plan.Withhold, "Withhold numbers", "Takes numbers off sale, such as for tests; held and rented numbers are left, " +
			"and named."},
		{plan.Return, "Return withheld numbers", "Puts withheld numbers on sale again."},
	} {
		httpapi.Register(r, rangesOperation(job.action, job.summary, job.description),
			func(ctx context.Context, in *struct{ Body RangesRequest }) (*httpapi.Out[RangesJob], error) {
				started, err := startRangesJob(ctx, imports, files, job.action, in.Body, "")
				return httpapi.Answer(started, err)
			})
	}
	httpapi.Register(r, rangesOperation(plan.Reprice, "Move numbers to another package",
		"Moves offered numbers to another package. The price is for new rentals; existing rentals keep their own."),
		func(ctx context.Context, in *struct{ Body RepriceRequest }) (*httpapi.Out[RangesJob], error) {
			started, err := startRangesJob(ctx, imports, files, plan.Reprice, in.Body.RangesRequest, in.Body.Package)
			return httpapi.Answer(started, err)
		})
}

func registerRangeList(r *httpapi.Routes, imports Imports) {
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/ranges", "list-ranges", httpapi.TagStaff,
		"List ranges", "The carrier's ranges and their use, in the order of the first four digits, then of numbers. A page "+
			"of busy ranges may be shorter than requested, or empty; follow next_cursor. A range with very many taken numbers "+
			"is listed in pieces: rows that follow one another, each with its own counts.",
		http.StatusBadRequest),
		func(ctx context.Context, in *struct {
			httpapi.Page
			StartsWith string `query:"starts_with" maxLength:"40" doc:"The first digits of the range's numbers, with the country code, as people write them: with or without a plus, blanks, (0)." example:"+44 20"`
			Package    string `query:"package" example:"standard"`
		}) (*httpapi.Out[httpapi.List[Range]], error) {
			begin, err := beginningOf(in.StartsWith)
			if err != nil {
				return nil, err
			}
			return httpapi.AnswerPage("ranges", in.Page, wireRange, func(p shop.Page) ([]intake.Utilised, string, error) {
				ranges, next, err := imports.Ranges(ctx, httpapi.Caller(ctx).Carrier,
					intake.RangeFilter{StartsWith: begin, Package: in.Package}, p.Limit, p.After)
				if errors.Is(err, intake.ErrPlace) {
					err = httpapi.BadCursor()
				}
				return ranges, next, err
			})
		})
}

func rangesOperation(action plan.Action, summary, description string) huma.Operation {
	o := httpapi.Operation(http.MethodPost, "/v1/ranges/"+string(action), string(action)+"-ranges", httpapi.TagStaff,
		summary,
		description+" It is a job like an import: GET /v1/imports/{id} shows it, and its report.", http.StatusBadRequest)
	o.DefaultStatus = http.StatusAccepted
	return o
}

func startRangesJob(ctx context.Context, imports Imports, files Files, action plan.Action, r RangesRequest,
	pkg string) (RangesJob, error) {
	request := intake.Request{
		Action: action, Filename: r.Filename, Profile: r.Profile, Package: pkg, Mode: intake.Mode(r.Mode), DryRun: &r.DryRun,
	}
	switch {
	case r.Start != nil && r.End != nil:
		request.Spans = []e164.Span{{Start: r.Start.Number, End: r.End.Number}}
	case r.Start != nil:
		return RangesJob{}, httpapi.BadField("/end", "is needed with start")
	case r.End != nil:
		return RangesJob{}, httpapi.BadField("/start", "is needed with end")
	}
	who := httpapi.Caller(ctx)
	job, err := imports.Create(ctx, who.Carrier, who.User, request)
	if err != nil {
		return RangesJob{}, err
	}
	started := RangesJob{Import: wireImport(job)}
	if r.Start == nil {
		upload, err := uploadOf(ctx, files, job, r.Size)
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
		Start: httpapi.DID{Number: u.Span.Start}, End: httpapi.DID{Number: u.Span.End}, Scattered: u.IsSet(),
		Count: u.Count(), Package: u.Package,
		Country: httpapi.Optional(u.Country), Area: httpapi.Optional(u.Area), Type: httpapi.Optional(string(u.Type)),
		Features:  features,
		Available: u.Available(), Held: u.Held, Rented: u.Rented, Aging: u.Aging, Withheld: u.Withheld,
		ImportID: httpapi.Optional(u.ImportID),
	}
}

// beginningOf returns the first digits of a filter's numbers, with the country
// code.
func beginningOf(text string) (string, error) {
	if strings.TrimSpace(text) == "" {
		return "", nil
	}
	digits, zero, err := numberformat.ReadDigits(text)
	switch {
	case err != nil:
		return "", httpapi.BadParameter("starts_with", err.Error())
	case zero:
		return "", httpapi.BadParameter("starts_with",
			"begins with 0, as national numbers do; write the country code first, such as 44 20")
	case len(digits) > e164.MaxDigits:
		return "", httpapi.BadParameter("starts_with", "has more digits than a number")
	}
	return digits, nil
}
