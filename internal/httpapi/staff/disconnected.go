package staff

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"time"

	"didpurchase/internal/csvexport"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/revenue"
	"didpurchase/internal/shop"
)

// Releases has the ends of rentals; *dynamo.Store implements it, and documents it.
type Releases interface {
	Releases(ctx context.Context, carrier, month string, p shop.Page) ([]did.Release, string, error)
}

// Disconnected is a number that went out of service. A register of reassigned numbers
// needs the number and the day of its last permanent disconnection: in the United States
// by 47 CFR 64.1200(l) and FCC DA 21-67. A file for it also has the company id that the
// register gave to the carrier.
type Disconnected struct {
	DID      httpapi.DID `json:"did"`
	National string      `json:"national_number" example:"2015550123" doc:"Without the calling code."`
	Country  *string     `json:"country" example:"US"`
	Day      string      `json:"disconnected_on" format:"date" example:"2026-11-30" doc:"In UTC."`
	At       time.Time   `json:"disconnected_at"`
}

// disconnectedInput selects a month.
type disconnectedInput struct {
	Month  string `query:"month" required:"true" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" patternDescription:"a month such as 2026-11" doc:"The month, in UTC." example:"2026-11"`
	Limit  int    `query:"limit" minimum:"1" maximum:"10000" default:"1000" doc:"The number of rows to return."`
	Cursor string `query:"cursor" maxLength:"1000" doc:"next_cursor of the previous page."`
	Accept string `header:"Accept"`
}

// maxDisconnectedFile is the largest number of rows of a file; JSON has pages
// instead.
const maxDisconnectedFile = 10_000

func registerDisconnected(r *httpapi.Routes, records Releases) {
	httpapi.Register(r, httpapi.AlsoAs[httpapi.List[Disconnected]](httpapi.Operation(http.MethodGet,
		"/v1/reports/disconnected",
		"report-disconnected", httpapi.TagStaff, "List disconnected numbers",
		"Numbers whose rental ended for good in a month, by time, for registers of reassigned numbers; some seconds late. "+
			"A number that ended twice is listed twice, and so is one that its last customer rented again. Ported-out "+
			"numbers are their new carrier's to report. Ends are listed from this report's introduction on; earlier ones are "+
			"in each number's history. Accept: text/csv gives a month of up to 10,000 rows as a file.", http.StatusBadRequest),
		httpapi.MediaCSV),
		func(ctx context.Context, in *disconnectedInput) (*httpapi.Representation, error) {
			return in.answer(ctx, records)
		})
}

func (in *disconnectedInput) answer(ctx context.Context, records Releases) (*httpapi.Representation, error) {
	if _, err := revenue.ParseMonth(in.Month); err != nil {
		return nil, httpapi.BadParameter("month", in.Month+" is not a month such as 2026-11")
	}
	isFile := httpapi.Prefers(in.Accept, httpapi.MediaCSV)
	if isFile {
		in.Limit, in.Cursor = maxDisconnectedFile, ""
	}
	page, err := httpapi.AnswerPage("disconnected "+in.Month, httpapi.Page{Limit: in.Limit, Cursor: in.Cursor},
		wireDisconnected,
		func(p shop.Page) ([]did.Release, string, error) {
			return records.Releases(ctx, httpapi.Caller(ctx).Carrier, in.Month, p)
		})
	if err != nil || !isFile {
		return &httpapi.Representation{Vary: "Accept", Body: body(page)}, err
	}
	if page.Body.NextCursor != nil {
		return nil, httpapi.BadParameter("Accept",
			fmt.Sprintf("the month has more than %d rows; read it as JSON, page by page",
				maxDisconnectedFile))
	}
	file, err := disconnectedCSV(page.Body.Data)
	return &httpapi.Representation{
		ContentType: csvexport.ContentType, Disposition: `attachment; filename="disconnected-` + in.Month + `.csv"`,
		Vary: "Accept", Body: file,
	}, err
}

// body returns nil if there is no page.
func body(page *httpapi.Out[httpapi.List[Disconnected]]) any {
	if page == nil {
		return nil
	}
	return page.Body
}

func wireDisconnected(r did.Release) Disconnected {
	_, national := e164.SplitCalling(r.Number.Digits())
	return Disconnected{
		DID: httpapi.DID{Number: r.Number}, National: national, Country: httpapi.Optional(e164.Country(r.Number)),
		Day: r.At.UTC().Format(time.DateOnly), At: r.At.UTC(),
	}
}

func disconnectedCSV(rows []Disconnected) ([]byte, error) {
	var file bytes.Buffer
	w := csvexport.NewWriter(&file)
	err := w.Write("did", "national_number", "country", "disconnected_on")
	for _, d := range rows {
		if err == nil {
			country := ""
			if d.Country != nil {
				country = *d.Country
			}
			err = w.Write(csvexport.Text(d.DID.String()), csvexport.Text(d.National), csvexport.Text(country),
				csvexport.Exact(d.Day))
		}
	}
	if err == nil {
		err = w.Flush()
	}
	return file.Bytes(), err
}
