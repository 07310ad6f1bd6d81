package plan

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"didpurchase/internal/csvexport"
	"didpurchase/internal/e164"
	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/pricing"
)

func testPackages() *Packages {
	known := map[string]pricing.Package{}
	for _, id := range []string{"standard", "gold"} {
		known[id] = pricing.Package{Terms: pricing.Terms{Package: id, Version: 1, Interval: monthly}}
	}
	return NewPackages(known, "USD", "", nil)
}

// task is the job of a planned file.
type task struct {
	Action  Action
	Replace bool
}

// stock is a carrier's offer, like a store's.
type stock struct {
	kept map[rangeID]Offered
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

func (s *stock) inventory() *Offers {
	return &Offers{carrier: "acme", store: s, beat: func(context.Context) error { return nil }}
}

// numbers returns the offer of each offered number. It fails if a number is offered
// twice, or if two ranges could be joined.
func (s *stock) numbers(t rapid.TB) map[e164.Number]offeredAs {
	all := map[e164.Number]offeredAs{}
	for _, o := range s.kept {
		if sectionOf(o.Span.Start) != sectionOf(o.Span.End) {
			t.Fatalf("%s crosses a cell", bounds(o.Span))
		}
		for n := o.Span.Start; n <= o.Span.End; n++ {
			if !o.Contains(n) {
				continue
			}
			if before, twice := all[n]; twice {
				t.Fatalf("%s is offered under %s and %s", n, before.pkg, o.Package)
			}
			all[n] = offeredAs{o.Package, o.Area}
			if o.Area == e164.Area(n) {
				all[n] = offeredAs{pkg: o.Package}
			}
		}
		next, neighbours := s.kept[rangeID{at: o.Span.End + 1}]
		if neighbours && !o.IsSet() && sameWords(o, next) && sectionOf(o.Span.Start) == sectionOf(next.Span.Start) {
			t.Fatalf("%s and %s are not joined", bounds(o.Span), bounds(next.Span))
		}
	}
	return all
}

// carryOut applies a step, as the store does.
func (s *stock) carryOut(t rapid.TB, st Step) {
	for _, p := range append(slices.Clone(st.Delete), st.Put...) {
		r, err := p.RangeOf("acme", "job")
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
func eachRowOf(t rapid.TB, file string, visit func(*sheet.Sheet, sheet.Record)) {
	s, err := opened(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	eachOf(t, s, func(rec sheet.Record) { visit(s, rec) })
}

func eachOf(t rapid.TB, s *sheet.Sheet, visit func(sheet.Record)) {
	for {
		rec, err := s.Next()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		visit(rec)
	}
}

// composed returns the plan of a file, and writes its steps.
func composed(t rapid.TB, job task, file string, inv *stock, to *StepWriter) (*Plan, error) {
	prices := testPackages()
	if !job.Action.NeedsPackage() {
		prices = nil
	}
	p := NewPlan(job.Action, job.Replace, prices)
	eachRowOf(t, file, func(s *sheet.Sheet, rec sheet.Record) {
		if err := p.Add(&s.Layout, rec); err != nil {
			t.Fatal(err)
		}
	})
	if err := p.Reconcile(context.Background(), inv.inventory()); err != nil {
		t.Fatal(err)
	}
	if err := p.ResolveOverlaps(); err != nil {
		t.Fatal(err)
	}
	return p, p.Compose(context.Background(), "acme", inv.inventory(), 1_000, to)
}

// planned is the plan of a file, its report's words, and its steps.
func planned(t rapid.TB, job task, file string, inv *stock) (*Plan, []string, []Step) {
	var out bytes.Buffer
	w := NewStepWriter(&out)
	p, err := composed(t, job, file, inv, w)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Close(); err != nil {
		t.Fatal(err)
	}
	p.Tally()
	p.Counts.AddUp(w.Total)
	var words []string
	eachRowOf(t, file, func(s *sheet.Sheet, rec sheet.Record) {
		f := p.Explain(uint32(len(words)), &s.Layout, rec)
		if csvexport.LooksGuarded(f.Detail) {
			t.Fatalf("a spreadsheet takes %q for a formula", f.Detail)
		}
		words = append(words, string(f.Code)+": "+f.Detail)
	})
	var steps []Step
	for from := json.NewDecoder(&out); ; {
		var s Step
		if err := from.Decode(&s); err == io.EOF {
			return p, words, steps
		} else if err != nil {
			t.Fatal(err)
		}
		steps = append(steps, s)
	}
}

// The tests work on few rows at once, so that the parts of a section meet, and make
// sets of few spans.
func TestMain(m *testing.M) {
	windowRows, maxFragments = 2, 2
	os.Exit(m.Run())
}
