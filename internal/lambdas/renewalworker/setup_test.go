package renewalworker_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/oklog/ulid/v2"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/carrier"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/e164"
	"didpurchase/internal/lambdas/renewalsweep"
	"didpurchase/internal/lambdas/renewalworker"
	"didpurchase/internal/ledger"
	"didpurchase/internal/localaws/sqs"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/shop"
)

var (
	noon  = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	until = noon.Add(15 * time.Minute)
	over  = until.Add(did.Grace + time.Millisecond)
	alice = ledger.Customer{Carrier: "acme", ID: "alice"}
	bob   = ledger.Customer{Carrier: "acme", ID: "bob"}
	offer = did.Offer{Terms: pricing.Terms{
		Package: "standard", Version: 1, Setup: money.MustParse("1", "USD"), Recurring: money.MustParse("2", "USD"),
		Interval: pricing.Interval{Unit: pricing.Month, Count: 1},
	}}
)

// renewals is a table and two queues, with the sweep and the worker over them.
type renewals struct {
	env    awsenv.Env
	db     *dynamodb.Client
	table  string
	store  *dynamo.Store
	queues *sqs.Server
	sqs    string // URL
	now    *time.Time

	documents *documents
}

// documents is the bucket of invoices: like S3, it keeps an existing object if the
// request asks for that.
type documents struct {
	mu      sync.Mutex
	objects map[string][]byte
}

func (d *documents) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.objects[r.URL.Path] != nil && r.Header.Get("If-None-Match") == "*" {
		w.WriteHeader(http.StatusPreconditionFailed)
		io.WriteString(w, `<Error><Code>PreconditionFailed</Code></Error>`)
		return
	}
	d.objects[r.URL.Path], _ = io.ReadAll(r.Body)
}

func newRenewals(t testing.TB) renewals {
	t.Helper()
	now := noon
	clock := func() time.Time { return now }
	queues, err := sqs.Open(filepath.Join(t.TempDir(), "queues.db"), clock)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(queues)
	t.Cleanup(func() { server.Close(); queues.Close() })
	for _, name := range []string{"renewal", "import", "report"} {
		if err := queues.Declare(sqs.Queue{Name: name}); err != nil {
			t.Fatal(err)
		}
	}
	db, table := dynamotest.New(t)
	host := server.Listener.Addr().String()
	kept := &documents{objects: map[string][]byte{}}
	bucket := httptest.NewServer(kept)
	t.Cleanup(bucket.Close)
	env := awsenv.Env{
		TableName: table, RenewalQueueURL: sqs.URL(host, "renewal"), ImportQueueURL: sqs.URL(host, "import"),
		ReportQueueURL: sqs.URL(host, "report"), AWS: dynamotest.Config(t), S3Endpoint: bucket.URL, BucketName: "files",
		Now: clock, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	env.AWS.ConfigSources = []any{endpoints{
		"DynamoDB": *env.AWS.BaseEndpoint, "DynamoDB Streams": *env.AWS.BaseEndpoint, "SQS": server.URL, "S3": bucket.URL,
	}}
	env.AWS.BaseEndpoint = nil // each service has its own
	return renewals{env: env, documents: kept, db: db, table: table, store: dynamo.New(env.AWS, table), queues: queues,
		sqs: server.URL,
		now: &now}
}

// sweep runs the sweep at a moment and returns the messages of both queues.
func (w renewals) sweep(t testing.TB, at time.Time) (renewals, jobs []string) {
	t.Helper()
	*w.now = at
	env := w.env
	event := []byte(`{"version": "0", "detail-type": "Scheduled Event", "source": "aws.scheduler", "detail": "{}"}`)
	if _, err := lambda.NewHandler(renewalsweep.New(env)).Invoke(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	return w.receive(t, "renewal"), w.receive(t, "import")
}

type endpoints map[string]string

func (e endpoints) GetServiceBaseEndpoint(_ context.Context, sdkID string) (string, bool, error) {
	url, ok := e[sdkID]
	return url, ok, nil
}

func (w renewals) receive(t testing.TB, queue string) (bodies []string) {
	t.Helper()
	for {
		messages, err := w.queues.Receive(t.Context(), queue, 10, time.Hour, 0)
		if err != nil {
			t.Fatal(err)
		}
		if len(messages) == 0 {
			slices.Sort(bodies)
			return bodies
		}
		for _, m := range messages {
			bodies = append(bodies, m.Body)
			if err := w.queues.Delete(queue, m.Receipt); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// work passes messages to a worker and returns the indexes of the failed ones.
func work(t testing.TB, h renewalworker.Handler, bodies ...string) (failed []string) {
	t.Helper()
	return workWithin(t.Context(), t, h, bodies...)
}

func workWithin(ctx context.Context, t testing.TB, h renewalworker.Handler, bodies ...string) (failed []string) {
	t.Helper()
	var event events.SQSEvent
	for i, body := range bodies {
		event.Records = append(event.Records, events.SQSMessage{MessageId: fmt.Sprint(i), Body: body})
	}
	payload, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := lambda.NewHandler(h).Invoke(ctx, payload)
	if err != nil {
		t.Fatal(err)
	}
	var answer events.SQSEventResponse
	if err := json.Unmarshal(raw, &answer); err != nil {
		t.Fatal(err)
	}
	for _, f := range answer.BatchItemFailures {
		failed = append(failed, f.ItemIdentifier)
	}
	return failed
}

// hold puts numbers into a customer's cart until a moment.
func (w renewals) hold(t *testing.T, c ledger.Customer, until time.Time, numbers ...e164.Number) []shop.Line {
	t.Helper()
	if err := w.store.CreateCarrier(t.Context(), carrier.New(c.Carrier, "Acme", "UTC", "USD")); err != nil &&
		!errors.Is(err, commit.ErrExists) {
		t.Fatal(err)
	}
	cart, err := w.store.Cart(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	var lines []shop.Line
	for _, n := range numbers {
		lines = append(lines, shop.Line{Number: n, HoldID: ulid.Make().String(), Until: until})
	}
	update := shop.Update{SeenVer: cart.Ver,
		To: shop.Cart{Customer: c, Ver: cart.Ver + 1, Lines: append(cart.Lines, lines...)}}
	w.commit(t, update)
	for _, l := range lines {
		w.commit(t, did.HoldFor(c.Carrier, c.ID, l.Number, l.HoldID, until, offer, noon))
	}
	return lines
}

func (w renewals) commit(t testing.TB, change commit.Change) {
	t.Helper()
	if err := w.store.Commit(t.Context(), commit.Batch{ID: ulid.Make().String(),
		Changes: []commit.Change{change}}); err != nil {
		t.Fatalf("%s: %v", change.Target(), err)
	}
}

// stand returns the cart's lines, and the ends of the holds of the numbers that
// are taken.
func (w renewals) stand(t *testing.T, c ledger.Customer,
	numbers ...e164.Number) (lines []shop.Line, taken map[e164.Number]time.Time) {
	t.Helper()
	cart, err := w.store.Cart(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	items, err := w.store.DIDs(t.Context(), c.Carrier, numbers)
	if err != nil {
		t.Fatal(err)
	}
	taken = map[e164.Number]time.Time{}
	for n, item := range items {
		taken[n] = item.Until
	}
	return cart.Lines, taken
}

const (
	one, two, three e164.Number = 442071230001, 442071230002, 442071230003
	aliceDue                    = `{"carrier":"acme","customer":"alice","cart":true}`
	bobDue                      = `{"carrier":"acme","customer":"bob","cart":true}`
)

// Holds that are over are found, given back, and then no longer due; those that
