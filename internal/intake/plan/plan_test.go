package plan

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/wanttest"
)

// Several jobs one after another: outcomes, counts and inventory are the same as
// when each number is counted, even if steps of the plan are done twice, and the
// same file again changes nothing.
func TestPlanIsAsCounted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		inv := newStock()
		for range rapid.IntRange(1, 4).Draw(t, "files") {
			job := task{Action: rapid.SampledFrom([]Action{Offer, Offer, Withdraw, Reprice}).Draw(t, "action")}
			if job.Action == Offer {
				job.Replace = rapid.SampledFrom([]bool{false, false, true}).Draw(t, "replace")
			}
			rows, file := drawFile(t)
			before := inv.numbers(t)
			codes, after := expect(job, rows, before)
			plan, words, steps := planned(t, job, file, inv)
			for i, word := range words {
				if !strings.HasPrefix(word, string(codes[i])+": ") {
					t.Fatalf("%s, replace %t, row %d %v: %s, want %s", job.Action, job.Replace, i, rows[i], word, codes[i])
				}
			}
			again := rapid.IntRange(0, len(steps)).Draw(t, "again")
			done := uint64(0)
			for i, s := range steps {
				inv.carryOut(t, s)
				if i == again {
					inv.carryOut(t, s)
				}
				done += s.Rows
			}
			if done != plan.Counts.Applied {
				t.Fatalf("steps finish %d rows of %d", done, plan.Counts.Applied)
			}
			if got := inv.numbers(t); !maps.Equal(got, after) {
				t.Fatalf("%s, replace %t: offered %v, want %v", job.Action, job.Replace, got, after)
			}
			wantCounts(t, plan.Counts, before, after)
			if twice, _, steps := planned(t, job, file, inv); twice.Counts.Applied != 0 || len(steps) > 0 {
				t.Fatalf("the same file again applies %d rows in %v", twice.Counts.Applied, steps)
			}
		}
	})
}

func wantCounts(t *rapid.T, got Counts, before, after map[e164.Number]offeredAs) {
	var want Counts
	for n, is := range after {
		was, offered := before[n]
		switch {
		case !offered:
			want.DIDs++
		case was != is:
			want.Updated++
		}
		if offered && was.pkg != is.pkg {
			want.Repriced++
		}
	}
	for n := range before {
		if _, stays := after[n]; !stays {
			want.Withdrawn++
		}
	}
	wanttest.Equal(t, "DIDs added", got.DIDs, want.DIDs)
	wanttest.Equal(t, "DIDs withdrawn", got.Withdrawn, want.Withdrawn)
	wanttest.Equal(t, "DIDs repriced", got.Repriced, want.Repriced)
	wanttest.Equal(t, "DIDs updated", got.Updated, want.Updated)
}

var adding = task{Action: Offer}

func TestSinglesBecomeOneSetForBlockAndPackage(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var file strings.Builder
		file.WriteString("number,package\n")
		wanted := map[string]bool{}
		for range 200 {
			n := e164.Number(442071230000 + rapid.IntRange(0, 49_999).Draw(t, "number"))
			pkg := rapid.SampledFrom([]string{"standard", "gold"}).Draw(t, "package")
			fmt.Fprintf(&file, "%s,%s\n", n, pkg)
			wanted[n.Block().Digits()+pkg] = true
		}
		if _, _, steps := planned(t, adding, file.String(), newStock()); len(steps) > len(wanted) {
			t.Errorf("%d items for %d sets", len(steps), len(wanted))
		}
	})
}

// Scattered spans become sets too: a block has few items, in whatever pieces a file
// lists its numbers.
func TestManySpansBecomeASet(t *testing.T) {
	t.Parallel()
	inv := newStock()
	file := "start,end,package\n"
	for n := 442071230000; n < 442071250000; n += 10 {
		file += fmt.Sprintf("+%d,+%d,gold\n", n, n+3)
	}
	_, _, steps := planned(t, adding, file, inv)
	for _, s := range steps {
		inv.carryOut(t, s)
	}
	if n := uint64(len(inv.numbers(t))); len(inv.kept) != 2 || n != 8_000 {
		t.Errorf("%d ranges of %d numbers", len(inv.kept), n)
	}
}

// Removing single numbers from a span leaves sets, not thousands of spans. After
// they are added again, there is one span.
func TestManyFragmentsBecomeASet(t *testing.T) {
	t.Parallel()
	inv := newStock(Offered{Carrier: "acme", Package: "gold", Country: "GB", Area: "London", Type: e164.Geographic, Ver: 1,
		Span: e164.Span{Start: 442071200000, End: 442071299999}})
	file := "start,end,package\n"
	for n := 442071230000; n < 442071240000; n += 10 {
		file += fmt.Sprintf("+%d,+%d,gold\n", n, n+3)
	}
	_, _, steps := planned(t, task{Action: Withdraw}, file, inv)
	for _, s := range steps {
		inv.carryOut(t, s)
	}
	if n := uint64(len(inv.numbers(t))); len(inv.kept) != 3 || n != 96_000 {
		t.Errorf("%d ranges of %d numbers", len(inv.kept), n)
	}
}

func TestFileAreaIsKept(t *testing.T) {
	t.Parallel()
	_, _, steps := planned(t, adding, "number,package,area\n+442071230000,gold,Soho\n+442071230001,gold,"+
		"\n+442071230002,gold,Soho\n", newStock())
	var got []string
	for _, s := range steps {
		for _, p := range s.Put {
			r, err := p.RangeOf("acme", "job")
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, fmt.Sprintf("%s %d %s %s %s", bounds(r.Span), r.Count(), r.Area, r.Country, r.Type))
		}
	}
	want := []string{"+442071230000 to +442071230002 2 Soho GB geographic", "+442071230001 1 London GB geographic"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSentencesNameTheValue(t *testing.T) {
	t.Parallel()
	inv := newStock(Offered{Carrier: "acme", Package: "gold", Ver: 1, ImportID: "before",
		Span: e164.Span{Start: 442071230000, End: 442071239999}})
	const file = "start,end,package\n+442071230000,+442071230009,gold\n+442071239990,+442071240009,gold\n" +
		"+442071230020,+442071230020,standard\n+442080000000,+442080000009,lead\n+442080000000,+442080000009,gold\n" +
		"+442080000000,+442080000009,gold\n+442080000005,+442080000019,gold\n"
	for name, test := range map[string]struct {
		job  task
		want []string
	}{
		"add": {adding, []string{
			"already_offered: 10 numbers, +442071230000 to +442071230009, offered already under gold",
			"overlap: overlaps +442071230000 to +442071239999, offered already under gold; the row is 20 numbers, " +
				"+442071239990 to +442071240009 under gold",
			"updated: 1 number, +442071230020, updated: under standard; the first of them had package gold",
			`unknown_package: there is no package "lead"; the row is 10 numbers, +442080000000 to +442080000009 under "lead"`,
			"added: 10 numbers, +442080000000 to +442080000009, added under gold",
			"duplicate_row: 10 numbers, +442080000000 to +442080000009 under gold duplicates line 6",
			"overlap: overlaps +442080000000 to +442080000009 of line 6; the row is 15 numbers, +442080000005 to " +
				"+442080000019 under gold",
		}},
		"replace": {task{Action: Offer, Replace: true}, []string{
			"already_offered: 10 numbers, +442071230000 to +442071230009, offered already under gold",
			"extended: 10 numbers of +442071239990 to +442071240009 added under gold, which has the other 10 already",
			"repriced: 1 numbers of +442071230020 moved to standard, the first of them from gold",
			`unknown_package: there is no package "lead"; the row is 10 numbers, +442080000000 to +442080000009 under "lead"`,
			"added: 10 numbers, +442080000000 to +442080000009, added under gold",
			"duplicate_row: 10 numbers, +442080000000 to +442080000009 under gold duplicates line 6",
			"overlap: overlaps +442080000000 to +442080000009 of line 6; the row is 15 numbers, +442080000005 to " +
				"+442080000019 under gold",
		}},
		"withdraw": {task{Action: Withdraw}, []string{
			"withdrawn: 10 numbers of +442071230000 to +442071230009 withdrawn, the first of them under gold",
			"withdrawn: 10 numbers of +442071239990 to +442071240009 withdrawn, the first of them under gold",
			"withdrawn: 1 numbers of +442071230020 withdrawn, the first of them under gold",
			"not_offered_already: none of 10 numbers, +442080000000 to +442080000009, offered",
			"duplicate_row: 10 numbers, +442080000000 to +442080000009 duplicates line 5",
			"duplicate_row: 10 numbers, +442080000000 to +442080000009 duplicates line 5",
			"overlap: overlaps +442080000000 to +442080000009 of line 5; the row is 15 numbers, +442080000005 to +442080000019",
		}},
	} {
		if _, words, _ := planned(t, test.job, file, inv); !slices.Equal(words, test.want) {
			t.Errorf("%s: got %q", name, words)
		}
	}
}

// A section has only as many ranges as fit into memory: more are refused before the
// first change, and existing ones can still be withdrawn.
func TestRangesOfACellAreBounded(t *testing.T) {
	t.Parallel()
	var file strings.Builder
	file.WriteString("start,end,package\n")
	for i := range maxRanges + 1 { // two a block
		fmt.Fprintf(&file, "+4930%09d,+4930%09d,gold\n", i*5_000, i*5_000+1)
	}
	_, err := composed(t, adding, file.String(), newStock(), NewStepWriter(io.Discard))
	var unreadable *sheet.Unreadable
	if !errors.As(err, &unreadable) || !strings.Contains(unreadable.Reason,
		"would be offered in 50001 ranges, more than 50000") {
		t.Errorf("error %v", err)
	}
	full := newStock()
	for i := range e164.Number(maxRanges + 10) {
		start := 4930000000000 + i*5_000
		r := Offered{Carrier: "acme", Package: "gold", Ver: 1, Span: e164.Span{Start: start, End: start + 9}}
		full.kept[idOf(r)] = r
	}
	if _, err := composed(t, task{Action: Withdraw}, "number\n+4930000000000\n", full,
		NewStepWriter(io.Discard)); err != nil {
		t.Errorf("of more than there may be, none can be withdrawn: %v", err)
	}
}

// A correction costs one write for each range that it touches: one for a span,
// three in one step for a part of a span, one for a whole set. The count of their
// numbers does not matter.
func TestCorrectionsCostTheRangesTouched(t *testing.T) {
	t.Parallel()
	set, err := catalogue.NewSuffixes([]uint16{1, 3, 5, 7})
	if err != nil {
		t.Fatal(err)
	}
	like := Offered{Carrier: "acme", Package: "gold", Country: "GB", Area: "London", Type: e164.Geographic, Ver: 1}
	span := like
	span.Span = e164.Span{Start: 442071230000, End: 442071299999}
	for name, test := range map[string]struct {
		rows             string
		puts, steps      int
		updated, reprice uint64
	}{
		"a whole span":     {"+442071230000,+442071299999,gold,Leeds\n", 1, 1, 70_000, 0},
		"a part of a span": {"+442071240000,+442071249999,gold,Leeds\n", 3, 1, 10_000, 0},
		"its package":      {"+442071240000,+442071249999,standard,\n", 3, 1, 10_000, 10_000},
		"both":             {"+442071230000,+442071239999,standard,Leeds\n", 2, 1, 10_000, 10_000},
		"a set": {"+442072000001,,gold,Leeds\n+442072000003,,gold,Leeds\n+442072000005,,gold," +
			"Leeds\n+442072000007,,gold,Leeds\n", 1, 1, 4, 0},
		"most of a set": {"+442072000001,,gold,Leeds\n+442072000003,,gold,Leeds\n+442072000005,,gold,Leeds\n", 2, 1, 3, 0},
		"one of a set":  {"+442072000001,,gold,Leeds\n", 2, 1, 1, 0},
		"nothing":       {"+442071230000,+442071299999,gold,London\n+442072000001,,gold,\n", 0, 0, 0, 0},
	} {
		inv := newStock(span, like.SetRange(e164.Number(442072000000).Block(), set))
		rows := strings.ReplaceAll(test.rows, ",,gold", ",SAME,gold")
		for strings.Contains(rows, "SAME") {
			at := strings.Index(rows, ",SAME")
			rows = rows[:at] + "," + rows[at-13:at] + rows[at+len(",SAME"):]
		}
		_, words, steps := planned(t, adding, "start,end,package,area\n"+rows, inv)
		puts, total := 0, Counts{}
		for _, s := range steps {
			puts += len(s.Put) + len(s.Delete)
			total.Add(s)
			inv.carryOut(t, s)
		}
		wanttest.Equal(t, name+": ranges written", puts, test.puts)
		wanttest.Equal(t, name+": steps", len(steps), test.steps)
		wanttest.Equal(t, name+": numbers updated", total.Updated, test.updated)
		wanttest.Equal(t, name+": numbers repriced", total.Repriced, test.reprice)
		wanttest.Equal(t, name+": numbers offered afterwards", len(inv.numbers(t)), 70_004)
		if t.Failed() {
			t.Fatalf("%s: %q %+v", name, words, steps)
		}
	}
}
