package intake

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
)

var testPackages = map[string]bool{"standard": true, "gold": true}

// inventory is what a carrier offers, as a store keeps it.
type inventory map[string]Offered

func keyOf(o Offered) string {
	if o.IsSet() {
		return "set " + o.Block().Digits() + o.Package
	}
	return "span " + o.Span.Start.Digits()
}

func (inv inventory) load(_ context.Context, p e164.Partition) (shelf, error) {
	var ranges []Offered
	for _, o := range inv {
		if o.Span.Start.Partition() == p {
			ranges = append(ranges, o)
		}
	}
	return newShelf(ranges), nil
}

// numbers is each offered number's package; no number is offered twice.
func (inv inventory) numbers(t *rapid.T) map[e164.Number]string {
	all := map[e164.Number]string{}
	for _, o := range inv {
		if o.Span.Start.Partition() != o.Span.End.Partition() {
			t.Fatalf("%s crosses a partition", bounds(o.Span))
		}
		for n := o.Span.Start; n <= o.Span.End; n++ {
			if !o.Contains(n) {
				continue
			}
			if before, twice := all[n]; twice {
				t.Fatalf("%s is offered under %s and %s", n, before, o.Package)
			}
			all[n] = o.Package
		}
	}
	return all
}

// place applies a placing as the store does.
func (inv inventory) place(t *rapid.T, pl placing) {
	there, exists := inv[keyOf(pl.Offered)]
	if exists && there.Ver != pl.SeenVer && there.ImportID != pl.ImportID {
		t.Fatalf("%s is written over version %d, seen %d", keyOf(pl.Offered), there.Ver, pl.SeenVer)
	}
	inv[keyOf(pl.Offered)] = pl.Offered
}

// planned is the plan of a file, and its report's words.
func plannedFor(t *rapid.T, job, file string, inv inventory) (*plan, []string) {
	p := newPlan("acme", job, testPackages)
	each := func(visit func(*sheet, record)) {
		s, err := openSheet(strings.NewReader(file), nil)
		if err != nil {
			t.Fatal(err)
		}
		for {
			rec, err := s.next()
			if err == io.EOF {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			visit(s, rec)
		}
	}
	each(func(s *sheet, rec record) { p.add(&s.layout, rec) })
	if err := p.reconcile(t.Context(), inv.load); err != nil {
		t.Fatal(err)
	}
	p.settle()
	var words []string
	each(func(s *sheet, rec record) {
		f := p.explain(len(words), &s.layout, rec)
		words = append(words, string(f.Code)+": "+f.Detail)
	})
	return p, words
}

func placingsOf(t *rapid.T, p *plan, inv inventory) (list []placing) {
	for pl, err := range p.placings(t.Context(), inv.load) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, pl)
	}
	return list
}

// Around the border of two blocks, of the partitions 4420 and 4421, and of
// +43's and +44's numbers.
var bases = []e164.Number{442071239990, 442099999990, 443000000000}

type row struct {
	start e164.Number
	count uint64
	pkg   string
}

func drawRow(t *rapid.T, shape string) row {
	r := row{
		start: rapid.SampledFrom(bases).Draw(t, "base") + e164.Number(rapid.IntRange(0, 19).Draw(t, "start")),
		count: 1,
		pkg:   rapid.SampledFrom([]string{"standard", "gold", "standard", "gold", "lead"}).Draw(t, "package"),
	}
	switch shape {
	case "start,end":
		r.count = uint64(rapid.IntRange(1, 12).Draw(t, "count"))
	case "prefix,size":
		r.count = rapid.SampledFrom([]uint64{1, 10}).Draw(t, "size")
		r.start -= r.start % e164.Number(r.count)
	}
	return r
}

func (r row) cells(shape string) []string {
	end := r.start + e164.Number(r.count) - 1
	switch shape {
	case "start,end":
		return []string{r.start.String(), end.String(), r.pkg}
	case "prefix,size":
		return []string{strings.TrimSuffix(r.start.Digits(), map[uint64]string{10: "0"}[r.count]), strconv.FormatUint(r.count, 10), r.pkg}
	default:
		return []string{r.start.String(), r.pkg}
	}
}

func drawFile(t *rapid.T) (rows []row, file string) {
	shape := rapid.SampledFrom([]string{"start,end", "prefix,size", "number"}).Draw(t, "shape")
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.Comma = rapid.SampledFrom([]rune{',', ';'}).Draw(t, "comma")
	w.UseCRLF = rapid.Bool().Draw(t, "CRLF")
	if err := w.Write(append(strings.Split(shape, ","), "package")); err != nil {
		t.Fatal(err)
	}
	for range rapid.IntRange(0, 12).Draw(t, "rows") {
		r := drawRow(t, shape)
		rows = append(rows, r)
		if err := w.Write(r.cells(shape)); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	return rows, rapid.SampledFrom([]string{"", utf8BOM}).Draw(t, "BOM") + out.String()
}

// expect says what becomes of each row, number by number: it is what the plan
// must find out by spans, sets and trees.
func expect(rows []row, before map[e164.Number]string) (codes []Code, after map[e164.Number]string) {
	after = maps.Clone(before)
	accepted := map[row]bool{}
	for _, r := range rows {
		var same, other, new uint64
		duplicate := false
		for n := r.start; n < r.start+e164.Number(r.count); n++ {
			switch pkg, offered := before[n]; {
			case offered && pkg == r.pkg:
				same++
			case offered:
				other++
			case after[n] != "":
				new++
			}
		}
		duplicate = accepted[r]
		switch {
		case !testPackages[r.pkg]:
			codes = append(codes, CodeUnknownPackage)
		case same == r.count:
			codes = append(codes, CodeAlreadyOffered)
		case duplicate && same+other == 0:
			codes = append(codes, CodeDuplicate)
		case same+other+new > 0:
			codes = append(codes, CodeOverlap)
		default:
			codes = append(codes, CodeAdded)
			accepted[r] = true
			for n := r.start; n < r.start+e164.Number(r.count); n++ {
				after[n] = r.pkg
			}
		}
	}
	return codes, after
}

// Files one after another: outcomes and inventory are as counting number by
// number has it, an import that was killed after any of its writes plans the
// same when it is resumed, and the same file again changes nothing.
func TestPlanIsAsCounted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		inv := inventory{}
		for f := range rapid.IntRange(1, 3).Draw(t, "files") {
			rows, file := drawFile(t)
			codes, after := expect(rows, inv.numbers(t))
			job := fmt.Sprint("job", f)
			plan, words := plannedFor(t, job, file, inv)
			for i, word := range words {
				if !strings.HasPrefix(word, string(codes[i])+": ") {
					t.Fatalf("row %d %v: %s, want %s", i, rows[i], word, codes[i])
				}
			}
			before := uint64(len(inv.numbers(t)))
			placings := placingsOf(t, plan, inv)
			written := rapid.IntRange(0, len(placings)).Draw(t, "killed after")
			for _, pl := range placings[:written] {
				inv.place(t, pl)
			}
			resumed, again := plannedFor(t, job, file, inv)
			if !slices.Equal(again, words) || resumed.counts != plan.counts {
				t.Fatalf("resumed after %d writes: %q %v, unkilled: %q %v", written, again, resumed.counts, words, plan.counts)
			}
			done := uint64(0)
			for _, pl := range placingsOf(t, resumed, inv) {
				done += pl.rows
				if !pl.written {
					inv.place(t, pl)
				}
			}
			if done != plan.counts.Applied {
				t.Fatalf("placings finish %d rows of %d", done, plan.counts.Applied)
			}
			if got := inv.numbers(t); !maps.Equal(got, after) || uint64(len(got)) != before+plan.counts.DIDs {
				t.Fatalf("offered %v, want %v, %d added", got, after, plan.counts.DIDs)
			}
			if twice, _ := plannedFor(t, job+"again", file, inv); twice.counts.Applied != 0 {
				t.Fatalf("the same file again applies %d rows", twice.counts.Applied)
			}
		}
	})
}

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
		p, _ := plannedFor(t, "job", file.String(), inventory{})
		if got := len(placingsOf(t, p, inventory{})); got > len(wanted) {
			t.Errorf("%d items for %d sets", got, len(wanted))
		}
	})
}

func TestFileAreaIsKept(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, _ := plannedFor(t, "job", "number,package,area\n+442071230000,gold,Soho\n+442071230001,gold,\n+442071230002,gold,Soho\n", inventory{})
		var got []string
		for _, pl := range placingsOf(t, p, inventory{}) {
			got = append(got, fmt.Sprintf("%s %d %s %s %s", bounds(pl.Span), pl.Count(), pl.Area, pl.Country, pl.Type))
		}
		want := []string{"+442071230001 1 London GB geographic", "+442071230000 to +442071230002 2 Soho GB geographic"}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func TestSentencesNameTheValue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		offered := catalogue.Range{Carrier: "acme", Package: "gold", Ver: 1, ImportID: "before",
			Span: e164.Span{Start: 442071230000, End: 442071239999}}
		inv := inventory{"x": {Range: offered}}
		_, words := plannedFor(t, "job", "start,end,package\n+442071230000,+442071230009,gold\n+442071239990,+442071240009,gold\n"+
			"+442071230000,+442071230000,standard\n+442080000000,+442080000009,lead\n+442080000000,+442080000009,gold\n"+
			"+442080000000,+442080000009,gold\n+442080000005,+442080000019,gold\n", inv)
		want := []string{
			"already_offered: 10 numbers, +442071230000 to +442071230009, offered already under gold",
			"overlap: overlaps +442071230000 to +442071239999, offered already under gold",
			"overlap: overlaps +442071230000 to +442071239999, offered already under gold",
			`unknown_package: there is no package "lead"`,
			"added: 10 numbers, +442080000000 to +442080000009, added",
			"duplicate_row: 10 numbers, +442080000000 to +442080000009, under gold stand in line 6 already",
			"overlap: overlaps +442080000000 to +442080000009 of line 6",
		}
		if !slices.Equal(words, want) {
			t.Errorf("got %q", words)
		}
	})
}
