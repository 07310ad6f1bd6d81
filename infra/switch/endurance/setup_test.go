package endurance_test

import (
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/awsenv"
	"didpurchase/internal/carrier"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/e164"
	"didpurchase/internal/faults"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/switches"
	"didpurchase/internal/lambdas/history"
	"didpurchase/internal/lambdas/stream"
	"didpurchase/internal/lambdas/stream/streamtest"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/routing"
)

type number = e164.Number

const (
	carrierID        = "acme"
	first     number = 442071230000
	numbers          = 300
)

// followedCarrier is a table, its history, the routes' API and a follower.
type followedCarrier struct {
	store    *dynamo.Store // without faults
	recorder *streamtest.Recorder
	history  stream.Handler
	api      *httptest.Server
	random   *rand.Rand
	now      func() time.Time
	program  string
	copy     string
	follower *follower

	sent   int                 // number of records that were passed to the history, or kept for later
	late   []streamtest.Record // records that are delivered some batches later
	broken [2]*faults.Injector // the injectors of the history and of the API
	count  struct{ late, twice, swapped int }
}

func newFollowedCarrier(t *testing.T) *followedCarrier {
	t.Helper()
	db, table := dynamotest.New(t)
	w := &followedCarrier{store: dynamo.New(dynamotest.Config(t), table), random: rand.New(rand.NewPCG(*seed, 0)),
		copy: filepath.Join(t.TempDir(), "copy.db")}
	w.recorder = streamtest.New(db, table, w.store)
	w.now = fastClock()
	w.broken = [2]*faults.Injector{
		faults.New(faults.Seeded(*seed, 0.05, faults.DropBefore, faults.DropAfter, faults.Duplicate, faults.Throttle)),
		faults.New(faults.Seeded(*seed+1, 0.02, faults.DropBefore, faults.Throttle)),
	}
	env := awsenv.Env{TableName: table, AWS: w.broken[0].Into(dynamotest.Config(t)), Now: w.now,
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil))}
	w.history = history.With(env, history.Queues{Events: nowhere{}, Renewals: nowhere{}})
	w.customer(t)
	w.serve(t, dynamo.New(w.broken[1].Into(dynamotest.Config(t)), table))
	w.program = filepath.Join(t.TempDir(), "switch")
	if said, err := exec.Command("go", "build", "-o", w.program, "didpurchase/infra/switch").CombinedOutput(); err != nil {
		t.Fatalf("build the follower: %v\n%s", err, said)
	}
	return w
}

// fastClock is five times as fast as the real one, and begins shortly before the
// hour, so that the feed's overlap passes and its partition changes.
func fastClock() func() time.Time {
	begin, began := time.Date(2026, 11, 29, 12, 59, 30, 0, time.UTC), time.Now()
	return func() time.Time { return begin.Add(5 * time.Since(began)) }
}

// nowhere is a queue that accepts everything.
type nowhere struct{}

func (nowhere) Send(ctx, []string) error { return nil }

// customer makes the customer who rents all numbers: the list of all routes is by
// customer.
func (w *followedCarrier) customer(t *testing.T) {
	t.Helper()
	err := w.store.CreateCarrier(t.Context(), carrier.New(carrierID, "Acme", "UTC", "USD"))
	if err == nil {
		err = w.store.CreateCustomer(t.Context(), ledger.Account{
			Customer: ledger.Customer{Carrier: carrierID, ID: "alice"}, Status: ledger.Active, Currency: "USD",
			Balance: money.Zero("USD"), CreditLimit: money.Zero("USD"),
		})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// serve answers the routes like API Gateway, with lost requests and answers.
func (w *followedCarrier) serve(t *testing.T, store *dynamo.Store) {
	t.Helper()
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	routes := httpapi.Handler(log, w.now, switches.Routes{Records: store, Feed: routing.Feed{Source: store, Now: w.now}})
	as := auth.Principal{Carrier: carrierID, User: "switch", Roles: []auth.Role{auth.Viewer}}.Handover()
	w.api = httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		switch rand.IntN(20) { // not seeded: the order of requests depends on scheduling
		case 0:
			panic(http.ErrAbortHandler) // the connection breaks before
		case 1:
			routes.ServeHTTP(httptest.NewRecorder(),
				in.WithContext(httpapi.WithRequest(in.Context(), httpapi.Request{Authorizer: as})))
			panic(http.ErrAbortHandler) // or after it was answered
		default:
			routes.ServeHTTP(out, in.WithContext(httpapi.WithRequest(in.Context(), httpapi.Request{Authorizer: as})))
		}
	}))
	t.Cleanup(w.api.Close)
}

func (w *followedCarrier) faults() string {
	return fmt.Sprintf("broke %d calls of the history and %d of the API; records late %d, twice %d, batches swapped %d",
		w.broken[0].Broken(), w.broken[1].Broken(), w.count.late, w.count.twice, w.count.swapped)
}

// follower is the program as a process.
type follower struct {
	cmd *exec.Cmd
	log string
}

func (w *followedCarrier) startFollower(t *testing.T) {
	t.Helper()
	f := &follower{log: filepath.Join(t.TempDir(), "follower.log")}
	out, err := os.Create(f.log)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	f.cmd = exec.Command(w.program, "--api", w.api.URL, "--key", "key", "--data", w.copy, "--kamailio", "", "--wait", "1")
	f.cmd.Stdout, f.cmd.Stderr = out, out
	if err := f.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.kill)
	w.follower = f
}

// kill is a kill -9, and idempotent.
func (f *follower) kill() {
	_ = f.cmd.Process.Kill() // it may have ended already
	_ = f.cmd.Wait()         // it ends because of the kill
}

// awaitAnswer waits until the follower has read to the end of the feed.
func (f *follower) awaitAnswer(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(catchUp); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		text, err := os.ReadFile(f.log)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "count=0") {
			return
		}
	}
	text, _ := os.ReadFile(f.log)
	t.Fatalf("the follower does not catch up: %s", text)
}
