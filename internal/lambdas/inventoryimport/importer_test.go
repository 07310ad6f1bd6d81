package inventoryimport

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/oklog/ulid/v2"

	"didpurchase/infra/local/pump"
	"didpurchase/internal/awsenv"
	"didpurchase/internal/carrier"
	"didpurchase/internal/catalogue"
	"didpurchase/internal/csvexport"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/e164"
	"didpurchase/internal/intake"
	"didpurchase/internal/intake/sheet"
	locals3 "didpurchase/internal/localaws/s3"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/s3store"
)

// importer is the Lambda with a real table and a real S3 around it.
type importer struct {
	testing.TB
	env     awsenv.Env
	store   *dynamo.Store
	staff   *intake.Service
	objects *s3.Client
	journal *locals3.Server
	seen    uint64
	clock   *atomic.Int64                              // the offset of the clock, a time.Duration
	pause   func(context.Context, time.Duration) error // of a worker that waits
	handle  Handler
}

const bucket = "inventory"

// quiet is a queue that loses its messages: only the sweep finds jobs.
type quiet struct{}

func (quiet) Wake(context.Context, string, string) error { return nil }

func newImporter(t testing.TB) *importer {
	t.Helper()
	_, table := dynamotest.New(t)
	w := &importer{TB: t, clock: new(atomic.Int64)}
	w.pause = func(ctx context.Context, d time.Duration) error {
		w.clock.Add(int64(d))
		return ctx.Err()
	}
	w.env = w.environment(table, w.serveS3())
	w.store = dynamo.New(w.env.AWS, table)
	w.staff = intake.New(w.store, quiet{}, bucket, w.env.Now)
	w.objects = s3.NewFromConfig(w.env.AWS, func(o *s3.Options) { o.UsePathStyle = true })
	w.handle = w.wire(w.env)
	for _, id := range []string{"acme", "globex"} {
		w.must(w.store.CreateCarrier(t.Context(), carrier.New(id, id, "UTC", "USD")))
		for _, pkg := range []string{"standard", "gold"} {
			w.must(w.store.PutPackage(t.Context(), id, pricing.Package{Terms: pricing.Terms{
				Package: pkg, Version: 1, Name: pkg, Setup: money.MustParse("1.00", "USD"),
				Recurring: money.MustParse("2.00", "USD"),
				Interval:  pricing.Interval{Unit: pricing.Month, Count: 1},
			}}))
		}
	}
	return w
}

// wire is New with pauses that move the clock instead of waiting.
func (w *importer) wire(env awsenv.Env) Handler {
	files := s3store.New(env.AWS, env.S3Endpoint, env.BucketName)
	worker := intake.NewWorker(dynamo.New(env.AWS, env.TableName), files, env.Now, env.Logger)
	return handler{log: env.Logger, worker: worker.WithPause(w.pause)}.handle
}

// serveS3 returns the URL of a new S3.
func (w *importer) serveS3() string {
	w.Helper()
	server, err := locals3.Open(w.TempDir(), time.Now)
	w.must(err)
	w.must(server.EnsureBucket(bucket, true))
	front := httptest.NewServer(server)
	w.Cleanup(func() {
		front.Close()
		w.must(server.Close())
	})
	w.journal = server
	return front.URL
}

func (w *importer) environment(table, s3URL string) awsenv.Env {
	w.Helper()
	variables := map[string]string{
		"TABLE_NAME": table, "BUCKET_NAME": bucket,
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
		"AWS_ENDPOINT_URL_DYNAMODB": aws.ToString(dynamotest.Config(w).BaseEndpoint), "AWS_ENDPOINT_URL_S3": s3URL,
	}
	env, err := awsenv.Load(func(name string) string { return variables[name] })
	w.must(err)
	env.Logger = slog.New(slog.NewTextHandler(io.Discard, nil))
	env.Now = func() time.Time { return time.Now().UTC().Add(time.Duration(w.clock.Load())) }
	return env
}

func (w *importer) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// put uploads a file and returns the event that S3 sends for it.
func (w *importer) put(key, content string) events.S3Event {
	w.Helper()
	_, err := w.objects.PutObject(w.Context(),
		&s3.PutObjectInput{Bucket: aws.String(bucket), Key: &key, Body: strings.NewReader(content)})
	w.must(err)
	created, err := w.journal.Undelivered(w.seen, 100)
	w.must(err)
	for _, c := range created { // reports are created too
		w.seen = c.Sequence
	}
	return pump.ObjectEvent(created[len(created)-1])
}

// send invokes the function as AWS does.
func (w *importer) send(ctx context.Context, event any) (answer any, err error) {
	w.Helper()
	payload, err := json.Marshal(event)
	w.must(err)
	return w.handle(ctx, payload)
}

// deliver sends an event and fails the test if the function fails.
func (w *importer) deliver(event any) {
	w.Helper()
	answer, err := w.send(w.Context(), event)
	w.must(err)
	if failures, ok := answer.(events.SQSEventResponse); ok && len(failures.BatchItemFailures) > 0 {
		w.Fatalf("failed messages: %v", failures.BatchItemFailures)
	}
}

// drop puts a file for acme, lets it be imported, and returns its job.
func (w *importer) drop(name, content string) intake.Job {
	w.Helper()
	event := w.put("inventory/acme/"+name, content)
	w.deliver(event)
	return w.jobOf("acme", event)
}

// jobOf returns the job of the event's file.
func (w *importer) jobOf(carrier string, event events.S3Event) intake.Job {
	w.Helper()
	for _, job := range w.jobs(carrier) {
		if job.Object.Version == event.Records[0].S3.Object.VersionID {
			return job
		}
	}
	w.Fatalf("no job for %s", event.Records[0].S3.Object.Key)
	return intake.Job{}
}

func (w *importer) jobs(carrier string) []intake.Job {
	w.Helper()
	jobs, _, err := w.store.Jobs(w.Context(), carrier, 100, "")
	w.must(err)
	return jobs
}

// resume returns the message that the sweep sends for a due job.
func resume(job intake.Job) events.SQSEvent {
	return events.SQSEvent{Records: []events.SQSMessage{{
		MessageId: ulid.Make().String(), EventSource: "aws:sqs",
		Body: fmt.Sprintf(`{"carrier": %q, "import_id": %q}`, job.Carrier, job.ID),
	}}}
}

// ranges returns the whole offer of a carrier, without versions and imports.
func (w *importer) ranges(carrier string) (texts []string) {
	w.Helper()
	partitions, err := w.store.Partitions(w.Context(), carrier)
	w.must(err)
	for _, p := range partitions {
		ranges, err := w.store.Offered(w.Context(), carrier, p)
		w.must(err)
		for _, r := range ranges {
			texts = append(texts, describe(r))
		}
	}
	return texts
}

func describe(r catalogue.Range) string {
	if r.IsSet() {
		return fmt.Sprintf("%s set %v %s", r.Span.Start.Block().Digits(), r.Set.Places(), r.Package)
	}
	return fmt.Sprintf("%s-%s %s", r.Span.Start.Digits(), r.Span.End.Digits(), r.Package)
}

// offered counts the numbers that a carrier offers.
func (w *importer) offered(carrier string) (n uint64) {
	w.Helper()
	partitions, err := w.store.Partitions(w.Context(), carrier)
	w.must(err)
	for _, p := range partitions {
		ranges, err := w.store.Offered(w.Context(), carrier, p)
		w.must(err)
		for _, r := range ranges {
			n += r.Count()
		}
	}
	return n
}

// offers reports whether a number is offered, as a hold reads it.
func (w *importer) offers(carrier string, n e164.Number) bool {
	w.Helper()
	found, err := w.store.Ranges(w.Context(), carrier, []e164.Number{n})
	w.must(err)
	_, ok := found[n]
	return ok
}

// report reads a job's report with its header, without the column with the reading
// of the file.
func (w *importer) report(job intake.Job) [][]string {
	w.Helper()
	if job.ReportKey == "" {
		w.Fatalf("import %s (%s: %s) has no report", job.ID, job.Status, job.Error)
	}
	file := w.read(job.ReportKey)
	if !bytes.HasPrefix(file, []byte(csvexport.Mark)) {
		w.Errorf("the report of import %s begins with %q, not with a byte order mark", job.ID, file[:4])
	}
	rows, _ := w.reportOf(file)
	return rows
}

// reportOf returns a report without the column with the reading of the file, and
// that column's text.
func (w *importer) reportOf(file []byte) (rows [][]string, reading string) {
	w.Helper()
	from := csvexport.NewReader(bytes.NewReader(file))
	from.ReuseRecord = false
	rows, err := from.ReadAll()
	w.must(err)
	at := slices.Index(rows[0], sheet.ReadingColumn)
	if at < 0 {
		w.Fatalf("the report's header %q doesn't say how the file was read", rows[0])
	}
	for i, row := range rows {
		if i == 1 {
			reading = row[at]
		}
		rows[i] = slices.Delete(row, at, at+1)
	}
	return rows, reading
}

func (w *importer) read(key string) []byte {
	w.Helper()
	out, err := w.objects.GetObject(w.Context(), &s3.GetObjectInput{Bucket: aws.String(bucket), Key: &key})
	w.must(err)
	defer out.Body.Close()
	content, err := io.ReadAll(out.Body)
	w.must(err)
	return content
}
