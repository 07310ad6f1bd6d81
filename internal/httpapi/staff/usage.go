package staff

import (
	"context"
	"net/http"
	"time"

	"didpurchase/internal/httpapi"
	"didpurchase/internal/usage"
)

// UsageService takes reports of usage; *usage.Service implements it, and documents the
// errors.
type UsageService interface {
	Take(ctx context.Context, carrier string, r usage.Report) ([]usage.Outcome, error)
}

// UsageReport is the usage of numbers on one day, as one switch counted.
type UsageReport struct {
	Source  string        `json:"source" maxLength:"40" example:"switch-1" doc:"The switch. Several switches of a carrier are added up; a later report of a source replaces its earlier one of the number's day."`
	Day     string        `json:"day" format:"date" example:"2026-11-29"`
	Records []UsageRecord `json:"records" minItems:"1" maxItems:"500"`
}

// UsageRecord is a number's day.
type UsageRecord struct {
	DID      httpapi.DID `json:"did"`
	Calls    int64       `json:"calls" minimum:"0" maximum:"1000000000"`
	Minutes  int64       `json:"minutes" minimum:"0" maximum:"1000000000" doc:"Whole minutes."`
	LastCall *time.Time  `json:"last_call_at,omitempty" doc:"Missing where there was no call."`
}

// UsageTaken is the outcome of a report.
type UsageTaken struct {
	Applied   int            `json:"applied"`
	Unchanged int            `json:"unchanged" doc:"They were reported like that already."`
	Rejected  []UsageRefused `json:"rejected" doc:"Records that were not accepted; the others were."`
}

// UsageRefused is a record that was not accepted.
type UsageRefused struct {
	DID  string `json:"did"`
	Code string `json:"code" enum:"not_rented,too_many_sources" doc:"not_rented: no customer of yours rents the number. too_many_sources: five sources report it already."`
}

func registerUsage(r *httpapi.Routes, service UsageService) {
	o := httpapi.Operation(http.MethodPost, "/v1/usage", "report-usage", httpapi.TagStaff, "Report usage",
		"Calls and minutes of up to 500 rented numbers on one day, as a switch counted them. A day counts as a whole: the "+
			"same report again changes nothing, and a later one replaces it. Rentals show the sums of 30 days; counts are kept "+
			"for 40.",
		http.StatusBadRequest)
	o.DefaultStatus = http.StatusOK
	httpapi.Register(r, o, func(ctx context.Context, in *struct{ Body UsageReport }) (*httpapi.Out[UsageTaken], error) {
		report, err := in.Body.report()
		if err != nil {
			return nil, err
		}
		outcomes, err := service.Take(ctx, httpapi.Caller(ctx).Carrier, report)
		if err != nil {
			return nil, err
		}
		return httpapi.Answer(wireTaken(report, outcomes), nil)
	})
}

func (u UsageReport) report() (usage.Report, error) {
	day, err := time.Parse(time.DateOnly, u.Day)
	if err != nil {
		return usage.Report{}, httpapi.BadField("/day", "is not a day such as 2026-11-29")
	}
	report := usage.Report{Source: u.Source, Day: day}
	for _, r := range u.Records {
		row := usage.Row{Number: r.DID.Number, Count: usage.Count{Calls: r.Calls, Minutes: r.Minutes}}
		if r.LastCall != nil {
			row.LastCall = r.LastCall.UTC()
		}
		report.Rows = append(report.Rows, row)
	}
	return report, nil
}

func wireTaken(report usage.Report, outcomes []usage.Outcome) UsageTaken {
	taken := UsageTaken{Rejected: []UsageRefused{}}
	for i, outcome := range outcomes {
		switch outcome {
		case usage.Applied:
			taken.Applied++
		case usage.Unchanged:
			taken.Unchanged++
		default:
			taken.Rejected = append(taken.Rejected, UsageRefused{report.Rows[i].Number.String(), string(outcome)})
		}
	}
	return taken
}
