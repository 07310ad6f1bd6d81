package lambdas_test

import (
	"fmt"
	"testing"
	"time"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/staff"
	"didpurchase/internal/wanttest"
)

// The numbers whose rental ended in a month are listed once for each end, by time, in
// pages and as a file; a repeat of the stream adds none.
func TestDisconnectedNumbers(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	for i, at := range []time.Time{start, start.Add(time.Hour), start.AddDate(0, 1, 0)} {
		for range 2 {
			w.must(w.store.PutRelease(t.Context(),
				did.Passage{Carrier: "acme", Number: 12015550123 + e164.Number(i), At: at, Customer: "alice"}))
		}
	}
	var got []string
	for cursor := ""; ; {
		var page httpapi.List[staff.Disconnected]
		w.as("acme-viewer", "GET", "/v1/reports/disconnected?month=2026-11&limit=1"+cursor, "").read(t, &page)
		for _, d := range page.Data {
			got = append(got, fmt.Sprint(d.DID, " ", d.National, " ", *d.Country, " ", d.Day))
		}
		if page.NextCursor == nil {
			break
		}
		cursor = "&cursor=" + *page.NextCursor
	}
	wanttest.Diff(t, "disconnected in November", got,
		[]string{"+12015550123 2015550123 US 2026-11-24", "+12015550124 2015550124 US 2026-11-24"})
	file := w.as("ada", "GET", "/v1/reports/disconnected?month=2026-12", "", "accept", "text/csv")
	wanttest.Equal(t, "file", file.Body, "\ufeffdid,national_number,country,disconnected_on\n'+12015550125,2015550125,"+
		"US,2026-12-24\n")
	wanttest.Equal(t, "another carrier's", w.as("grace", "GET", "/v1/reports/disconnected?month=2026-11", "").Body,
		`{"data":[],"next_cursor":null}`+"\n")
	refused(t, "a broken cursor", w.as("ada", "GET", "/v1/reports/disconnected?month=2026-11&cursor=x", ""), 400,
		"invalid_request", "cursor")
}
