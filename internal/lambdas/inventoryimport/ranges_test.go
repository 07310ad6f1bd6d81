package inventoryimport

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
	"didpurchase/internal/intake"
	"didpurchase/internal/intake/plan"
	"didpurchase/internal/projection"
	"didpurchase/internal/wanttest"
)

// A range has counts of its own numbers only.
func TestRangesTellWhatBecameOfTheirNumbers(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	alice := w.customer()
	const first = e164.Number(442071230000)
	w.drop("a.csv", "start,end,package\n+442071230000,+442071230099,gold\n+442071230100,+442071230199,standard\n")
	w.hold(alice, first, first+1, first+100)
	w.spans(plan.Withhold, "", e164.Span{Start: first + 10, End: first + 13})
	w.deliver(w.put("rentals/acme/r.csv", "number,customer,package,paid_until\n+442071230020,alice,gold,2027-01-31\n"+
		"+442071230021,alice,gold,2027-01-31\n+442071230022,alice,gold,2027-01-31\n+442071230023,alice,gold,2027-01-31\n"))
	items, err := w.store.DIDs(t.Context(), "acme", []e164.Number{first + 23})
	w.must(err)
	given, err := items[first+23].CancelAtEnd(w.env.Now(), time.UTC)
	w.must(err)
	w.commit(given)
	aged, err := given.To.AgeUntil(w.env.Now().AddDate(1, 0, 0), w.env.Now())
	w.must(err)
	w.commit(aged)
	_, err = projection.New(w.store, w.env.Now).Rebuild(t.Context(),
		[]catalogue.BlockRef{{Carrier: "acme", Block: first.Block()}})
	w.must(err)
	want := func(when string, held uint64) {
		ranges, _, err := w.staff.Ranges(t.Context(), "acme", intake.RangeFilter{}, 10, "")
		w.must(err)
		if len(ranges) != 2 {
			t.Fatalf("%s: %d ranges", when, len(ranges))
		}
		u := ranges[0]
		wanttest.Equal(t, when+": held", u.Held, held)
		wanttest.Equal(t, when+": withheld", u.Withheld, 4)
		wanttest.Equal(t, when+": rented", u.Rented, 3)
		wanttest.Equal(t, when+": aging", u.Aging, 1)
		wanttest.Equal(t, when+": available", u.Available(), 92-held)
		u = ranges[1]
		wanttest.Equal(t, when+": held", u.Held, held/2)
		wanttest.Equal(t, when+": withheld, rented and aging", u.Withheld+u.Rented+u.Aging, 0)
		wanttest.Equal(t, when+": available", u.Available(), 100-held/2)
	}
	want("while the cart holds", 2)
	w.clock.Add(int64(24 * time.Hour))
	want("when its holds have lapsed", 0)
}

func TestUtilisation(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	var file strings.Builder
	file.WriteString("start,end,package\n")
	for i := range 25 {
		fmt.Fprintf(&file, "+4420712%05d,+4420712%05d,gold\n", i*2_500, i*2_500+9)
	}
	w.drop("a.csv", file.String()+"+33130000000,+33130000000,standard\n")
	var starts []e164.Number
	for after, first := "", true; first || after != ""; first = false {
		page, next, err := w.staff.Ranges(t.Context(), "acme", intake.RangeFilter{}, 7, after)
		w.must(err)
		for _, r := range page {
			starts = append(starts, r.Span.Start)
		}
		after = next
	}
	if len(starts) != 26 {
		t.Fatalf("ranges start at %v, want 26 ranges", starts)
	}
	wanttest.True(t, "the ranges are sorted", slices.IsSorted(starts))
	wanttest.Equal(t, "start of the first range", starts[0], 33130000000)
	for f, want := range map[intake.RangeFilter]int{{StartsWith: "4420712"}: 25, {StartsWith: "4420712000"}: 1,
		{StartsWith: "44207129"}: 0, {Package: "standard"}: 1, {StartsWith: "33", Package: "gold"}: 0} {
		if page, _, err := w.staff.Ranges(t.Context(), "acme", f, 100, ""); err != nil || len(page) != want {
			t.Errorf("%+v: %d ranges, %v; want %d", f, len(page), err, want)
		}
	}
}
