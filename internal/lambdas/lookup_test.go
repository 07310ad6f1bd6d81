package lambdas_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/customer"
	"didpurchase/internal/intake"
	"didpurchase/internal/wanttest"
)

func TestLookUpList(t *testing.T) {
	t.Parallel()
	w := market(t)
	w.as("alice", "POST", "/v1/cart/items", `{"dids":["+442071230010"]}`)
	w.projects(442071230010)
	var found customer.LookUpAnswer
	w.as("bob", "POST", "/v1/available-dids/search",
		`{"country":"gb","dids":["+44 (0)20 7123 0000","020 7123 0010","(020) `+
			`7123-0150","00442071230100","+442071239000","12","","+442071230000","020 7123 0151 `+
			`x5","4.42071E+11","=\"+442071230152\""]}`).read(t, &found)
	if diff := cmp.Diff([]string{
		"1 442071230000 available", "2 442071230010 unavailable", "3 442071230150 available", "4 442071230100 available",
		"5 442071239000 not_offered", "6 invalid wrong_length", "7 invalid empty", "8 442071230000 duplicate of 1",
		"9 invalid has_extension",
		"10 invalid lost_digits", "11 442071230152 available",
	}, linesOf(found)); diff != "" {
		t.Errorf("the lines (-want +got):\n%s", diff)
	}
	if found.Total != 4 {
		t.Errorf("total %d, want 4: each number counts once", found.Total)
	}
	found = customer.LookUpAnswer{}
	w.as("alice", "POST", "/v1/available-dids/search",
		`{"dids":["020 7123 0010","0207-123-0150","442071230151","(212) 555-0100"]}`).read(t, &found)
	if diff := cmp.Diff([]string{
		"1 442071230010 yours", "2 442071230150 available", "3 442071230151 available", "4 invalid not_in_plan",
	}, linesOf(found)); diff != "" {
		t.Errorf("lines without a country, in the only one on sale (-want +got):\n%s", diff)
	}
	for body, pointer := range map[string]string{
		`{"dids":[]}`: "/dids", `{"dids":["` + strings.Repeat(`1","`, 5000) + `"]}`: "/dids",
		`{"dids":["1"],"country":"XX"}`: "/country",
	} {
		var problem httpapi.Problem
		got := w.as("bob", "POST", "/v1/available-dids/search", body)
		if got.read(t, &problem); got.Status != 422 || problem.Errors[0].Pointer != pointer {
			t.Errorf("%.40s: %d %s, want a 422 that names %s", body, got.Status, got.Body, pointer)
		}
	}
}

// A national number that two countries on sale have is ambiguous in a list, which
// names both; the search box finds both.
func TestAmbiguousNumbersOfTwoCountries(t *testing.T) {
	t.Parallel()
	w := market(t)
	for start, country := range map[e164.Number]string{12079460000: "US", 442079460000: "GB"} {
		w.must(w.store.AddPartition(t.Context(), "acme", start.Partition()))
		span := e164.Span{Start: start, End: start + 9}
		w.change(intake.Placed{Range: catalogue.Range{Carrier: "acme", Span: span, Package: "gold", Ver: 1,
			Country: country}})
	}
	var found customer.LookUpAnswer
	w.as("alice", "POST", "/v1/available-dids/search", `{"dids":["2079460000","020 7946 0000","+1 207 946 0000"]}`).read(t,
		&found)
	if diff := cmp.Diff([]string{"1 ambiguous ambiguous", "2 442079460000 available", "3 12079460000 available"},
		linesOf(found)); diff != "" {
		t.Errorf("the lines (-want +got):\n%s", diff)
	}
	wanttest.Equal(t, "the sentence", found.Data[0].Detail,
		`"2079460000" has 2 meanings: national +442079460000 or national +12079460000; write it with a plus and its `+
			`country code`)
	readings := []httpapi.DID{{Number: 442079460000}, {Number: 12079460000}}
	if diff := cmp.Diff(readings, found.Data[0].Readings); diff != "" {
		t.Errorf("the readings (-want +got):\n%s", diff)
	}
	var box customer.SearchAnswer
	w.as("alice", "GET", "/v1/available-dids?q=2079460000", "").read(t, &box)
	if diff := cmp.Diff([]string{"12079460000", "442079460000"}, rows(box.Data)); diff != "" {
		t.Errorf("the search box (-want +got):\n%s", diff)
	}
}

// A list may have 5,000 lines, each of any length that a person writes.
func TestLookUpLongList(t *testing.T) {
	t.Parallel()
	w := market(t)
	lines := make([]string, 5000)
	for i := range lines {
		lines[i] = fmt.Sprintf("+44 (0) 20 7123 %04d%s", i, strings.Repeat(" ", 150))
	}
	body, err := json.Marshal(map[string]any{"dids": lines})
	w.must(err)
	var found customer.LookUpAnswer
	got := w.as("alice", "POST", "/v1/available-dids/search", string(body))
	got.read(t, &found)
	wanttest.Equal(t, "status", got.Status, 200)
	wanttest.Equal(t, "number of lines", len(found.Data), 5000)
	wanttest.Equal(t, "available numbers", found.Total, 200)
}

// linesOf returns each line of an answer in a few words.
func linesOf(found customer.LookUpAnswer) (lines []string) {
	for _, row := range found.Data {
		line := fmt.Sprint(row.Line)
		if row.DID != nil {
			line += " " + row.DID.Digits()
		}
		line += " " + string(row.Outcome)
		if row.DuplicateOf > 0 {
			line += fmt.Sprintf(" of %d", row.DuplicateOf)
		}
		lines = append(lines, strings.TrimSpace(line+" "+row.Reason))
	}
	return lines
}
