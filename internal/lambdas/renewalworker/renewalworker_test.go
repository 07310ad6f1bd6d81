package renewalworker_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/oklog/ulid/v2"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/carrier"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/e164"
	"didpurchase/internal/faults"
	"didpurchase/internal/lambdas/renewalsweep"
	"didpurchase/internal/lambdas/renewalworker"
	"didpurchase/internal/ledger"
	"didpurchase/internal/localaws/sqs"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
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
	for _, name := range []string{"renewal", "import"} {
		if err := queues.Declare(sqs.Queue{Name: name}); err != nil {
			t.Fatal(err)
		}
	}
	db, table := dynamotest.New(t)
	host := server.Listener.Addr().String()
	env := awsenv.Env{
		TableName: table, RenewalQueueURL: sqs.URL(host, "renewal"), ImportQueueURL: sqs.URL(host, "import"),
		AWS: dynamotest.Config(t), Now: clock, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	return renewals{env: env, db: db, table: table, store: dynamo.New(env.AWS, table), queues: queues, sqs: server.URL,
		now: &now}
}

// sweep runs the sweep at a moment and gives the messages of both queues.
func (w renewals) sweep(t testing.TB, at time.Time) (renewals, jobs []string) {
	t.Helper()
	*w.now = at
	env := w.env
	env.AWS.BaseEndpoint = nil // each service has its own
	env.AWS.ConfigSources = []any{endpoints{"DynamoDB": *w.env.AWS.BaseEndpoint, "SQS": w.sqs}}
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

// work gives messages to a worker and returns the indexes of the failed ones.
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
// are not over stay.
func TestLapse(t *testing.T) {
	t.Parallel()
	w := newRenewals(t)
	w.hold(t, alice, until, one, two)
	w.hold(t, bob, until, three)
	later := w.hold(t, bob, until.Add(time.Minute), 33199001234)
	worker := renewalworker.New(w.env)

	if renewals, _ := w.sweep(t, until.Add(did.Grace-time.Millisecond)); len(renewals) > 0 {
		t.Errorf("due before its time: %q", renewals)
	}
	renewals, _ := w.sweep(t, over)
	if want := []string{aliceDue, bobDue}; !slices.Equal(renewals, want) {
		t.Fatalf("messages %q, want %q", renewals, want)
	}
	if failed := work(t, worker, renewals...); len(failed) > 0 {
		t.Fatalf("failed %v", failed)
	}
	if lines, taken := w.stand(t, alice, one, two); len(lines)+len(taken) > 0 {
		t.Errorf("alice still has %v, %v", lines, taken)
	}
	if lines, taken := w.stand(t, bob, three, 33199001234); !cmp.Equal(lines, later) || len(taken) != 1 {
		t.Errorf("bob has %v, %v; want %v", lines, taken, later)
	}
	if renewals, _ = w.sweep(t, over); len(renewals) > 0 {
		t.Errorf("due again: %q", renewals)
	}
}

// A hold that was extended, of which the cart did not hear, is kept for its new
// time.
func TestExtendedHoldIsKept(t *testing.T) {
	t.Parallel()
	w := newRenewals(t)
	line := w.hold(t, alice, until, one)[0]
	line.Until = until.Add(10 * time.Minute)
	w.commit(t, did.ExtendHold("acme", one, line.HoldID, line.Until, noon))
	*w.now = over
	if failed := work(t, renewalworker.New(w.env), aliceDue); len(failed) > 0 {
		t.Fatalf("failed %v", failed)
	}
	lines, taken := w.stand(t, alice, one)
	if !cmp.Equal(lines, []shop.Line{line}) || !taken[one].Equal(line.Until) {
		t.Errorf("lines %v, taken %v; want until %v", lines, taken, line.Until)
	}
}

// A hold that came after its line was dropped is freed on the history's message.
// One that a cart shows stays.
func TestLateHoldIsFreed(t *testing.T) {
	t.Parallel()
	w := newRenewals(t)
	listed := w.hold(t, alice, until, one)
	w.commit(t, did.HoldFor("acme", "alice", two, ulid.Make().String(), until, offer, noon))
	w.commit(t, did.HoldFor("acme", "bob", three, ulid.Make().String(), until, offer, noon))
	message := fmt.Sprintf(`{"carrier":"acme","customer":"alice","late":["%d","%d","%d"]}`, one, two, three)
	if failed := work(t, renewalworker.New(w.env), message); len(failed) > 0 {
		t.Fatalf("failed %v", failed)
	}
	lines, taken := w.stand(t, alice, one, two, three)
	wanttest.Diff(t, "lines", lines, listed)
	wanttest.Diff(t, "held numbers", taken, map[e164.Number]time.Time{one: until, three: until})
}

// If a worker dies between releasing numbers and writing the cart, the next one
// completes the work; a number that another customer holds by then is not
// changed.
func TestCrashBeforeTheCart(t *testing.T) {
	t.Parallel()
	w := newRenewals(t)
	lines := w.hold(t, alice, until, one, two)
	for _, l := range lines {
		w.commit(t, did.LapseHold("acme", alice.ID, l.Number, l.HoldID, over))
	}
	w.hold(t, bob, over.Add(time.Minute), two)
	*w.now = over
	if failed := work(t, renewalworker.New(w.env), aliceDue); len(failed) > 0 {
		t.Fatalf("failed %v", failed)
	}
	if lines, taken := w.stand(t, alice, one, two); len(lines) > 0 || len(taken) != 1 {
		t.Errorf("alice's lines %v, taken %v; want none, and bob's hold of %v", lines, taken, two)
	}
}

// Each call to the database is broken once in each way: after one redelivery
// all is as it should be.
func TestEveryCallBrokenOnce(t *testing.T) {
	t.Parallel()
	for _, fault := range faults.All {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			wholeAfterOneRedelivery(t, func(c faults.Call, nth int, _ func()) faults.Fault {
				if c.Nth != nth || fault == faults.Conflict && c.Operation == "GetItem" { // no transaction is in a read's way
					return faults.None
				}
				return fault
			})
		})
	}
}

// A worker that dies after any of its calls is followed by one that completes its work.
func TestCrashAfterEachCall(t *testing.T) {
	t.Parallel()
	wholeAfterOneRedelivery(t, func(c faults.Call, nth int, die func()) faults.Fault {
		if c.Nth < nth {
			return faults.None
		}
		die()
		return faults.DropBefore
	})
}

// wholeAfterOneRedelivery lapses a cart while calls are broken by fault, with
// nth from 1 until there are no more calls to break.
func wholeAfterOneRedelivery(t *testing.T, fault func(c faults.Call, nth int, die func()) faults.Fault) {
	t.Helper()
	for nth := 1; ; nth++ {
		w := newRenewals(t)
		w.hold(t, alice, until, one, two)
		*w.now = over
		ctx, die := context.WithCancel(t.Context())
		injector := faults.New(func(c faults.Call) faults.Fault { return fault(c, nth, die) })
		env := w.env
		env.AWS = injector.Into(env.AWS)
		env.AWS.RetryMaxAttempts = 1 // the SDK would hide most of it
		if failed := workWithin(ctx, t, renewalworker.New(env), aliceDue); len(failed) > 0 {
			work(t, renewalworker.New(w.env), aliceDue)
		}
		die()
		if lines, taken := w.stand(t, alice, one, two); len(lines)+len(taken) > 0 {
			t.Errorf("call %d broken: lines %v, taken %v", nth, lines, taken)
		}
		if injector.Total() < nth {
			return
		}
	}
}

// A message that can't be read fails, again and again; the others are done.
func TestPoison(t *testing.T) {
	t.Parallel()
	w := newRenewals(t)
	w.hold(t, alice, until, one)
	*w.now = over
	failed := work(t, renewalworker.New(w.env), "nonsense", aliceDue, `{"carrier": "acme"}`, `{}`, ``)
	if want := []string{"0", "2", "3", "4"}; !slices.Equal(failed, want) {
		t.Errorf("failed %v, want %v", failed, want)
	}
	if lines, taken := w.stand(t, alice, one); len(lines)+len(taken) > 0 {
		t.Errorf("lines %v, taken %v", lines, taken)
	}
}

// An import job that is due goes to the other queue than rentals and accounts.
func TestOtherTimers(t *testing.T) {
	t.Parallel()
	w := newRenewals(t)
	for _, row := range []map[string]string{
		{"pk": "JOB#acme", "sk": "01JOB", "nextAt": "2026-01-31T11:59:00.000Z"},
		{"pk": "JOB#acme", "sk": "01LATER", "nextAt": "2026-01-31T12:01:00.000Z"},
		{"pk": "DID#acme#44207123", "sk": "442071230001", "nextAt": "2026-01-31T11:59:00.000Z", "carrier": "acme",
			"customer": "bob"},
		{"pk": "CUSTOMER#acme#bob", "sk": "ACCOUNT", "nextAt": "2026-01-31T11:59:30.000Z"},
	} {
		item := map[string]types.AttributeValue{"duePK": &types.AttributeValueMemberS{Value: "DUE#31"}}
		for name, value := range row {
			item[name] = &types.AttributeValueMemberS{Value: value}
		}
		if _, err := w.db.PutItem(t.Context(),
			&dynamodb.PutItemInput{TableName: aws.String(w.table), Item: item}); err != nil {
			t.Fatal(err)
		}
	}
	renewals, jobs := w.sweep(t, noon)
	if want := []string{`{"carrier":"acme","import_id":"01JOB"}`}; !slices.Equal(jobs, want) {
		t.Errorf("jobs %q, want %q", jobs, want)
	}
	want := []string{`{"carrier":"acme","customer":"bob","account":true,"dids":["+442071230001"],"oldest":true}`}
	if !slices.Equal(renewals, want) {
		t.Errorf("renewals %q, want %q", renewals, want)
	}
}
