package report_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/sync/errgroup"

	"didpurchase/internal/carrier"
	"didpurchase/internal/catalogue"
	"didpurchase/internal/commit"
	"didpurchase/internal/csvexport"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/e164"
	"didpurchase/internal/intake"
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
	d := &desk{TB: t, store: dynamo.New(dynamotest.Config(t), table), files: folderBucket(t.TempDir()), client: client,
		table: table}
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
	d.must(d.store.CreateCustomer(d.Context(), ledger.Account{Customer: c, Name: "Customer " + id, Status: ledger.Active,
		Currency: "USD", Balance: money.Zero("USD"), CreditLimit: money.Zero("USD")}))
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
			move, err := did.AllocateTo(c.Carrier, c.ID, from+e164.Number(i), did.DID{}, offer(from+e164.Number(i)),
				commit.NewID(d.now()), d.now(), loc)
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
			"pk": &types.AttributeValueMemberS{Value: "DID#acme#" + digits[:len(digits)-4]},
			"sk": &types.AttributeValueMemberS{Value: digits},
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
	d.must(commit.Write(d.Context(), d.store, d.now(),
		intake.Placed{Range: catalogue.Range{Carrier: "acme", Span: e164.Span{Start: from, End: to},
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
