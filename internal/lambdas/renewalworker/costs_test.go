package renewalworker_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"

	"didpurchase/infra/local/pump"
	"didpurchase/infra/local/template"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/lambdas/catalogue"
	"didpurchase/internal/lambdas/history"
	"didpurchase/internal/lambdas/renewalworker"
	"didpurchase/internal/lambdas/stream"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

// consumer is a function on the table's stream, with the template's filter. It gets
// everything that was written since its last run in one batch, so that its costs
// don't depend on timing.
type consumer struct {
	pump    *pump.Stream
	handler stream.Handler
	meter   *dynamotest.Meter

	mu      sync.Mutex // guards records
	records []events.DynamoDBEventRecord
}

// Invoke takes a batch of the pump: it implements pump.Invoker.
func (c *consumer) Invoke(_ context.Context, _ string, payload []byte) ([]byte, error) {
	var batch events.DynamoDBEvent
	if err := json.Unmarshal(payload, &batch); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.records = append(c.records, batch.Records...)
	return []byte(`{}`), nil
}

// newConsumer follows the table's stream until the test ends.
func (w renewals) newConsumer(t *testing.T, m template.StreamMapping, streamARN string) *consumer {
	c := &consumer{meter: new(dynamotest.Meter)}
	env := w.env
	env.AWS = c.meter.Into(env.AWS)
	c.handler = map[string]stream.Handler{
		"catalogue": catalogue.New(env), "history": history.With(env, history.Queues{Events: nowhere{}, Renewals: nowhere{}}),
	}[m.Function]
	c.pump = &pump.Stream{
		Base:   pump.Base{Invoker: c, Now: time.Now, Log: w.env.Logger},
		Client: dynamodbstreams.NewFromConfig(w.env.AWS), StreamARN: streamARN, SourceARN: streamARN, Mapping: m,
		Folder: t.TempDir(),
	}
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = c.pump.Run(ctx) })
	t.Cleanup(func() { stop(); running.Wait() })
	return c
}

// nowhere is a queue that accepts everything.
type nowhere struct{}

func (nowhere) Send(context.Context, []string) error { return nil }

// follow passes everything that was written to the function, and returns the write
// units that it used.
func (c *consumer) follow(t *testing.T) float64 {
	t.Helper()
	for end := c.pump.Ends() + 2; c.pump.Ends() < end; {
		time.Sleep(5 * time.Millisecond)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	before := c.meter.Write()
	for batch := range slices.Chunk(c.records, 100) {
		if _, err := c.handler(t.Context(), events.DynamoDBEvent{Records: batch}); err != nil {
			t.Fatal(err)
		}
	}
	c.records = nil
	return c.meter.Write() - before
}

// costs are write units of one flow: of the function that a person or a timer
// calls, and of both consumers of the stream after it.
type costs struct{ own, consumers float64 }

// beforeEvents has the write units, with indexes, of ninety numbers before there
// were events and routes: the same test measured them then.
var beforeEvents = map[string]costs{"hold": {97, 92}, "checkout": {435, 96}, "renewal": {388, 96}}

// Events, routes and invoices cost the flows nothing, and the consumers of the stream
// at most 1.3 times as much as then.
func TestWhatTheFlowsCost(t *testing.T) {
	t.Parallel()
	w := newMarket(t, rules)
	alice := w.customer(t, "alice", "1000")
	list := numbers("monthly", 0, 90)
	stack, err := template.Load(filepath.Join("..", "..", "..", "template.yaml"), template.Surroundings{
		Parameters: map[string]string{"OidcIssuer": "x", "OidcAudience": "x"},
		QueueURL:   func(queue string) string { return queue },
	})
	must(t, err)
	described, err := w.db.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &w.table})
	must(t, err)
	var consumers []*consumer
	for _, m := range stack.Streams {
		consumers = append(consumers, w.newConsumer(t, m, *described.Table.LatestStreamArn))
	}
	own := new(dynamotest.Meter)
	env := w.env
	env.AWS = own.Into(env.AWS)
	s := shop.New(dynamo.New(env.AWS, w.table), w.env.Now)
	cost := func(do func()) (c costs) {
		before := own.Write()
		do()
		c.own = own.Write() - before
		for _, f := range consumers {
			c.consumers += f.follow(t)
		}
		return c
	}
	cost(func() {}) // the writes of the setup
	got := map[string]costs{
		"hold": cost(func() {
			_, _, err := s.Hold(t.Context(), alice, list)
			must(t, err)
		}),
		"checkout": cost(func() {
			_, err := s.Checkout(t.Context(), alice, "key", usd("270"))
			must(t, err)
		}),
	}
	w.tick(t, noon.Add(2*shop.HoldFor)) // issues the order's invoice
	cost(func() {})
	*w.now = noon.AddDate(0, 1, 0)
	messages, _ := w.sweep(t, *w.now)
	got["renewal"] = cost(func() {
		if failed := work(t, renewalworker.New(env), messages...); len(failed) > 0 {
			t.Fatal(failed)
		}
	})
	var sum, sumBefore float64
	for flow, before := range beforeEvents {
		wanttest.True(t, fmt.Sprintf("%s: %v write units, %v before there were events", flow, got[flow].own, before.own),
			got[flow].own <= before.own)
		sum, sumBefore = sum+got[flow].consumers, sumBefore+before.consumers
	}
	wanttest.True(t, fmt.Sprintf("consumers: %v write units, %v before there were events", sum, sumBefore),
		sum <= 1.3*sumBefore)
}
