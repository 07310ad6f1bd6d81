package inventoryimport

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/oklog/ulid/v2"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/intake"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
)

// busy are ranges that no page can list as a whole, with small ones around them.
var busy = []struct {
	first, last e164.Number
	pack        string
	every       e164.Number // 2 for a set of every second number
	taken       []e164.Number
}{
	{33130000000, 33130000009, "standard", 1, []e164.Number{33130000003}},
	{442070000000, 442073199999, "gold", 1, eachFrom(442070000007, e164.BlockSize, 310)}, // more blocks than a page
	{442074000000, 442074019999, "gold", 1, eachFrom(442074008500, 1, 2050)},             // more numbers than a page
	{442075000000, 442075000098, "gold", 2, eachFrom(442075000002, 4, 5)},
	// interleaved with the next
	{442075000001, 442075000099, "standard", 2, []e164.Number{442075000001, 442075000099}},     //
	{442075000100, 442075000199, "gold", 1, []e164.Number{442075000100}},                       // in the same block
	{442075010000, 442075049999, "standard", 1, []e164.Number{442075019999, 442075020000}},     //
	{4420750000000, 4420750000099, "standard", 1, []e164.Number{4420750000000, 4420750000001}}, // longer numbers
}

func eachFrom(first, step e164.Number, count int) (list []e164.Number) {
	for i := range count {
		list = append(list, first+e164.Number(i)*step)
	}
	return list
}

// offerBusy writes the ranges, and the taken numbers with their blocks.
func (w *importer) offerBusy() {
	w.Helper()
	blocks := map[e164.Block][]uint16{}
	for _, b := range busy {
		r := catalogue.Range{
			Carrier: "acme", Span: e164.Span{Start: b.first, End: b.last}, Package: b.pack, Country: e164.Country(b.first),
			Type: e164.Geographic, Ver: 1,
		}
		if b.every > 1 {
			var places []uint16
			for n := b.first; n <= b.last; n += b.every {
				places = append(places, n.Suffix())
			}
			set, err := catalogue.NewSuffixes(places)
			w.must(err)
			r = r.SetRange(b.first.Block(), set)
		}
		w.must(w.store.AddPartition(w.Context(), "acme", b.first.Partition()))
		w.commit(intake.Placed{Range: r})
		for part := range slices.Chunk(b.taken, 90) {
			w.rent(part)
		}
		for _, n := range b.taken {
			blocks[n.Block()] = append(blocks[n.Block()], n.Suffix())
		}
	}
	for b, places := range blocks {
		slices.Sort(places)
		taken, err := catalogue.NewSuffixes(places)
		w.must(err)
		w.must(w.store.PutBlock(w.Context(), catalogue.Block{Carrier: "acme", Block: b, Taken: taken, Ver: 1}))
	}
}

func (w *importer) rent(numbers []e164.Number) {
	w.Helper()
	offer := did.Offer{Country: "GB", Type: e164.Geographic, Terms: pricing.Terms{
		Package: "gold", Version: 1, Name: "Gold", Setup: money.MustParse("1", "USD"), Recurring: money.MustParse("2", "USD"),
		Interval: pricing.Interval{Unit: pricing.Month, Count: 1},
	}}
	batch := commit.Batch{ID: ulid.Make().String()}
	for _, n := range numbers {
		move, err := did.AllocateTo("acme", "alice", n, did.DID{}, offer, "r"+n.Digits(), w.env.Now(), time.UTC)
		w.must(err)
		batch.Changes = append(batch.Changes, move)
	}
	w.must(w.store.Commit(w.Context(), batch))
}

// listed is a range with its use, joined from its pieces.
type listed struct {
	Start, End    e164.Number
	Package       string
	Count, Rented uint64
}

// wantBusy returns the ranges that pass the filter, in the order of the list.
func wantBusy(passes func(pack string, first, last e164.Number) bool) (want []listed) {
	for _, b := range busy {
		last := b.last - (b.last-b.first)%b.every
		if passes(b.pack, b.first, last) {
			want = append(want, listed{b.first, last, b.pack, uint64(last-b.first)/uint64(b.every) + 1, uint64(len(b.taken))})
		}
	}
	return want
}

// pagesOfRanges follows cursors and joins pieces.
func (w *importer) pagesOfRanges(f intake.RangeFilter, limit int) (list []listed, pages int) {
	w.Helper()
	for after := ""; ; {
		page, next, err := w.staff.Ranges(w.Context(), "acme", f, limit, after)
		w.must(err)
		if len(page) > limit {
			w.Errorf("%+v: a page of %d ranges, at most %d", f, len(page), limit)
		}
		for _, u := range page {
			if n := len(list) - 1; n >= 0 && !u.IsSet() && list[n].End+1 == u.Span.Start && list[n].Package == u.Package &&
				!begins(u.Span.Start) {
				list[n] = listed{list[n].Start, u.Span.End, u.Package, list[n].Count + u.Count(), list[n].Rented + u.Rented}
				continue
			}
			list = append(list, listed{u.Span.Start, u.Span.End, u.Package, u.Count(), u.Rented})
		}
		if pages++; next == "" || pages > 200 {
			return list, pages
		}
		after = next
	}
}

// begins reports whether a range begins at the number.
func begins(n e164.Number) bool {
	for _, b := range busy {
		if b.first == n {
			return true
		}
	}
	return false
}

func TestBusyRangesComeInPieces(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	w.offerBusy()
	all := func(string, e164.Number, e164.Number) bool { return true }
	for _, c := range []struct {
		filter intake.RangeFilter
		limit  int
		passes func(pack string, first, last e164.Number) bool
		pages  int // at least
	}{
		{intake.RangeFilter{}, 200, all, 3},
		{intake.RangeFilter{}, 1, all, len(busy) + 2},
		{intake.RangeFilter{}, 3, all, 4},
		{intake.RangeFilter{Package: "gold"}, 2, func(pack string, _, _ e164.Number) bool { return pack == "gold" }, 4},
		{intake.RangeFilter{StartsWith: "4420"}, 200,
			func(_ string, first, _ e164.Number) bool { return first.Partition() == 4420 }, 3},
		{intake.RangeFilter{StartsWith: "44207319"}, 200,
			func(_ string, first, last e164.Number) bool { return last == 442073199999 }, 2},
		{intake.RangeFilter{StartsWith: "442075"}, 200,
			func(_ string, first, _ e164.Number) bool { return first >= 442075000000 }, 1},
		{intake.RangeFilter{StartsWith: "4420750000"}, 1, func(_ string, first, _ e164.Number) bool {
			return first >= 442075000000 && first < 442075000100 || first > 4420000000000
		}, 3},
		{intake.RangeFilter{StartsWith: "3"}, 200, func(_ string, first, _ e164.Number) bool { return first == 33130000000 },
			1},
		{intake.RangeFilter{StartsWith: "49"}, 200, func(string, e164.Number, e164.Number) bool { return false }, 1},
	} {
		name := fmt.Sprintf("%+v by %d", c.filter, c.limit)
		got, pages := w.pagesOfRanges(c.filter, c.limit)
		if diff := cmp.Diff(wantBusy(c.passes), got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
		if pages < c.pages {
			t.Errorf("%s: %d pages, want at least %d", name, pages, c.pages)
		}
	}
}
