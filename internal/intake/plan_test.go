package intake

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"didpurchase/internal/e164"
	"didpurchase/internal/pricing"
)

func testPackages() *packages {
	known := map[string]pricing.Package{}
	for _, id := range []string{"standard", "gold"} {
		known[id] = pricing.Package{Terms: pricing.Terms{Package: id, Version: 1, Interval: monthly}}
	}
	return newPackages(known, "USD", nil)
}

// stock is what a carrier offers, as a store keeps it.
type stock struct {
	Store // for what a plan does not ask
	kept  map[rangeID]Offered
}

func newStock(ranges ...Offered) *stock {
	s := &stock{kept: map[rangeID]Offered{}}
	for _, r := range ranges {
		s.kept[idOf(r)] = r
	}
	return s
}

func (s *stock) Offered(_ context.Context, _ string, p e164.Partition) (ranges []Offered, _ error) {
	for _, r := range s.kept {
		if r.Span.Start.Partition() == p {
			ranges = append(ranges, r)
		}
	}
	return ranges, nil
}

func (s *stock) OfferedPartitions(context.Context, string) (list []e164.Partition, _ error) {
	seen := map[e164.Partition]bool{}
	for _, r := range s.kept {
		if p := r.Span.Start.Partition(); !seen[p] {
			seen[p] = true
			list = append(list, p)
		}
	}
	return list, nil
}

func (s *stock) inventory() *inventory {
	return &inventory{carrier: "acme", store: s, beat: func(context.Context) error { return nil }}
}

// numbers is each offered number's package; no number is offered twice, and no
// range could be joined to its neighbour.
func (s *stock) numbers(t *rapid.T) map[e164.Number]string {
	all := map[e164.Number]string{}
	for _, o := range s.kept {
		if cellOf(o.Span.Start) != cellOf(o.Span.End) {
			t.Fatalf("%s crosses a cell", bounds(o.Span))
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
		next, neighbours := s.kept[rangeID{at: o.Span.End + 1}]
		if neighbours && !o.IsSet() && sameWords(o, next) && cellOf(o.Span.Start) == cellOf(next.Span.Start) {
			t.Fatalf("%s and %s are not joined", bounds(o.Span), bounds(next.Span))
		}
	}
	return all
}

// carryOut does what a step says, as the store does.
func (s *stock) carryOut(t *rapid.T, st step) {
	for _, p := range append(slices.Clone(st.Delete), st.Put...) {
		r, err := p.rangeOf(Job{ID: "job", Carrier: "acme"})
		if err != nil {
			t.Fatal(err)
		}
		there, exists := s.kept[idOf(r)]
		if exists && there.Ver != p.Seen && there.Ver != p.Ver || !exists && p.Seen != 0 && p.Ver != 0 {
			t.Fatalf("%s is written over version %d, seen %d", bounds(r.Span), there.Ver, p.Seen)
		}
		if p.Ver == 0 {
			delete(s.kept, idOf(r))
		} else {
			s.kept[idOf(r)] = r
		}
	}
}

// eachRowOf reads a file as a job does.
func eachRowOf(t *rapid.T, file string, visit func(*sheet, record)) {
	s, err := opened(file, nil)
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

// planned is the plan of a file, its report's words, and its steps.
func planned(t *rapid.T, job Job, file string, inv *stock) (*plan, []string, []step) {
	prices := testPackages()
	if !job.Action.needsPackage() {
		prices = nil
	}
	p := newPlan(job, prices)
	eachRowOf(t, file, func(s *sheet, rec record) {
		if err := p.add(&s.layout, rec); err != nil {
			t.Fatal(err)
		}
	})
	if err := p.reconcile(t.Context(), inv.inventory()); err != nil {
		t.Fatal(err)
	}
	p.settle()
	var out bytes.Buffer
	w := newStepWriter(&out)
	if err := p.compose(t.Context(), "acme", inv.inventory(), 1_000, w); err != nil {
		t.Fatal(err)
	}
	if _, err := w.close(); err != nil {
		t.Fatal(err)
	}
	p.tally()
	p.counts.addUp(w.total)
	var words []string
	eachRowOf(t, file, func(s *sheet, rec record) {
		f := p.explain(uint32(len(words)), &s.layout, rec)
		if looksGuarded(f.Detail) {
			t.Fatalf("a spreadsheet takes %q for a formula", f.Detail)
		}
		words = append(words, string(f.Code)+": "+f.Detail)
	})
	var steps []step
	for from := json.NewDecoder(&out); ; {
		var s step
		if err := from.Decode(&s); err == io.EOF {
			return p, words, steps
		} else if err != nil {
			t.Fatal(err)
		}
		steps = append(steps, s)
	}
}

// Around the border of two blocks, of the partitions 4420 and 4421, and of
// +43's and +44's numbers.
var bases = []e164.Number{442071239990, 442099999990, 443000000000}

// row0 is a row of a drawn file.
type row0 struct {
	start e164.Number
	count uint64
	pkg   string
}

func drawRow(t *rapid.T, shape string) row0 {
	r := row0{
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

func (r row0) cells(shape string) []string {
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

func drawFile(t *rapid.T) (rows []row0, file string) {
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

// outcome of a row, number by number: it is what the plan must find out by
// spans, sets and trees.
type outcome struct {
	code Code
	does bool
}

// expect says what becomes of each row.
func expect(job Job, rows []row0, before map[e164.Number]string) (codes []Code, after map[e164.Number]string) {
	after = maps.Clone(before)
	if job.Strategy == Replace {
		clear(after)
	}
	claimed, accepted := map[e164.Number]bool{}, map[row0]bool{}
	for _, r := range rows {
		if !job.Action.needsPackage() {
			r.pkg = ""
		}
		o := judged(job, r, before)
		keeps := job.Strategy == Replace || job.Action == Reprice
		claims := o.does || keeps && o.code == CodeAlreadyOffered || o.code == CodeNotThere
		if claims && accepted[r] {
			o = outcome{code: CodeDuplicate}
		} else if claims && r.any(func(n e164.Number) bool { return claimed[n] }) {
			o = outcome{code: CodeOverlap}
		} else if claims {
			accepted[r] = true
			r.any(func(n e164.Number) bool { claimed[n] = true; return false })
		}
		codes = append(codes, o.code)
		r.any(func(n e164.Number) bool {
			switch _, offered := before[n]; {
			case o.does && job.Action == Offer, o.does && job.Action == Reprice && offered:
				after[n] = r.pkg
			case o.does && job.Action == Withdraw:
				delete(after, n)
			case job.Strategy == Replace && offered && after[n] == "": // named, so not withdrawn
				after[n] = before[n]
			}
			return false
		})
	}
	return codes, after
}

// judged is a row held against what was offered before.
func judged(job Job, r row0, before map[e164.Number]string) outcome {
	var same, other uint64
	r.any(func(n e164.Number) bool {
		switch pkg, offered := before[n]; {
		case offered && pkg == r.pkg:
			same++
		case offered:
			other++
		}
		return false
	})
	switch {
	case job.Action.needsPackage() && r.pkg == "lead":
		return outcome{code: CodeUnknownPackage}
	case job.Action == Withdraw && same+other == 0:
		return outcome{code: CodeNotThere}
	case job.Action == Withdraw:
		return outcome{CodeWithdrawn, true}
	case job.Action == Reprice && same+other == 0:
		return outcome{code: CodeNotOffered}
	case job.Action == Reprice && other == 0, same == r.count:
		return outcome{code: CodeAlreadyOffered}
	case job.Action == Reprice, job.Strategy == Replace && other > 0:
		return outcome{CodeRepriced, true}
	case same+other == 0:
		return outcome{CodeAdded, true}
	case job.Strategy == Replace:
		return outcome{CodeExtended, true}
	default:
		return outcome{code: CodeOverlap}
	}
}

// any visits the row's numbers until visit says so.
func (r row0) any(visit func(e164.Number) bool) bool {
	for n := r.start; n < r.start+e164.Number(r.count); n++ {
		if visit(n) {
			return true
		}
	}
	return false
}

// Few rows are worked on at once here, so that the parts of a cell meet.
func TestMain(m *testing.M) {
	windowRows = 2
	os.Exit(m.Run())
}

// Jobs one after another: outcomes, counts and inventory are as counting number
// by number has it, whatever step of the plan was done twice, and the same file
// again changes nothing.
func TestPlanIsAsCounted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		inv := newStock()
		for range rapid.IntRange(1, 4).Draw(t, "files") {
			job := Job{Action: rapid.SampledFrom([]Action{Offer, Offer, Withdraw, Reprice}).Draw(t, "action"), Strategy: Add}
			if job.Action == Offer {
				job.Strategy = rapid.SampledFrom([]Strategy{Add, Add, Replace}).Draw(t, "strategy")
			}
			rows, file := drawFile(t)
			before := inv.numbers(t)
			codes, after := expect(job, rows, before)
			plan, words, steps := planned(t, job, file, inv)
			for i, word := range words {
				if !strings.HasPrefix(word, string(codes[i])+": ") {
					t.Fatalf("%s %s row %d %v: %s, want %s", job.Action, job.Strategy, i, rows[i], word, codes[i])
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
			if done != plan.counts.Applied {
				t.Fatalf("steps finish %d rows of %d", done, plan.counts.Applied)
			}
			if got := inv.numbers(t); !maps.Equal(got, after) {
				t.Fatalf("%s %s: offered %v, want %v", job.Action, job.Strategy, got, after)
			}
			wantCounts(t, plan.counts, before, after)
			if twice, _, steps := planned(t, job, file, inv); twice.counts.Applied != 0 || len(steps) > 0 {
				t.Fatalf("the same file again applies %d rows in %v", twice.counts.Applied, steps)
			}
		}
	})
}

func wantCounts(t *rapid.T, got Counts, before, after map[e164.Number]string) {
	var want Counts
	for n, pkg := range after {
		switch was, offered := before[n]; {
		case !offered:
			want.DIDs++
		case was != pkg:
			want.Repriced++
		}
	}
	for n := range before {
		if _, stays := after[n]; !stays {
			want.Withdrawn++
		}
	}
	if got.DIDs != want.DIDs || got.Withdrawn != want.Withdrawn || got.Repriced != want.Repriced {
		t.Fatalf("counted %+v, want %+v", got, want)
	}
}

var adding = Job{Action: Offer, Strategy: Add}

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

// What is taken out of a span number by number leaves sets, not thousands of
// spans; put back, the span is whole again.
func TestManyFragmentsBecomeASet(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		inv := newStock(Offered{Carrier: "acme", Package: "gold", Country: "GB", Area: "London", Type: e164.Geographic, Ver: 1,
			Span: e164.Span{Start: 442071200000, End: 442071299999}})
		file := "start,end,package\n"
		for n := 442071230000; n < 442071240000; n += 10 {
			file += fmt.Sprintf("+%d,+%d,gold\n", n, n+3)
		}
		_, _, steps := planned(t, Job{Action: Withdraw}, file, inv)
		for _, s := range steps {
			inv.carryOut(t, s)
		}
		if n := uint64(len(inv.numbers(t))); len(inv.kept) != 3 || n != 96_000 {
			t.Errorf("%d ranges of %d numbers", len(inv.kept), n)
		}
	})
}

func TestFileAreaIsKept(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		_, _, steps := planned(t, adding, "number,package,area\n+442071230000,gold,Soho\n+442071230001,gold,\n+442071230002,gold,Soho\n", newStock())
		var got []string
		for _, s := range steps {
			for _, p := range s.Put {
				r, err := p.rangeOf(Job{})
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
	})
}

func TestSentencesNameTheValue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		inv := newStock(Offered{Carrier: "acme", Package: "gold", Ver: 1, ImportID: "before", Span: e164.Span{Start: 442071230000, End: 442071239999}})
		const file = "start,end,package\n+442071230000,+442071230009,gold\n+442071239990,+442071240009,gold\n" +
			"+442071230020,+442071230020,standard\n+442080000000,+442080000009,lead\n+442080000000,+442080000009,gold\n" +
			"+442080000000,+442080000009,gold\n+442080000005,+442080000019,gold\n"
		for name, test := range map[string]struct {
			job  Job
			want []string
		}{
			"add": {adding, []string{
				"already_offered: 10 numbers, +442071230000 to +442071230009, offered already under gold",
				"overlap: overlaps +442071230000 to +442071239999, offered already under gold",
				"overlap: overlaps +442071230000 to +442071239999, offered already under gold",
				`unknown_package: there is no package "lead"`,
				"added: 10 numbers, +442080000000 to +442080000009, added",
				"duplicate_row: 10 numbers, +442080000000 to +442080000009, under gold stand in line 6 already",
				"overlap: overlaps +442080000000 to +442080000009 of line 6",
			}},
			"replace": {Job{Action: Offer, Strategy: Replace}, []string{
				"already_offered: 10 numbers, +442071230000 to +442071230009, offered already under gold",
				"extended: 10 numbers of +442071239990 to +442071240009 added under gold, which has the other 10 already",
				"repriced: 1 numbers of +442071230020 moved to standard, the first of them from gold",
				`unknown_package: there is no package "lead"`,
				"added: 10 numbers, +442080000000 to +442080000009, added",
				"duplicate_row: 10 numbers, +442080000000 to +442080000009, under gold stand in line 6 already",
				"overlap: overlaps +442080000000 to +442080000009 of line 6",
			}},
			"withdraw": {Job{Action: Withdraw}, []string{
				"withdrawn: 10 numbers of +442071230000 to +442071230009 withdrawn",
				"withdrawn: 10 numbers of +442071239990 to +442071240009 withdrawn",
				"withdrawn: 1 numbers of +442071230020 withdrawn",
				"not_offered_already: none of 10 numbers, +442080000000 to +442080000009, offered",
				"duplicate_row: 10 numbers, +442080000000 to +442080000009, stand in line 5 already",
				"duplicate_row: 10 numbers, +442080000000 to +442080000009, stand in line 5 already",
				"overlap: overlaps +442080000000 to +442080000009 of line 5",
			}},
		} {
			if _, words, _ := planned(t, test.job, file, inv); !slices.Equal(words, test.want) {
				t.Errorf("%s: got %q", name, words)
			}
		}
	})
}
