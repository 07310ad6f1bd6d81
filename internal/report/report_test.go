package report_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"didpurchase/internal/auth"
	"didpurchase/internal/carrier"
	"didpurchase/internal/catalogue"
	"didpurchase/internal/commit"
	"didpurchase/internal/csvexport"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/e164"
	"didpurchase/internal/intake"
	"didpurchase/internal/intake/workbook"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/projection"
	"didpurchase/internal/report"
)

var whole = flag.Bool("whole", false, "kill a report of 100,000 rentals")

// noon is in the summer time of New York.
var noon = time.Date(2026, 7, 15, 16, 0, 0, 0, time.UTC)

const first e164.Number = 12012000000

// folderBucket is the bucket as a folder, so that files are no part of the heap.
type folderBucket string

func (s folderBucket) path(key string) string {
	return filepath.Join(string(s), strings.ReplaceAll(key, "/", "_"))
}

func (s folderBucket) Write(_ context.Context, key, _ string, body io.Reader) error {
	file, err := os.CreateTemp(string(s), "begun")
	if err != nil {
		return err
	}
	_, err = io.Copy(file, body)
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), s.path(key))
}

func (s folderBucket) Read(_ context.Context, key string) (io.ReadCloser, error) {
	return os.Open(s.path(key))
}

// desk is a carrier in New York with a table, a bucket, and a clock that only the
// test moves.
type desk struct {
	testing.TB
	store   *dynamo.Store
	files   folderBucket
	service *report.Service
	client  *dynamodb.Client
	table   string
	clock   atomic.Int64
}

func (d *desk) now() time.Time { return noon.Add(time.Duration(d.clock.Load())) }

func (d *desk) Wake(context.Context, string, string) error { return errors.New("the message is lost") }

func (d *desk) must(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	client, table := dynamotest.New(t)
	d := &desk{TB: t, store: dynamo.New(dynamotest.Config(t), table), files: folderBucket(t.TempDir()), client: client, table: table}
	d.service = report.NewService(d.store, d, d.now)
	d.must(d.store.CreateCarrier(t.Context(), carrier.New("acme", "Acme", "America/New_York", "USD")))
	d.must(d.store.PutPackage(t.Context(), "acme", pricing.Package{Terms: terms}))
	return d
}

var terms = pricing.Terms{Package: "standard", Version: 1, Name: "=Standard", Setup: money.MustParse("1", "USD"),
	Recurring: money.MustParse("0.10", "USD"), Interval: pricing.Interval{Unit: pricing.Day, Count: 1}}

// open opens an account.
func (d *desk) open(id string) ledger.Customer {
	d.Helper()
	c := ledger.Customer{Carrier: "acme", ID: id}
	d.must(d.store.CreateCustomer(d.Context(), ledger.Account{Customer: c, Name: "Customer " + id, Status: ledger.Active, Currency: "USD",
		Balance: money.Zero("USD"), CreditLimit: money.Zero("USD")}))
	return c
}

// rent rents numbers from a first one on.
func (d *desk) rent(c ledger.Customer, from e164.Number, n int) {
	d.Helper()
	loc, err := time.LoadLocation("America/New_York")
	d.must(err)
	for done := 0; done < n; done += 100 {
		var changes []commit.Change
		for i := done; i < min(n, done+100); i++ {
			move, err := did.AllocateTo(c.Carrier, c.ID, from+e164.Number(i), did.DID{}, offer(from+e164.Number(i)), commit.NewID(d.now()), d.now(), loc)
			d.must(err)
			changes = append(changes, move)
		}
		d.must(commit.Write(d.Context(), d.store, d.now(), changes...))
	}
}

// rentMany rents the first number, and writes items like its item for the numbers
// after it: 100,000 transactions take minutes.
func (d *desk) rentMany(c ledger.Customer, from e164.Number, n int) {
	d.Helper()
	d.rent(c, from, 1)
	key := func(n e164.Number) map[string]types.AttributeValue {
		digits := n.Digits()
		return map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "DID#acme#" + digits[:len(digits)-4]}, "sk": &types.AttributeValueMemberS{Value: digits},
		}
	}
	found, err := d.client.GetItem(d.Context(), &dynamodb.GetItemInput{TableName: &d.table, Key: key(from)})
	d.must(err)
	var g errgroup.Group
	g.SetLimit(4)
	for done := 1; done < n; done += 25 {
		g.Go(func() error {
			var requests []types.WriteRequest
			for i := done; i < min(n, done+25); i++ {
				item := maps.Clone(found.Item)
				maps.Copy(item, key(from+e164.Number(i)))
				requests = append(requests, types.WriteRequest{PutRequest: &types.PutRequest{Item: item}})
			}
			_, err := d.client.BatchWriteItem(d.Context(), &dynamodb.BatchWriteItemInput{
				RequestItems: map[string][]types.WriteRequest{d.table: requests}})
			return err
		})
	}
	d.must(g.Wait())
}

func offer(n e164.Number) did.Offer {
	return did.Offer{Terms: terms, Country: e164.Country(n), Area: e164.Area(n), Type: e164.KindOf(n)}
}

func (d *desk) offer(from, to e164.Number) {
	d.Helper()
	d.must(d.store.AddPartition(d.Context(), "acme", from.Partition()))
	d.must(commit.Write(d.Context(), d.store, d.now(), intake.Placed{Range: catalogue.Range{Carrier: "acme", Span: e164.Span{Start: from, End: to},
		Package: "standard", Country: "US", Area: "New Jersey", Type: e164.Geographic, ImportID: "i", Ver: 1}}))
}

// project projects the blocks of some numbers.
func (d *desk) project(numbers ...e164.Number) {
	d.Helper()
	refs := make([]catalogue.BlockRef, len(numbers))
	for i, n := range numbers {
		refs[i] = catalogue.BlockRef{Carrier: "acme", Block: n.Block()}
	}
	_, err := projection.New(d.store, d.now).Rebuild(d.Context(), refs)
	d.must(err)
}

func (d *desk) worker(data report.Data, files report.Files, records report.Records) *report.Worker {
	return report.NewWorker(records, data, files, d.now, slog.New(slog.NewTextHandler(io.Discard, nil)))
}

// made makes a report without a disturbance, and returns it with its file.
func (d *desk) made(q report.Request) (report.Report, []byte) {
	d.Helper()
	r, err := d.service.Create(d.Context(), "acme", q)
	d.must(err)
	d.must(d.worker(d.store, d.files, d.store).Make(d.Context(), "acme", r.ID))
	return d.finished(r.ID)
}

func (d *desk) finished(id string) (report.Report, []byte) {
	d.Helper()
	r, err := d.service.Get(d.Context(), "acme", id)
	d.must(err)
	file, err := os.ReadFile(d.files.path(r.FileKey()))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		d.Fatal(err)
	}
	return r, file
}

// rows are the rows of a CSV by the names of their columns.
func (d *desk) rows(file []byte) (rows []map[string]string) {
	d.Helper()
	reader := csvexport.NewReader(bytes.NewReader(file))
	reader.ReuseRecord = false
	all, err := reader.ReadAll()
	d.must(err)
	for _, cells := range all[1:] {
		row := map[string]string{}
		for i, cell := range cells {
			row[all[0][i]] = csvexport.Unguard(cell)
		}
		rows = append(rows, row)
	}
	return rows
}

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
		if made.Status != report.Completed || made.Rows != uint64(size) || made.About != uint64(size) || made.Size != int64(len(want)) {
			t.Errorf("%s: %s, %d rows of %d, %d bytes; %s", format, made.Status, made.Rows, made.About, made.Size, made.Error)
		}
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
		got = append(got, fmt.Sprint(r.Status, " ", r.Period.From.Format(time.RFC3339), " ", r.Period.To.Format(time.RFC3339), " ", r.Recipients))
	}
	slices.Sort(got)
	var want []string
	for day := 15; day < 22; day++ {
		want = append(want, fmt.Sprintf("completed 2026-07-%02dT04:00:00Z 2026-07-%02dT04:00:00Z [audit@example.com]", day, day+1))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the reports (-want +got):\n%s", diff)
	}
}
