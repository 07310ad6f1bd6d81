package staff

import (
	"context"
	"net/http"
	"time"

	"didpurchase/internal/desk"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/money"
	"didpurchase/internal/revenue"
)

// ReportService makes reports for staff; *desk.Service implements it, and
// documents the errors.
type ReportService interface {
	Revenue(ctx context.Context, carrier, from, to string) ([]desk.Earned, error)
	Renewals(ctx context.Context, carrier string) (desk.Ahead, error)
	SettingsService
}

// RevenueReport has the revenue, before tax.
type RevenueReport struct {
	From   string          `json:"from" example:"2025-12" doc:"The first month."`
	To     string          `json:"to" example:"2026-11" doc:"The last month."`
	Data   []Earned        `json:"data" doc:"By month, package and currency, ascending; rows without revenue are left out."`
	Totals []httpapi.Money `json:"totals" doc:"Of all rows of all pages, by currency."`

	NextCursor *string `json:"next_cursor" doc:"Send it as cursor for the next rows; null after the last one."`
}

// Earned is the revenue of a package in a month.
type Earned struct {
	Month     string             `json:"month" example:"2026-11" doc:"In the carrier's time zone."`
	Package   httpapi.PackageRef `json:"package"`
	Setup     httpapi.Money      `json:"setup"`
	Recurring httpapi.Money      `json:"recurring" doc:"With shortened first periods."`
	Total     httpapi.Money      `json:"total"`
}

// RenewalReport has the coming charges of active rentals, before tax.
type RenewalReport struct {
	AsOf   time.Time       `json:"as_of" doc:"The time of the report: now or, for more than 1,000 rentals, some minutes ago."`
	Data   []RenewalDay    `json:"data" doc:"Today, and the 30 days after it."`
	Count  int             `json:"count" doc:"Renewals of all days."`
	Totals []httpapi.Money `json:"totals" doc:"Of all days, by currency."`
}

// RenewalDay is a day's renewals.
type RenewalDay struct {
	Date    string          `json:"date" example:"2026-11-24" doc:"In the carrier's time zone."`
	Count   int             `json:"count"`
	Amounts []httpapi.Money `json:"amounts" doc:"By currency."`
}

const (
	mostMonths  = 120
	shownMonths = 12
)

func registerReports(r *httpapi.Routes, service ReportService, now func() time.Time) {
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/reports/revenue", "report-revenue", httpapi.TagStaff,
		"Add up revenue by package and month",
		"Setup and recurring charges of the ledger, before tax, some seconds late; the last 12 months, or at most 120 of "+
			"your choice.", http.StatusBadRequest),
		func(ctx context.Context, in *struct {
			From   string `query:"from" pattern:"^([0-9]{4}-(0[1-9]|1[0-2]))?$" patternDescription:"a month such as 2026-01" doc:"The first month; 11 months before the last if missing." example:"2026-01"`
			To     string `query:"to" pattern:"^([0-9]{4}-(0[1-9]|1[0-2]))?$" patternDescription:"a month such as 2026-11" doc:"The last month; this month if missing." example:"2026-11"`
			Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"1000" doc:"The number of rows to return."`
			Cursor string `query:"cursor" doc:"next_cursor of the previous page."`
		}) (*httpapi.Out[RevenueReport], error) {
			report, err := revenueOf(ctx, service, in.From, in.To, now())
			if err != nil {
				return nil, err
			}
			page, err := httpapi.AnswerPage("revenue", httpapi.Page{Limit: in.Limit, Cursor: in.Cursor},
				func(e Earned) Earned { return e }, httpapi.PageOf(report.Data, placeOfEarned))
			if err != nil {
				return nil, err
			}
			report.Data, report.NextCursor = page.Body.Data, page.Body.NextCursor
			return httpapi.Answer(report, nil)
		})

	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/reports/renewals", "report-renewals", httpapi.TagStaff,
		"Add up the coming renewals", "The charges of active rentals today and on the 30 days after it, before tax, as of "+
			"now."),
		func(ctx context.Context, _ *struct{}) (*httpapi.Out[RenewalReport], error) {
			ahead, err := service.Renewals(ctx, httpapi.Caller(ctx).Carrier)
			if err != nil {
				return nil, err
			}
			return httpapi.Answer(wireAhead(ahead))
		})
}

// revenueOf reads the revenue of the requested months, in the carrier's time zone.
func revenueOf(ctx context.Context, service ReportService, from, to string, now time.Time) (RevenueReport, error) {
	of, err := service.Settings(ctx, httpapi.Caller(ctx).Carrier)
	if err != nil {
		return RevenueReport{}, err
	}
	loc, err := of.Location()
	if err != nil {
		return RevenueReport{}, err
	}
	first, last, err := months(from, to, now.In(loc))
	if err != nil {
		return RevenueReport{}, err
	}
	earned, err := service.Revenue(ctx, of.ID, first, last)
	if err != nil {
		return RevenueReport{}, err
	}
	return wireRevenue(first, last, earned)
}

// placeOfEarned sorts like the rows of the report.
func placeOfEarned(e Earned) string { return e.Month + " " + e.Package.ID + " " + e.Total.Currency }

// months returns the first and the last requested month.
func months(from, to string, now time.Time) (first, last string, err error) {
	if to == "" {
		to = revenue.MonthOf(now)
	}
	end, err := revenue.ParseMonth(to)
	if err != nil {
		return "", "", httpapi.BadParameter("to", to+" is not a month such as 2026-11")
	}
	if from == "" {
		from = revenue.MonthOf(end.AddDate(0, 1-shownMonths, 0))
	}
	begin, err := revenue.ParseMonth(from)
	switch {
	case err != nil:
		return "", "", httpapi.BadParameter("from", from+" is not a month such as 2026-01")
	case end.Before(begin):
		return "", "", httpapi.BadParameter("to", "is before from")
	case begin.AddDate(0, mostMonths, 0).Before(end.AddDate(0, 1, 0)):
		return "", "", httpapi.BadParameter("from", "is more than 120 months before to")
	}
	return from, to, nil
}

func wireRevenue(from, to string, earned []desk.Earned) (report RevenueReport, err error) {
	report = RevenueReport{From: from, To: to, Data: make([]Earned, len(earned))}
	var all totals
	for i, e := range earned {
		total, err := e.Setup.Add(e.Recurring)
		if err != nil {
			return report, err
		}
		if err := all.add(total); err != nil {
			return report, err
		}
		report.Data[i] = Earned{
			Month: e.Month, Package: httpapi.PackageRef{ID: e.Package, Name: e.Name},
			Setup: httpapi.WireMoney(e.Setup), Recurring: httpapi.WireMoney(e.Recurring), Total: httpapi.WireMoney(total),
		}
	}
	report.Totals = httpapi.Each(all, httpapi.WireMoney)
	return report, nil
}

func wireAhead(ahead desk.Ahead) (report RenewalReport, err error) {
	report = RenewalReport{AsOf: ahead.AsOf.UTC(), Data: make([]RenewalDay, len(ahead.Days))}
	var all totals
	for i, d := range ahead.Days {
		report.Data[i] = RenewalDay{Date: d.Begins.Format(time.DateOnly), Count: d.Count,
			Amounts: httpapi.Each(d.Amounts, httpapi.WireMoney)}
		report.Count += d.Count
		for _, a := range d.Amounts {
			if err := all.add(a); err != nil {
				return report, err
			}
		}
	}
	report.Totals = httpapi.Each(all, httpapi.WireMoney)
	return report, nil
}

// totals are sums by currency.
type totals []money.Amount

func (t *totals) add(a money.Amount) (err error) {
	for i, sum := range *t {
		if sum.Currency() == a.Currency() {
			(*t)[i], err = sum.Add(a)
			return err
		}
	}
	*t = append(*t, a)
	return nil
}
