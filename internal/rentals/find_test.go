package rentals

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/wanttest"
)

var (
	noon  = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	clock = Clock{Now: noon.AddDate(0, 5, 0), Older: time.UTC}
	lots  = []*Lot{
		{Package: "standard", Country: "GB", Area: "London", Type: "geographic",
			Interval: pricing.Interval{Unit: pricing.Month, Count: 1}, Zone: "Europe/London"},
		{Package: "standard", Country: "GB", Area: "Leeds | West", Type: "geographic",
			Interval: pricing.Interval{Unit: pricing.Week, Count: 2}, Zone: "UTC"},
		{Package: "gold", Country: "US", Type: "toll_free", Interval: pricing.Interval{Unit: pricing.Month, Count: 1},
			Align: pricing.Alignment{MonthDays: pricing.OnMonthDays(1, 15)}},
	}
)

func drawRow(t *rapid.T, digits string) Row {
	return Row{
		Digits: digits, Lot: rapid.SampledFrom(lots).Draw(t, "lot"),
		State:  rapid.SampledFrom([]did.State{did.Assigned, did.PastDue, did.Suspended, did.Aging}).Draw(t, "state"),
		Since:  noon.Unix() + rapid.Int64Range(0, 5).Draw(t, "since"),
		Anchor: noon.Unix() + 86400*rapid.Int64Range(0, 5).Draw(t, "anchor"), UnpaidSince: noon.AddDate(0, 2, 0).Unix(),
		Label:       rapid.SampledFrom([]string{"", "Sales", "sales 2", "Büro"}).Draw(t, "label"),
		Destination: rapid.SampledFrom([]string{"", "sip:a@example.com", "+442079460123"}).Draw(t, "destination"),
		Tags:        rapid.SampledFrom([][]string{nil, {"VIP"}, {"VIP", "london office"}}).Draw(t, "tags"),
	}
}

func drawRows(t *rapid.T) (rows []Row) {
	for i := range rapid.IntRange(0, 60).Draw(t, "rows") {
		rows = append(rows, drawRow(t, fmt.Sprintf("4420794601%02d", i)))
	}
	return rows
}

// TestPagesAreTheSortedMatches compares pages of any size with a list that is
// sorted as a whole, and the counts with a second pass over the matches.
func TestPagesAreTheSortedMatches(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows := drawRows(t)
		q, err := Parse(Filters{
			Q:     rapid.SampledFrom([]string{"", "0", "sal", "010", "LONDON"}).Draw(t, "q"),
			State: rapid.SampledFrom([]string{"", "active", "aging"}).Draw(t, "wanted state"),
			Tag:   rapid.SampledFrom([]string{"", "vip"}).Draw(t, "wanted tag"),
		})
		if err != nil {
			t.Fatal(err)
		}
		by := rapid.SampledFrom([]Sort{ByNumber, ByLabel, ByAssignedAt, ByNextCharge}).Draw(t, "sort")
		var want []Row
		for _, r := range rows {
			if q.Matches(&r) {
				want = append(want, r)
			}
		}
		o := order{by: by, clock: clock, due: map[due]int64{}}
		slices.SortFunc(want, func(a, b Row) int { return o.of(&a).compare(o.of(&b)) })
		got := []string{}
		page := Page{Sort: by, Limit: rapid.IntRange(1, 9).Draw(t, "limit")}
		for {
			found := Find(rows, q, page, clock)
			if found.Counts.Total != uint64(len(want)) {
				t.Fatalf("total %d, want %d", found.Counts.Total, len(want))
			}
			got = append(got, found.Digits...)
			if page.After = found.Next; page.After == "" {
				break
			}
			if !ValidAfter(page.After) {
				t.Fatalf("the place %q is refused", page.After)
			}
		}
		skipped := Page{Sort: by, Limit: 3, Offset: rapid.IntRange(0, 70).Draw(t, "offset")}
		from := min(skipped.Offset, len(want))
		for i, found := range Find(rows, q, skipped, clock).Digits {
			if found != want[from+i].Digits {
				t.Fatalf("row %d after %d rows is %s, want %s", i, from, found, want[from+i].Digits)
			}
		}
		digits := make([]string, len(want))
		for i, r := range want {
			digits[i] = r.Digits
		}
		if diff := gocmp.Diff(digits, got); diff != "" {
			t.Fatalf("pages (-want +got):\n%s", diff)
		}
	})
}

func TestMatches(t *testing.T) {
	t.Parallel()
	row := Row{Digits: "442079460123", State: did.Assigned, Lot: lots[0], Label: "Front desk",
		Destination: "+442079460999",
		Tags:        []string{"VIP", "north"}}
	for filters, want := range map[Filters]bool{
		{}: true, {Q: "020 7946"}: true, {Q: "+44 (0)20 79"}: true, {Q: "0999"}: false, {Q: "FRONT"}: true, {Q: "vip"}: true,
		{Q: "londo"}: true, {Q: "paris"}: false, {State: "active"}: true, {State: "aging"}: false, {Country: "fr, gb"}: true,
		{Country: "FR"}: false, {Area: "london"}: true, {Area: "Lond"}: false, {Type: "geographic"}: true,
		{Type: "mobile"}: false, {Package: "standard"}: true, {Package: "gold"}: false, {Tag: "vip"}: true,
		{Tag: "vi"}:                    false,
		{Destination: " 442079460999"}: true, {Destination: "+442079460999"}: true, {Destination: "none"}: false,
		{Destination: "sip:a@example.com"}: false, {Q: "7946", State: "aging"}: false,
	} {
		q, err := Parse(filters)
		wanttest.Equal(t, fmt.Sprintf("%+v: error", filters), err, nil)
		wanttest.Equal(t, fmt.Sprintf("%+v", filters), q.Matches(&row), want)
		wanttest.Equal(t, fmt.Sprintf("%+v has no condition", filters), q.All(), filters == Filters{})
	}
	for _, wrong := range []string{"GBR", "G1", "GB,,FR", ","} {
		_, err := Parse(Filters{Country: wrong})
		var refused *InvalidFilter
		wanttest.True(t, wrong+" is refused", errors.As(err, &refused))
	}
}

func TestFacetsAreExact(t *testing.T) {
	t.Parallel()
	var rows []Row
	for i := range 150 {
		rows = append(rows, Row{Digits: fmt.Sprint(442079460000 + i), State: did.Assigned, Lot: lots[i%3],
			Tags: []string{fmt.Sprintf("tag %03d", i), "all"}})
	}
	counts := Find(rows, Query{}, Page{Limit: 1}, clock).Counts
	wanttest.Diff(t, "state", counts.State, Facet{Top: []Count{{"active", 150}}})
	wanttest.Diff(t, "country", counts.Country, Facet{Top: []Count{{"GB", 100}, {"US", 50}}})
	wanttest.Diff(t, "area", counts.Area, Facet{Top: []Count{{"Leeds | West", 50}, {"London", 50}}})
	wanttest.Diff(t, "package", counts.Package, Facet{Top: []Count{{"standard", 100}, {"gold", 50}}})
	wanttest.Equal(t, "named tags", len(counts.Tag.Top), MaxValues)
	wanttest.Diff(t, "the greatest tag", counts.Tag.Top[0], Count{"all", 150})
	wanttest.Diff(t, "other tags", counts.Tag.Others, Others{Values: 51, Count: 51})
}

// TestBegunKeepsTheRow: the row from the index is equal to the row from the item.
func TestBegunKeepsTheRow(t *testing.T) {
	t.Parallel()
	reader := NewReader()
	for _, lot := range lots {
		d := did.DID{Number: 442079460123, State: did.Assigned, Offer: did.Offer{
			Terms: pricing.Terms{Package: lot.Package, Interval: lot.Interval, Align: lot.Align,
				Recurring: money.MustParse("2", "USD")},
			Country: lot.Country, Area: lot.Area, Type: lot.Type,
		}}
		d.AssignedAt, d.Anchor, d.Zone = noon.Add(time.Hour), noon, lot.Zone
		want, got := RowOf(d), Row{Digits: "442079460123", State: did.Assigned}
		wanttest.Equal(t, "error", reader.Read(&got, Begun(d)), nil)
		wanttest.Diff(t, "row", got, want)
		again := Row{}
		wanttest.Equal(t, "error", reader.Read(&again, Begun(d)), nil)
		wanttest.True(t, "the lot is shared", again.Lot == got.Lot)
	}
	for _, wrong := range []string{"", "x", "1|2", "1|2|UTC|month|1", "!|2|UTC|month|1|0|0|t|GB|p|a",
		"1|2|UTC|month|one|0|0|t|GB|p|a"} {
		wanttest.True(t, fmt.Sprintf("%q is refused", wrong), NewReader().Read(&Row{}, wrong) != nil)
	}
}

// TestNextCharge compares with the periods that a rental itself counts.
func TestNextCharge(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lot := rapid.SampledFrom(lots).Draw(t, "lot")
		anchor := noon.AddDate(0, 0, rapid.IntRange(-400, 400).Draw(t, "days"))
		now := anchor.Add(time.Duration(rapid.IntRange(0, 3*365*24).Draw(t, "hours")) * time.Hour)
		terms := pricing.Terms{Interval: lot.Interval, Align: lot.Align}
		d := did.DID{Number: e164.Number(442079460123), State: did.Assigned, Offer: did.Offer{Terms: terms}}
		d.Anchor, d.Zone, d.UnpaidSince = anchor, lot.Zone, now
		k := 0
		for !terms.Due(anchor, k+1, d.Location(time.UTC)).After(now) {
			k++
		}
		row := RowOf(d)
		at, ok := row.nextCharge(now, time.UTC)
		if want := terms.Due(anchor, k+1, d.Location(time.UTC)); !ok || !at.Equal(want) {
			t.Fatalf("active: %s, %v, want %s", at, ok, want)
		}
		row.State = did.PastDue
		at, ok = row.nextCharge(now.AddDate(0, 1, 0), time.UTC)
		if want := terms.Due(anchor, k, d.Location(time.UTC)); !ok || !at.Equal(want) {
			t.Fatalf("past due: %s, %v, want %s", at, ok, want)
		}
	})
	_, ok := Row{State: did.Aging, Lot: lots[0]}.nextCharge(noon, time.UTC)
	wanttest.True(t, "an aging rental has no charge", !ok)
}

func TestSplitCoversTheSpan(t *testing.T) {
	t.Parallel()
	wanttest.Diff(t, "borders", split("44200", "44280")[:3], []string{"44200", "442100000000000", "442200000000000"})
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.StringMatching(`[1-9][0-9]{5,14}`)
		pair := []string{digits.Draw(t, "a"), digits.Draw(t, "b")}
		slices.Sort(pair)
		borders := split(pair[0], pair[1])
		if borders[0] != pair[0] || !slices.IsSortedFunc(borders[1:], cmp.Compare) || len(borders) > partsAtOnce {
			t.Fatalf("borders of %v: %s", pair, strings.Join(borders, " "))
		}
	})
}
