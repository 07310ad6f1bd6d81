package lambdas_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"didpurchase/infra/local/pump"
	"didpurchase/internal/awsenv"
	"didpurchase/internal/emf"
	"didpurchase/internal/faults"
	"didpurchase/internal/httpapi/customer"
	"didpurchase/internal/lambdas/inventoryimport"
	"didpurchase/internal/lambdas/operate"
	"didpurchase/internal/lambdas/renewalsweep"
	"didpurchase/internal/lambdas/renewalworker"
	"didpurchase/internal/lambdas/reportsworker"
	locals3 "didpurchase/internal/localaws/s3"
	"didpurchase/internal/localaws/sqs"
)

// system is the carriers with the background parts: S3, the queues, the import, the
// sweep, the worker. It collects each function's logs and counts.
type system struct {
	*carriers
	objects *s3.Client
	journal *locals3.Server
	queues  *sqs.Server
	seen    uint64 // of the journal

	sweep, work, take, report, operate lambda.Handler
	around                             func(function string, env awsenv.Env) awsenv.Env

	invocations int
	broken      map[string]*faults.Injector // of functions
	logs        map[string]*bytes.Buffer    // by function
	metrics     map[string]*bytes.Buffer    // by function
}

// newSystem returns a system whose calls the plans break.
func newSystem(t *testing.T, plans map[string]faults.Plan) *system {
	t.Helper()
	s := &system{logs: map[string]*bytes.Buffer{}, metrics: map[string]*bytes.Buffer{},
		broken: map[string]*faults.Injector{}}
	endpoints := s.serve(t)
	s.around = func(function string, env awsenv.Env) awsenv.Env {
		s.logs[function], s.metrics[function] = &bytes.Buffer{}, &bytes.Buffer{}
		endpoints["DynamoDB"] = aws.ToString(env.AWS.BaseEndpoint)
		env.AWS.BaseEndpoint, env.AWS.ConfigSources = nil, []any{endpoints}
		s.broken[function] = faults.New(plans[function])
		env.AWS = s.broken[function].Into(env.AWS)
		env.S3Endpoint, env.BucketName = endpoints["S3"], bucket
		host := strings.TrimPrefix(endpoints["SQS"], "http://")
		env.RenewalQueueURL, env.ImportQueueURL = sqs.URL(host, "renewal"), sqs.URL(host, "import")
		env.ReportQueueURL = sqs.URL(host, "reports")
		env.EventQueueURL, env.DeliveryQueueURL = sqs.URL(host, "events"), sqs.URL(host, "deliveries")
		env.Logger = awsenv.NewLogger(s.logs[function])
		env.Metrics = emf.New("did-purchase", s.metrics[function], env.Now)
		return env
	}
	s.carriers = newCarriersAround(t, s.around)
	s.begin = s.invocation
	s.objects = s3.NewFromConfig(s.around("test", s.env).AWS, func(o *s3.Options) { o.UsePathStyle = true })
	s.sweep = lambda.NewHandler(renewalsweep.New(s.around("renewal-sweep", s.env)))
	s.work = lambda.NewHandler(renewalworker.New(s.around("renewal-worker", s.env)))
	s.take = lambda.NewHandler(inventoryimport.New(s.around("inventory-import", s.env)))
	s.report = lambda.NewHandler(reportsworker.New(s.around("reports-worker", s.env)))
	s.operate = lambda.NewHandler(operate.New(s.around("operate", s.env)))
	return s
}

const bucket = "inventory"

// serviceEndpoints answers the SDK's question for a service's address.
type serviceEndpoints map[string]string

func (e serviceEndpoints) GetServiceBaseEndpoint(_ context.Context, sdkID string) (string, bool, error) {
	url, ok := e[sdkID]
	return url, ok, nil
}

// serve starts S3 and SQS.
func (s *system) serve(t *testing.T) serviceEndpoints {
	t.Helper()
	var err error
	if s.journal, err = locals3.Open(t.TempDir(), time.Now); err == nil {
		err = s.journal.EnsureBucket(bucket, true)
	}
	if err != nil {
		t.Fatal(err)
	}
	if s.queues, err = sqs.Open(filepath.Join(t.TempDir(), "queues.db"), time.Now); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"renewal", "import", "events", "deliveries", "reports"} {
		if err := s.queues.Declare(sqs.Queue{Name: name}); err != nil {
			t.Fatal(err)
		}
	}
	files, queues := httptest.NewServer(s.journal), httptest.NewServer(s.queues)
	t.Cleanup(func() {
		files.Close()
		queues.Close()
		s.journal.Close()
		s.queues.Close()
	})
	return serviceEndpoints{"S3": files.URL, "SQS": queues.URL}
}

// invocation returns what Lambda and API Gateway give to each invocation: new ids.
func (s *system) invocation() (context.Context, string) {
	s.invocations++
	id := fmt.Sprintf("invocation-%d", s.invocations)
	return lambdacontext.NewContext(context.Background(), &lambdacontext.LambdaContext{AwsRequestID: id}),
		fmt.Sprintf("request-%d", s.invocations)
}

// invoke sends an event to a background function.
func (s *system) invoke(f lambda.Handler, event any) []byte {
	s.t.Helper()
	payload, err := json.Marshal(event)
	s.must(err)
	ctx, _ := s.invocation()
	answer, err := f.Invoke(ctx, payload)
	s.must(err)
	return answer
}

// drop puts a file into the bucket and notifies the import.
func (s *system) drop(key, content string) {
	s.t.Helper()
	_, err := s.objects.PutObject(context.Background(),
		&s3.PutObjectInput{Bucket: aws.String(bucket), Key: &key, Body: strings.NewReader(content)})
	s.must(err)
	created, err := s.journal.Undelivered(s.seen, 100)
	s.must(err)
	for _, c := range created {
		s.seen = c.Sequence
		if c.Key == key {
			s.invoke(s.take, pump.ObjectEvent(c))
		}
	}
}

// deliver passes the waiting messages of its queue to the function.
func (s *system) deliver(queue string, f lambda.Handler) (messages int) {
	s.t.Helper()
	for {
		batch, err := s.queues.Receive(context.Background(), queue, 10, time.Hour, 0)
		s.must(err)
		if len(batch) == 0 {
			return messages
		}
		messages += len(batch)
		var answer events.SQSEventResponse
		s.must(json.Unmarshal(s.invoke(f, pump.QueueEvent(queue, batch)), &answer))
		if len(answer.BatchItemFailures) > 0 {
			s.t.Fatalf("%s: failed messages, see %s", queue, s.logs["renewal-worker"])
		}
		for _, m := range batch {
			s.must(s.queues.Delete(queue, m.Receipt))
		}
	}
}

// pass moves the clock, and does the work that is due then.
func (s *system) pass(to time.Time) {
	s.t.Helper()
	s.clock = to
	s.invoke(s.sweep, map[string]any{})
	s.deliver("renewal", s.work)
	s.deliver("import", s.take)
	s.deliver("reports", s.report)
}

// hold lets a user hold numbers in the cart.
func (s *system) hold(who string, dids ...string) customer.HoldAnswer {
	s.t.Helper()
	var held customer.HoldAnswer
	s.as(who, "POST", "/v1/cart/items", `{"dids":["`+strings.Join(dids, `","`)+`"]}`).read(s.t, &held)
	return held
}

// lines returns a function's log lines, each of them JSON.
func (s *system) lines(function string) (lines []map[string]any) {
	s.t.Helper()
	for text := range strings.Lines(s.logs[function].String()) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			s.t.Errorf("%s logged a line that is not JSON: %s", function, text)
		}
		lines = append(lines, line)
	}
	return lines
}

func (s *system) logging() []string { return slices.Sorted(maps.Keys(s.logs)) }
