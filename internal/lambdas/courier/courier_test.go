package courier_test

import (
	"context"
	"encoding/json"
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

	"github.com/aws/aws-sdk-go-v2/aws"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"didpurchase/infra/local/host"
	"didpurchase/infra/local/pump"
	"didpurchase/infra/local/template"
	"didpurchase/internal/awsenv"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/event"
	"didpurchase/internal/lambdas/courier"
	"didpurchase/internal/localaws/sqs"
	"didpurchase/internal/sqsqueue"
	"didpurchase/internal/wanttest"
	"didpurchase/internal/webhook"
	"didpurchase/internal/webhooksend"
)

// courierAndQueue is the courier on a real table and a real queue server.
type courierAndQueue struct {
	testing.TB
	store   *dynamo.Store
	service *webhook.Service
	events  *sqsqueue.Queue
}

type endpoints map[string]string

func (e endpoints) GetServiceBaseEndpoint(_ context.Context, service string) (string, bool, error) {
	url, ok := e[service]
	return url, ok, nil
}

// newCourierAndQueue runs the courier until the test ends. The changes are made to
// the configuration of its AWS clients.
func newCourierAndQueue(t testing.TB, changes ...func(*aws.Config)) courierAndQueue {
	t.Helper()
	server, err := sqs.Open(filepath.Join(t.TempDir(), "queues.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"events", "x-deliveries", "dead"} {
		if err := server.Declare(sqs.Queue{Name: name, Visibility: time.Minute}); err != nil {
			t.Fatal(err)
		}
	}
	site := httptest.NewServer(server)
	_, table := dynamotest.New(t)
	config := dynamotest.Config(t)
	config.ConfigSources = []any{endpoints{"DynamoDB": *config.BaseEndpoint, "SQS": site.URL}}
	config.BaseEndpoint = nil
	for _, change := range changes {
		change(&config)
	}
	url := func(queue string) string { return site.URL + "/000000000000/" + queue }
	env := awsenv.Env{
		TableName: table, AWS: config, DeliveryQueueURL: url("x-deliveries"), DeliveryDeadLettersURL: url("dead"),
		WebhookLoopback: true,
		Now:             time.Now, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	functions := host.NewInProcess()
	functions.Register("courier", time.Minute, courier.New(env))
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for _, queue := range []string{"events", "x-deliveries"} {
		p := pump.Queue{
			Base:   pump.Base{Invoker: functions, Now: time.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil))},
			Server: server,
			Mapping: template.QueueMapping{Function: "courier", Queue: queue, BatchSize: 10, MaxConcurrency: 30,
				PartialFailures: true},
		}
		running.Go(func() { _ = p.Run(ctx) })
	}
	t.Cleanup(func() {
		stop()
		running.Wait()
		site.Close()
		server.Close()
	})
	store := dynamo.New(config, table)
	return courierAndQueue{t, store, webhook.NewService(store, sqsqueue.New(config, url("x-deliveries")), true, time.Now),
		sqsqueue.New(config, url("events"))}
}

// receiver accepts webhooks and answers them by its function.
type receiver struct {
	*httptest.Server
	mu       sync.Mutex // guards the fields below
	ids      map[string]time.Time
	running  int
	most     int // the most requests at once
	refused  int // requests with a wrong signature
	verifier *standardwebhooks.Webhook
}

func (w courierAndQueue) receiver(answer func(http.ResponseWriter, *http.Request)) *receiver {
	r := &receiver{ids: map[string]time.Time{}}
	r.Server = httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		body, _ := io.ReadAll(in.Body)
		r.mu.Lock()
		if r.verifier == nil || r.verifier.Verify(body, in.Header) != nil {
			r.refused++
		}
		if _, seen := r.ids[in.Header.Get("webhook-id")]; !seen {
			r.ids[in.Header.Get("webhook-id")] = time.Now()
		}
		r.running++
		r.most = max(r.most, r.running)
		r.mu.Unlock()
		answer(out, in)
		r.mu.Lock()
		r.running--
		r.mu.Unlock()
	}))
	w.Cleanup(r.Close)
	return r
}

// hook makes a webhook of the owner at the receiver.
func (w courierAndQueue) hook(owner webhook.Owner, url string, r *receiver, events ...string) webhook.Webhook {
	w.Helper()
	h, err := w.service.Create(w.Context(), owner, url, events, true)
	if err != nil {
		w.Fatal(err)
	}
	if r != nil {
		if r.verifier, err = standardwebhooks.NewWebhook(h.Secret); err != nil {
			w.Fatal(err)
		}
	}
	return h
}

// happen sends n events and returns the time of each.
func (w courierAndQueue) happen(from, n int) map[string]time.Time {
	w.Helper()
	sent := map[string]time.Time{}
	for i := range n {
		e := event.Event{ID: fmt.Sprintf("evt_%03d", from+i), Type: event.Rented, Time: time.Now(), Carrier: "acme",
			Customer: "alice", Data: event.Number{DID: "+442071234567", Version: i}}
		body, err := json.Marshal(e)
		if err != nil {
			w.Fatal(err)
		}
		sent[e.ID] = time.Now()
		if err := w.events.Send(w.Context(), []string{string(body)}); err != nil {
			w.Fatal(err)
		}
	}
	return sent
}

func (w courierAndQueue) eventually(what string, holds func() bool) {
	w.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.Fatalf("not in time: %s", what)
		}
	}
}

func (r *receiver) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.ids)
}

// slowest returns the longest time from an event to its arrival.
func (r *receiver) slowest(sent map[string]time.Time) time.Duration {
	return slices.Max(r.delays(sent))
}

var acme = webhook.Owner{Carrier: "acme"}

// Beside a receiver that hangs, one that answers 500 and one that is gone, a good
// receiver gets every event, signed and without delay.
func TestBadReceiversDelayNobody(t *testing.T) {
	t.Parallel()
	w := newCourierAndQueue(t)
	good := w.receiver(func(http.ResponseWriter, *http.Request) {})
	w.hook(acme, good.URL, good, "did.*")
	const n = 40
	alone := w.happen(0, n)
	w.eventually("the good receiver has all", func() bool { return good.count() == n })

	release := make(chan struct{})
	defer close(release)
	hanging := w.receiver(func(http.ResponseWriter, *http.Request) { <-release })
	failing := w.receiver(func(out http.ResponseWriter, _ *http.Request) { out.WriteHeader(500) })
	dead := httptest.NewServer(nil)
	dead.Close()
	w.hook(acme, hanging.URL, hanging, "did.*")
	failed := w.hook(acme, failing.URL, failing, "did.*")
	w.hook(acme, dead.URL, nil, "did.*")
	beside := w.happen(n, n)
	w.eventually("the good receiver has all, beside bad ones", func() bool { return good.count() == 2*n })
	t.Logf("slowest delivery: %v alone, %v beside bad receivers", good.slowest(alone), good.slowest(beside))
	wanttest.True(t, "no delivery to the good receiver waited for the time-out of a bad one",
		good.slowest(beside) < webhooksend.Timeout)
	wanttest.Equal(t, "wrong signatures", good.refused, 0)
	w.eventually("the failing receiver was asked", func() bool { return failing.count() > 0 })
	wanttest.True(t, fmt.Sprintf("deliveries at once to the hanging receiver, %d, are at most %d", hanging.most,
		webhook.PerWebhook), hanging.most <= webhook.PerWebhook)
	w.eventually("the failing webhook says so", func() bool {
		h, err := w.service.Webhook(t.Context(), acme, failed.ID)
		return err == nil && !h.FailingSince.IsZero()
	})
}

// A customer gets its own events; another customer, or a webhook for other types,
// gets none of them.
func TestWhoIsTold(t *testing.T) {
	t.Parallel()
	w := newCourierAndQueue(t)
	ok := func(http.ResponseWriter, *http.Request) {}
	alice, bob, orders := w.receiver(ok), w.receiver(ok), w.receiver(ok)
	w.hook(webhook.Owner{Carrier: "acme", ID: "alice"}, alice.URL, alice, "*")
	w.hook(webhook.Owner{Carrier: "acme", ID: "bob"}, bob.URL, bob, "*")
	w.hook(acme, orders.URL, orders, "order.completed")
	w.happen(0, 3)
	w.eventually("alice has all", func() bool { return alice.count() == 3 })
	wanttest.Equal(t, "events to bob", bob.count(), 0)
	wanttest.Equal(t, "events to the webhook of orders", orders.count(), 0)
}

// A test and a resend arrive, and the answer is stored with the delivery.
func TestTestAndResend(t *testing.T) {
	t.Parallel()
	w := newCourierAndQueue(t)
	r := w.receiver(func(out http.ResponseWriter, _ *http.Request) { fmt.Fprint(out, "thanks") })
	h := w.hook(acme, r.URL, r, "did.*")
	d, err := w.service.Test(t.Context(), acme, h.ID)
	if err != nil {
		t.Fatal(err)
	}
	delivered := func(id string) webhook.Delivery {
		var now webhook.Delivery
		w.eventually("delivered", func() bool {
			now, err = w.store.Delivery(t.Context(), acme, h.ID, id)
			return err == nil && now.Status == webhook.Delivered
		})
		return now
	}
	first := delivered(d.ID)
	wanttest.Equal(t, "kept answer", first.Last.Body, "thanks")
	again, err := w.service.Resend(t.Context(), acme, h.ID, d.ID)
	if err != nil {
		t.Fatal(err)
	}
	wanttest.Equal(t, "event of the resend", delivered(again.ID).EventID, first.EventID)
	page, _, err := w.service.Deliveries(t.Context(), acme, h.ID, 10, "")
	if err != nil {
		t.Fatal(err)
	}
	wanttest.Equal(t, "deliveries", len(page), 2)
	wanttest.Equal(t, "wrong signatures", r.refused, 0)
}
