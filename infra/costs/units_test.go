package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"golang.org/x/sync/errgroup"

	"didpurchase/infra/local/pump"
	"didpurchase/internal/awsenv"
	"didpurchase/internal/carrier"
	"didpurchase/internal/catalogue"
	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/e164"
	"didpurchase/internal/lambdas/inventoryimport"
	"didpurchase/internal/ledger"
	locals3 "didpurchase/internal/localaws/s3"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/projection"
	"didpurchase/internal/routing"
	"didpurchase/internal/searchcache"
	"didpurchase/internal/shop"
)

const (
	first  e164.Number = 443000000000 // with its 99,999,999 successors one partition
	bucket             = "inventory"
	rented             = 0.3 // of all DIDs
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// meteredCarrier is a carrier with two packages, and a meter of its table.
type meteredCarrier struct {
	testing.TB
	table string
	meter *dynamotest.Meter
	store *dynamo.Store // metered
}

func newMeteredCarrier(b *testing.B) meteredCarrier {
	b.Helper()
	_, table := dynamotest.New(b)
	w := meteredCarrier{TB: b, table: table, meter: new(dynamotest.Meter)}
	w.store = dynamo.New(w.meter.Into(dynamotest.Config(b)), table)
	w.must(w.store.CreateCarrier(b.Context(), carrier.New("acme", "Acme", "UTC", "USD")))
	for _, id := range []string{"standard", "gold"} {
		w.must(w.store.PutPackage(b.Context(), "acme", pricing.Package{Terms: pricing.Terms{
			Package: id, Version: 1, Name: id, Setup: usd("1.00"), Recurring: usd("2.00"),
			Interval: pricing.Interval{Unit: pricing.Month, Count: 1},
		}}))
	}
	return w
}

func usd(n string) money.Amount { return money.MustParse(n, "USD") }

func (w meteredCarrier) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// spent returns the units that an action consumes.
func (w meteredCarrier) spent(do func()) (read, write float64) {
	read, write = w.meter.Read(), w.meter.Write()
	do()
	return w.meter.Read() - read, w.meter.Write() - write
}

// BenchmarkCatalogue imports a file of blocks of 10,000 DIDs, in which neighbours
// have different packages, with the real function. Then, with 30 % of the numbers
// taken at random, it loads the catalogue into a new search function.
func BenchmarkCatalogue(b *testing.B) {
	for _, blocks := range []int{1, 100, 10_000} {
		b.Run(fmt.Sprint(blocks*e164.BlockSize), func(b *testing.B) {
			for b.Loop() {
				w := newMeteredCarrier(b)
				_, write := w.spent(func() { w.importBlocks(blocks) })
				b.ReportMetric(write, "import-WU")
				w.take(blocks)
				query, err := search.ParseQuery(search.Filters{Contains: "777"})
				w.must(err)
				read, _ := w.spent(func() {
					found, prices, err := searchcache.New(w.store, 1<<30, func() time.Time { return noon }).For(b.Context(), "acme",
						query)
					w.must(err)
					if got := found.Search(query, prices); got.Total == 0 {
						b.Error("nothing was found")
					}
				})
				b.ReportMetric(read, "cold-RU")
			}
		})
	}
}

// importBlocks puts the file into S3 and sends its event to the function.
func (w meteredCarrier) importBlocks(blocks int) {
	w.Helper()
	server, err := locals3.Open(w.TempDir(), time.Now)
	w.must(err)
	defer server.Close()
	w.must(server.EnsureBucket(bucket, true))
	front := httptest.NewServer(server)
	defer front.Close()
	variables := map[string]string{
		"TABLE_NAME": w.table, "BUCKET_NAME": bucket,
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
		"AWS_ENDPOINT_URL_DYNAMODB": *dynamotest.Config(w).BaseEndpoint, "AWS_ENDPOINT_URL_S3": front.URL,
	}
	env, err := awsenv.Load(func(name string) string { return variables[name] })
	w.must(err)
	env.Logger = slog.New(slog.DiscardHandler)
	env.AWS = w.meter.Into(env.AWS)
	objects := s3.NewFromConfig(env.AWS, func(o *s3.Options) { o.UsePathStyle = true })
	_, err = objects.PutObject(w.Context(), &s3.PutObjectInput{
		Bucket: aws.String(bucket), Key: aws.String("inventory/acme/blocks.csv"), Body: strings.NewReader(file(blocks)),
	})
	w.must(err)
	created, err := server.Undelivered(0, 1)
	w.must(err)
	event, err := json.Marshal(pump.ObjectEvent(created[0]))
	w.must(err)
	_, err = inventoryimport.New(env)(w.Context(), event)
	w.must(err)
	jobs, _, err := w.store.Jobs(w.Context(), "acme", 1, "")
	w.must(err)
	if len(jobs) != 1 || jobs[0].Applied != uint64(blocks) {
		w.Fatalf("jobs %+v, want one that applied %d rows", jobs, blocks)
	}
}

func file(blocks int) string {
	var b strings.Builder
	b.WriteString("start,end,package\n")
	for i := range blocks {
		start := first + e164.Number(i*e164.BlockSize)
		fmt.Fprintf(&b, "+%d,+%d,%s\n", start, start+e164.BlockSize-1, []string{"standard", "gold"}[i%2])
	}
	return b.String()
}

// take writes blocks with DIDs taken at random. (No search reads the DIDs
// themselves.)
func (w meteredCarrier) take(blocks int) {
	w.Helper()
	var g errgroup.Group
	g.SetLimit(4)
	for i := range blocks {
		g.Go(func() error {
			var places []uint16
			random := rand.New(rand.NewPCG(1, uint64(i)))
			for place := range uint16(e164.BlockSize) {
				if random.Float64() < rented {
					places = append(places, place)
				}
			}
			taken, err := catalogue.NewSuffixes(places)
			if err != nil {
				return err
			}
			block := (first + e164.Number(i*e164.BlockSize)).Block()
			return w.store.PutBlock(context.WithoutCancel(w.Context()),
				catalogue.Block{Carrier: "acme", Block: block, Taken: taken, Ver: 1})
		})
	}
	w.must(g.Wait())
}

// BenchmarkSale holds ten DIDs and buys them, and also counts the units of the
// stream's consumers: history and blocks.
func BenchmarkSale(b *testing.B) {
	const each = 10
	for b.Loop() {
		w := newMeteredCarrier(b)
		w.importBlocks(1)
		c, s := w.customer(), shop.New(w.store, func() time.Time { return noon })
		var list []e164.Number
		for i := range e164.Number(each) {
			list = append(list, first+i*977)
		}
		read, write := w.spent(func() {
			results, view, err := s.Hold(b.Context(), c, list)
			w.must(err)
			if len(results) != each || len(view.Items) != each {
				b.Fatalf("held %+v", results)
			}
		})
		followRead, followWrite := w.follow(list, map[e164.Number]did.DID{})
		b.ReportMetric((read+followRead)/each, "hold-RU")
		b.ReportMetric((write+followWrite)/each, "hold-WU")
		held, err := w.store.DIDs(b.Context(), "acme", list)
		w.must(err)
		read, write = w.spent(func() {
			_, err := s.Checkout(b.Context(), c, "key", usd("30.00"))
			w.must(err)
		})
		followRead, followWrite = w.history(list, held)
		b.ReportMetric((read+followRead)/each, "checkout-RU")
		b.ReportMetric((write+followWrite)/each, "checkout-WU")
	}
}

func (w meteredCarrier) customer() ledger.Customer {
	w.Helper()
	c := ledger.Customer{Carrier: "acme", ID: "alice"}
	empty := ledger.Account{Customer: c, Name: "Alice", Status: ledger.Active, Currency: "USD", Balance: usd("0"),
		CreditLimit: usd("0")}
	opened, entry, err := empty.Post(ledger.Payment, []ledger.Posting{{Account: ledger.Cash, Amount: usd("-1000")}},
		ledger.Reference{}, noon)
	w.must(err)
	w.must(w.store.CreateCustomer(w.Context(), opened.To, entry))
	return c
}

// follow runs the stream's functions after DIDs got their items.
func (w meteredCarrier) follow(list []e164.Number, before map[e164.Number]did.DID) (read, write float64) {
	w.Helper()
	var hints []projection.Hint
	for _, n := range list {
		hints = append(hints, projection.Hint{Carrier: "acme", Number: n})
	}
	read, write = w.spent(func() {
		for _, err := range projection.New(w.store, func() time.Time { return noon }).Follow(w.Context(), hints) {
			w.must(err)
		}
	})
	historyRead, historyWrite := w.history(list, before)
	return read + historyRead, write + historyWrite
}

// history writes the passages from the earlier to the current state of the
// DIDs, and their entries of the feed of routes.
func (w meteredCarrier) history(list []e164.Number, before map[e164.Number]did.DID) (read, write float64) {
	w.Helper()
	after, err := w.store.DIDs(w.Context(), "acme", list)
	w.must(err)
	return w.spent(func() {
		var entries []routing.Entry
		for _, n := range list {
			passage, err := did.PassageOf(before[n], after[n], "1", noon)
			w.must(err)
			w.must(w.store.PutPassage(w.Context(), passage))
			if e, matters := routing.Changed(before[n], after[n]); matters {
				entries = append(entries, e)
			}
		}
		w.must(w.store.PutFeed(w.Context(), "acme", noon, entries...))
	})
}
