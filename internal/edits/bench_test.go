package edits_test

import (
	"testing"
	"time"

	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/edits"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

// BenchmarkEdit changes and restores 5,000 rentals, 20,000 with -whole, and reports
// the time and the units of each number.
func BenchmarkEdit(b *testing.B) {
	count := 5000
	if *whole {
		count = 20_000
	}
	for b.Loop() {
		b.StopTimer()
		w := newTenant(b)
		c := w.customer("alice", 0, count)
		meter := new(dynamotest.Meter)
		store := dynamo.New(meter.Into(w.cfg), w.table)
		w.Service = edits.New(store, shop.New(store, w.now), w.now)
		b.StartTimer()
		for _, step := range []struct {
			name   string
			create func() (edits.Job, error)
		}{
			{"edit", func() (edits.Job, error) {
				return w.Create(b.Context(), c, edits.Request{Change: edits.Change{Label: text("x")}, Numbers: listed(0, count)})
			}},
			{"undo", func() (edits.Job, error) {
				jobs, _, err := w.List(b.Context(), c, shop.Page{Limit: 1})
				w.must(err)
				return w.Undo(b.Context(), c, jobs[0].ID)
			}},
		} {
			begun, write, read := time.Now(), meter.Write(), meter.Read()
			job, err := step.create()
			w.must(err)
			job = w.finish(job)
			wanttest.Equal(b, step.name, job.Changed, count)
			b.ReportMetric(float64(time.Since(begun).Microseconds())/float64(count), step.name+"-µs/number")
			b.ReportMetric((meter.Write()-write)/float64(count), step.name+"-write-units/number")
			b.ReportMetric((meter.Read()-read)/float64(count), step.name+"-read-units/number")
		}
	}
}

// BenchmarkCreate makes a job of the most numbers, as its request does: by a filter,
// and by a file of the largest size.
func BenchmarkCreate(b *testing.B) {
	w := newTenant(b)
	c := w.customer("alice", 0, 1)
	meter := new(dynamotest.Meter)
	store := dynamo.New(meter.Into(w.cfg), w.table)
	w.Service = edits.New(store, shop.New(store, w.now), w.now)
	var rows []edits.Row
	for i := range edits.MaxNumbers {
		rows = append(rows, edits.Row{Line: i + 2, Number: number(i),
			Change: &edits.Change{Destination: text("sip:desk@example.com")}})
	}
	for name, r := range map[string]edits.Request{
		"filter": {Change: edits.Change{Label: text("x")}, Numbers: listed(0, edits.MaxNumbers)}, "file": {Rows: rows},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				before := meter.Write()
				job, err := w.Create(b.Context(), c, r)
				w.must(err)
				b.StopTimer()
				b.ReportMetric(meter.Write()-before, "write-units")
				_, err = w.Cancel(b.Context(), c, job.ID)
				w.must(err)
				b.StartTimer()
			}
		})
	}
}
