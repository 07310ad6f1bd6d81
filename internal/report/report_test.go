package report_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/auth"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/e164"
	"didpurchase/internal/intake/workbook"
	"didpurchase/internal/ledger"
	"didpurchase/internal/pricing"
	"didpurchase/internal/report"
	"didpurchase/internal/wanttest"
)

// errKilled is the error of every call of a process that was killed.
var errKilled = errors.New("killed")

// mortal is a worker's surroundings that end after some calls: what was called
// before has happened, the answer of the last one is lost.
type mortal struct {
	*dynamo.Store
	files folderBucket
	calls *atomic.Int64 // that are left
}

func (m mortal) dies() error {
	if m.calls.Add(-1) < 0 {
		return errKilled
	}
	return nil
}

func (m mortal) Commit(ctx context.Context, b commit.Batch) error {
	if m.calls.Load() <= 0 {
		return errKilled
	}
	return errors.Join(m.Store.Commit(ctx, b), m.dies())
}

func (m mortal) RentalsOf(ctx context.Context, c ledger.Customer, n []e164.Number) ([]did.DID, error) {
	list, err := m.Store.RentalsOf(ctx, c, n)
	return list, errors.Join(err, m.dies())
}

func (m mortal) Write(ctx context.Context, key, contentType string, body io.Reader) error {
	if m.calls.Load() <= 0 {
		return errKilled
	}
	return errors.Join(m.files.Write(ctx, key, contentType, body), m.dies())
}

func (m mortal) Read(ctx context.Context, key string) (io.ReadCloser, error) {
	content, err := m.files.Read(ctx, key)
	return content, errors.Join(err, m.dies())
}

// A report that is killed at ten points, with messages that come twice, is the same
// file to the byte, in bounded memory.
func TestAKilledReportIsTheSameFile(t *testing.T) {
	customers, each, partRows := 10, 40, 40
	if *whole {
		customers, each, partRows = 2, 50_000, 5_000
	}
	d, size, begun := newDesk(t), customers*each, time.Now()
	for i := range customers {
		d.rentMany(d.open(fmt.Sprintf("c%d", i)), first+e164.Number(i*each), each)
	}
	t.Logf("rented after %s", time.Since(begun).Round(time.Second))
	for _, format := range []report.Format{report.CSV, report.XLSX} {
		_, want := d.made(report.Request{Kind: report.Rentals, Format: format})
		t.Logf("%s: made undisturbed after %s", format, time.Since(begun).Round(time.Second))
		r, err := d.service.Create(t.Context(), "acme", report.Request{Kind: report.Rentals, Format: format})
		d.must(err)
		before := d.clock.Load()
		growth := watch(func() { d.killAndResume(r.ID, size/partRows, partRows) })
		d.clock.Store(before)
		made, got := d.finished(r.ID)
		wanttest.Equal(t, string(format)+": "+made.Error+": status", made.Status, report.Completed)
		wanttest.Equal(t, string(format)+": rows", made.Rows, uint64(size))
		wanttest.Equal(t, string(format)+": rows that were expected", made.About, uint64(size))
		wanttest.Equal(t, string(format)+": bytes", made.Size, int64(len(want)))
		if !bytes.Equal(want, got) {
			t.Errorf("%s: the file differs: %d bytes, want %d", format, len(got), len(want))
		}
		t.Logf("%s: %d rentals, %d bytes, heap grew by %d MiB", format, size, len(got), growth>>20)
		if growth > 128<<20 {
			t.Errorf("%s: the heap grew by %d MiB", format, growth>>20)
		}
	}
}

// killAndResume kills ten workers, nine while they read and the last one while it
// joins the parts, and lets three others go to the end at once.
func (d *desk) killAndResume(id string, parts, partRows int) {
	d.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	callsOfPart := int64(max(1, partRows/500) + 2) // its reads, the part and the progress
	for kill := range 10 {
		m := mortal{d.store, d.files, new(atomic.Int64)}
		switch {
		case kill == 9:
			r, _ := d.finished(id)
			m.calls.Store(2 + int64(parts-len(r.Parts))*callsOfPart + int64(parts/2))
		case kill%3 == 2: // a report is given up after five workers in a row that store no part
			m.calls.Store(1 + callsOfPart)
		default:
			m.calls.Store(1 + random.Int64N(callsOfPart+callsOfPart/2))
		}
		if err := d.worker(m, m, m).WithParts(partRows).Make(d.Context(), "acme", id); !errors.Is(err, errKilled) {
			d.Fatalf("worker %d was not killed: %v", kill, err)
		}
		d.clock.Add(int64(report.Lease + 6*time.Second))
	}
	if r, _ := d.finished(id); !r.IsRead || r.Status != report.Running {
		d.Errorf("the last worker was not killed while it joined the parts: %s, %d rows", r.Status, r.Rows)
	}
	var g sync.WaitGroup
	for range 3 { // the message comes three times
		g.Go(func() {
			if err := d.worker(d.store, d.files, d.store).Make(d.Context(), "acme", id); err != nil {
				d.Error(err)
			}
		})
	}
	g.Wait()
}

// watch returns by how much the heap grew beyond its size before do.
func watch(do func()) (growth uint64) {
	runtime.GC()
	var start, now runtime.MemStats
	runtime.ReadMemStats(&start)
	done := make(chan struct{})
	go func() { defer close(done); do() }()
	for {
		select {
		case <-done:
			return growth
		case <-time.After(20 * time.Millisecond):
			runtime.ReadMemStats(&now)
			if now.HeapAlloc > start.HeapAlloc {
				growth = max(growth, now.HeapAlloc-start.HeapAlloc)
			}
		}
	}
}

// The workbook has what the CSV has, read by the reader of carriers' files.
func TestAWorkbookHasTheSameCells(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	alice := d.open("alice")
	d.rent(alice, first, 3)
	_, table := d.made(report.Request{Kind: report.Rentals, Format: report.CSV})
	_, book := d.made(report.Request{Kind: report.Rentals, Format: report.XLSX})
	var text strings.Builder
	if _, err := workbook.Convert(bytes.NewReader(book), int64(len(book)), "", &text); err != nil {
		t.Fatal(err)
	}
	want, got := d.rows(table), d.rows([]byte(text.String()))
	for i := range want {
		for name, cell := range want[i] {
			if name == "recurring" || name == "monthly_equivalent" {
				want[i][name] = strings.TrimSuffix(cell, "0") // 0.10 is the number 0.1
			}
			if strings.HasSuffix(name, "_at") || name == "as_of" || strings.HasPrefix(name, "period_") {
				at, err := time.Parse(time.RFC3339, cell)
				d.must(err)
				want[i][name] = at.Format("2006-01-02 15:04:05")
			}
		}
	}
	for _, row := range append(slices.Clone(want), got...) { // a workbook's rows end with their last value
		maps.DeleteFunc(row, func(_, cell string) bool { return cell == "" })
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the workbook (-csv +xlsx):\n%s", diff)
	}
}

// Each period of a schedule has one report, also after an outage and by messages
// that come several times at once.
func TestEachPeriodHasOneReport(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := auth.ActingAs(t.Context(), auth.Actor{Kind: auth.ByUser, ID: "ada"})
	_, err := d.service.PutSchedule(ctx, report.Schedule{Carrier: "acme", Name: "daily", Kind: report.Revenue,
		Every: report.Every{Unit: pricing.Day, Count: 1}, Format: report.CSV, Recipients: []string{"audit@example.com"}})
	d.must(err)
	fire := func(times int) {
		var g sync.WaitGroup
		for range times {
			g.Go(func() {
				if err := d.worker(d.store, d.files, d.store).Fire(t.Context(), "acme", "daily"); err != nil {
					t.Error(err)
				}
			})
		}
		g.Wait()
	}
	fire(2) // nothing is due
	for _, pause := range []time.Duration{12 * time.Hour, 24 * time.Hour, 5 * 24 * time.Hour, time.Minute} {
		d.clock.Add(int64(pause))
		fire(4)
	}
	list, next, err := d.service.List(t.Context(), "acme", 100, "")
	d.must(err)
	if next != "" {
		t.Errorf("next is %q", next)
	}
	var got []string
	for _, r := range list { // reports of one moment are in no order
		got = append(got, fmt.Sprint(r.Status, " ", r.Period.From.Format(time.RFC3339), " ",
			r.Period.To.Format(time.RFC3339), " ", r.Recipients))
	}
	slices.Sort(got)
	var want []string
	for day := 15; day < 22; day++ {
		want = append(want, fmt.Sprintf("completed 2026-07-%02dT04:00:00Z 2026-07-%02dT04:00:00Z [audit@example.com]",
			day, day+1))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the reports (-want +got):\n%s", diff)
	}
}
