package pump

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"didpurchase/infra/local/host"
	"didpurchase/infra/local/s3"
	"didpurchase/infra/local/sqs"
	"didpurchase/infra/local/template"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// clock is a time that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// dead collects what is sent to failure queues and buckets.
type dead struct{ sent chan string }

func (d dead) SendDeadLetter(queue, body string) error {
	d.sent <- queue + " " + body
	return nil
}

func (d dead) Put(bucket, key string, body []byte) error {
	d.sent <- bucket + " " + key + " " + string(body)
	return nil
}

// world runs handlers in process.
func world(t *testing.T) (World, *host.InProcess, dead, *clock) {
	t.Helper()
	time := &clock{now: noon}
	functions, letters := host.NewInProcess(), dead{make(chan string, 10)}
	return World{Invoker: functions, DeadLetters: letters, Now: time.Now, Log: slog.New(slog.DiscardHandler)}, functions, letters, time
}

// run runs a pump until the test ends or stop is called.
func run(t *testing.T, pump interface{ Run(context.Context) error }) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- pump.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the pump ended: %v", err)
		}
	})
	t.Cleanup(stop)
	return stop
}

var listener = template.Function{Name: "listen", Async: template.Async{MaxRetries: 1, MaxAge: time.Hour, FailureQueue: "dead"}}

func objects(t *testing.T, w World, folder string) (Objects, func()) {
	t.Helper()
	store, err := s3.Open(folder, w.Now)
	if err != nil {
		t.Fatal(err)
	}
	closed := sync.OnceFunc(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(closed)
	if err := store.EnsureBucket("files", true); err != nil {
		t.Fatal(err)
	}
	return Objects{World: w, Store: store, Stack: &template.Template{
		Functions: []template.Function{listener},
		Buckets: []template.Bucket{{Name: "files", Notifications: []template.Notification{
			{Event: "s3:ObjectCreated:*", Prefix: "inventory/", Suffix: ".csv", Function: "listen"},
		}}},
	}}, closed
}

func TestAnObjectIsToldOnceAndSurvivesACrash(t *testing.T) {
	w, functions, _, _ := world(t)
	folder := t.TempDir()
	o, closed := objects(t, w, folder)
	for _, key := range []string{"inventory/acme/a b+ü.csv", "inventory/acme/readme.txt", "reports/x.csv"} {
		if err := o.Store.Put("files", key, []byte("12345")); err != nil {
			t.Fatal(err)
		}
	}
	begun := make(chan struct{})
	functions.Register("listen", time.Minute, func(ctx context.Context, _ events.S3Event) error {
		close(begun)
		<-t.Context().Done() // the machine stops in the middle
		return nil
	})
	stop := run(t, o)
	<-begun
	stop()
	closed()

	o, _ = objects(t, w, folder)
	got := make(chan events.S3Event, 10)
	functions.Register("listen", time.Minute, func(_ context.Context, e events.S3Event) error {
		got <- e
		return nil
	})
	stop = run(t, o)
	r := (<-got).Records[0]
	if r.EventVersion != "2.1" || r.S3.Bucket.Name != "files" || r.S3.Object.Key != "inventory/acme/a+b%2B%C3%BC.csv" ||
		r.S3.Object.URLDecodedKey != "inventory/acme/a b+ü.csv" || r.S3.Object.Size != 5 || r.S3.Object.VersionID == "" ||
		len(r.S3.Object.Sequencer) != 18 || !r.EventTime.Equal(noon) {
		t.Errorf("the event says %+v", r)
	}
	if err := o.Store.Put("files", "inventory/acme/next.csv", nil); err != nil {
		t.Fatal(err)
	}
	if r := (<-got).Records[0]; r.S3.Object.Key != "inventory/acme/next.csv" {
		t.Errorf("then %s", r.S3.Object.Key)
	}
	for { // an object leaves the journal a moment after the function has answered
		left, err := o.Store.Undelivered(0, 10)
		if err != nil {
			t.Fatal(err)
		}
		if len(left) == 0 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	stop()
}

func TestAnEventThatFailsGoesToTheFailureQueue(t *testing.T) {
	usual := asyncRetryAfter
	asyncRetryAfter = []time.Duration{time.Millisecond}
	t.Cleanup(func() { asyncRetryAfter = usual })
	w, functions, letters, _ := world(t)
	o, _ := objects(t, w, t.TempDir())
	tries := 0
	functions.Register("listen", time.Minute, func(context.Context, events.S3Event) error {
		tries++
		return errors.New("no")
	})
	run(t, o)
	if err := o.Store.Put("files", "inventory/a.csv", nil); err != nil {
		t.Fatal(err)
	}
	queue, body, _ := strings.Cut(<-letters.sent, " ")
	var record struct {
		RequestContext struct {
			Condition              string
			ApproximateInvokeCount int
		}
		RequestPayload  events.S3Event
		ResponsePayload struct{ ErrorMessage string }
	}
	if err := json.Unmarshal([]byte(body), &record); err != nil {
		t.Fatal(err)
	}
	if queue != "dead" || tries != 2 || record.RequestContext.ApproximateInvokeCount != 2 ||
		record.RequestContext.Condition != "RetriesExhausted" || record.ResponsePayload.ErrorMessage != "no" ||
		record.RequestPayload.Records[0].S3.Object.Key != "inventory/a.csv" {
		t.Errorf("after %d tries %s gets %+v", tries, queue, record)
	}
}

func queue(t *testing.T, w World, mapping template.QueueMapping) Queue {
	t.Helper()
	server, err := sqs.Open(filepath.Join(t.TempDir(), "queues.db"), w.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, q := range []sqs.Queue{{Name: "dead"}, {Name: "work", Visibility: time.Minute, DeadLetterQueue: "dead", MaxReceiveCount: 2}} {
		if err := server.Declare(q); err != nil {
			t.Fatal(err)
		}
	}
	mapping.Function, mapping.Queue = "listen", "work"
	return Queue{World: w, Server: server, Mapping: mapping}
}

func send(t *testing.T, q Queue, bodies ...string) {
	t.Helper()
	for _, body := range bodies {
		if _, err := q.Server.Send("work", body, nil, -1); err != nil {
			t.Fatal(err)
		}
	}
}

// until waits for the queue to be in a state that the test names.
func until(t *testing.T, q Queue, name string, want sqs.Counts) {
	t.Helper()
	for {
		got, err := q.Server.Count(name)
		if err != nil {
			t.Fatal(err)
		}
		if got == want {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

func TestAQueuesBatchFailsInPart(t *testing.T) {
	w, functions, _, clock := world(t)
	q := queue(t, w, template.QueueMapping{BatchSize: 10, PartialFailures: true})
	send(t, q, "good", "poison", "good")
	got := make(chan int, 10)
	functions.Register("listen", time.Minute, func(_ context.Context, e events.SQSEvent) (out events.SQSEventResponse, err error) {
		for _, m := range e.Records {
			if m.Attributes["SentTimestamp"] != fmt.Sprint(noon.UnixMilli()) || m.EventSourceARN != "arn:aws:sqs:us-east-1:123456789012:work" {
				return out, fmt.Errorf("unexpected %+v", m)
			}
			if m.Body == "poison" {
				out.BatchItemFailures = append(out.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: m.MessageId})
			}
		}
		got <- len(e.Records)
		return out, nil
	})
	run(t, q)
	if n := <-got; n != 3 {
		t.Errorf("the first batch holds %d messages, want 3", n)
	}
	until(t, q, "work", sqs.Counts{InFlight: 1})
	clock.move(time.Minute)
	if n := <-got; n != 1 {
		t.Errorf("the second batch holds %d messages, want 1", n)
	}
	clock.move(time.Minute)
	until(t, q, "dead", sqs.Counts{Visible: 1})
	until(t, q, "work", sqs.Counts{})
}

func TestAFailedBatchComesBackWhole(t *testing.T) {
	for name, answer := range map[string]func() (any, error){
		"error":           func() (any, error) { return nil, errors.New("no") },
		"unknown message": func() (any, error) { return json.RawMessage(`{"batchItemFailures":[{"itemIdentifier":"x"}]}`), nil },
		"no report":       func() (any, error) { return "done", nil },
	} {
		t.Run(name, func(t *testing.T) {
			w, functions, _, _ := world(t)
			q := queue(t, w, template.QueueMapping{BatchSize: 10, PartialFailures: true})
			send(t, q, "one", "two")
			called := make(chan struct{}, 10)
			functions.Register("listen", time.Minute, func(context.Context, events.SQSEvent) (any, error) {
				defer func() { called <- struct{}{} }()
				return answer()
			})
			stop := run(t, q)
			<-called
			stop()
			until(t, q, "work", sqs.Counts{InFlight: 2})
		})
	}
}

func TestAQueueIsReadWithinItsConcurrency(t *testing.T) {
	w, functions, _, _ := world(t)
	q := queue(t, w, template.QueueMapping{BatchSize: 1, MaxConcurrency: 2})
	var mu sync.Mutex
	running, most := 0, 0
	functions.Register("listen", time.Minute, func(context.Context, events.SQSEvent) error {
		mu.Lock()
		running++
		most = max(most, running)
		mu.Unlock()
		time.Sleep(5 * time.Millisecond)
		mu.Lock()
		defer mu.Unlock()
		running--
		return nil
	})
	for range 10 {
		send(t, q, "work")
	}
	run(t, q)
	until(t, q, "work", sqs.Counts{})
	if most != 2 {
		t.Errorf("%d at once, want 2", most)
	}
}

func TestASchedulesTimes(t *testing.T) {
	tests := []struct{ expression, from, want string }{
		{"rate(1 minute)", "2026-03-01T12:00:30Z", "2026-03-01T12:01:30Z"},
		{"rate(5 minutes)", "2026-03-01T12:00:30Z", "2026-03-01T12:05:30Z"},
		{"rate(2 hours)", "2026-03-01T12:00:30Z", "2026-03-01T14:00:30Z"},
		{"cron(15 10 * * ? *)", "2026-03-01T12:00:30Z", "2026-03-02T10:15:00Z"},
		{"cron(0/10 * * * ? *)", "2026-03-01T12:00:30Z", "2026-03-01T12:10:00Z"},
		{"cron(0 9 ? * 2 *)", "2026-03-01T12:00:30Z", "2026-03-02T09:00:00Z"}, // a Monday
		{"cron(0 9 ? * MON-FRI *)", "2026-03-06T12:00:00Z", "2026-03-09T09:00:00Z"},
		{"cron(0 0 1 * ? *)", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"},
		{"cron(0 0 L * ? *)", "2026-02-01T00:00:00Z", "2026-02-28T00:00:00Z"},
	}
	for _, test := range tests {
		after, err := parseExpression(test.expression)
		if err != nil {
			t.Errorf("%s: %v", test.expression, err)
			continue
		}
		from, _ := time.Parse(time.RFC3339, test.from)
		if got := after(from).Format(time.RFC3339); got != test.want {
			t.Errorf("%s after %s is %s, want %s", test.expression, test.from, got, test.want)
		}
	}
	for _, wrong := range []string{"", "rate(0 minutes)", "rate(1 week)", "cron(* * * *)", "cron(61 * * * ? *)", "every minute"} {
		if _, err := parseExpression(wrong); err == nil {
			t.Errorf("%q is read as a schedule", wrong)
		}
	}
}

func TestAScheduleFollowsTheClock(t *testing.T) {
	w, functions, _, clock := world(t)
	got := make(chan events.EventBridgeEvent, 10)
	functions.Register("listen", time.Minute, func(_ context.Context, e events.EventBridgeEvent) error {
		got <- e
		return nil
	})
	run(t, scheduled(t, w, template.Schedule{Name: "sweep", Function: "listen", Expression: "rate(1 minute)"}))
	for _, want := range []time.Time{noon, noon.Add(time.Minute), noon.Add(2 * time.Minute)} {
		if e := <-got; !e.Time.Equal(want) || e.Source != "aws.scheduler" || string(e.Detail) != `"{}"` {
			t.Errorf("an event of %s, want %s: %+v", e.Time, want, e)
		}
		clock.move(time.Minute)
	}
}

func scheduled(t *testing.T, w World, schedules ...template.Schedule) *Schedules {
	t.Helper()
	s, err := NewSchedules(w, &template.Template{Functions: []template.Function{listener}, Schedules: schedules})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Who moves the clock fires what falls into it, in order, and has it done when
// Move returns.
func TestSchedulesFireInTheOrderOfTheirTimes(t *testing.T) {
	w, functions, _, clock := world(t)
	var got []string
	functions.Register("listen", time.Minute, func(_ context.Context, input string) error {
		got = append(got, input)
		return nil
	})
	s := scheduled(t, w,
		template.Schedule{Name: "nightly", Function: "listen", Expression: "cron(30 3 * * ? *)", Input: `"night"`},
		template.Schedule{Name: "sweep", Function: "listen", Expression: "rate(1 minute)", Input: `"minute"`},
		template.Schedule{Name: "noon", Function: "listen", Expression: "cron(1 12 * * ? *)", Input: `"noon"`},
	)
	next, ok := s.Next()
	if want := noon.Add(time.Minute); !ok || !next.Equal(want) {
		t.Errorf("the next one is at %s, want %s", next, want)
	}
	fired := s.Move(t.Context(), func() { clock.move(24 * time.Hour) })
	want := []Fired{{"noon", noon.Add(time.Minute)}, {"nightly", noon.Add(15*time.Hour + 30*time.Minute)}, {"sweep", noon.Add(24 * time.Hour)}}
	if diff := cmp.Diff(want, fired); diff != "" {
		t.Error(diff)
	}
	if strings.Join(got, " ") != "noon night minute" {
		t.Errorf("the function saw %q", got)
	}
	if again := s.Move(t.Context(), func() {}); len(again) > 0 {
		t.Errorf("fired again: %v", again)
	}
}

func TestASchedulesInputIsFilledIn(t *testing.T) {
	w, functions, _, _ := world(t)
	got := make(chan map[string]string, 1)
	functions.Register("listen", time.Minute, func(_ context.Context, e map[string]string) error {
		got <- e
		return nil
	})
	run(t, scheduled(t, w, template.Schedule{
		Name: "sweep", Function: "listen", Expression: "rate(1 minute)", Input: `{"at": "<aws.scheduler.scheduled-time>"}`,
	}))
	if e := <-got; e["at"] != "2026-03-01T12:00:00Z" {
		t.Errorf("the input is %v", e)
	}
}
