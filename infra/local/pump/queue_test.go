package pump

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"didpurchase/infra/local/template"
	"didpurchase/internal/localaws/sqs"
)

func queue(t *testing.T, w Base, mapping template.QueueMapping) Queue {
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
	for _, q := range []sqs.Queue{{Name: "dead"},
		{Name: "work", Visibility: time.Minute, DeadLetterQueue: "dead", MaxReceiveCount: 2}} {
		if err := server.Declare(q); err != nil {
			t.Fatal(err)
		}
	}
	mapping.Function, mapping.Queue = "listen", "work"
	return Queue{Base: w, Server: server, Mapping: mapping}
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
	w, functions, _, clock := base(t)
	q := queue(t, w, template.QueueMapping{BatchSize: 10, PartialFailures: true})
	send(t, q, "good", "poison", "good")
	got := make(chan int, 10)
	functions.Register("listen", time.Minute,
		func(_ context.Context, e events.SQSEvent) (out events.SQSEventResponse, err error) {
			for _, m := range e.Records {
				if m.Attributes["SentTimestamp"] != fmt.Sprint(noon.UnixMilli()) ||
					m.EventSourceARN != "arn:aws:sqs:us-east-1:123456789012:work" {
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
		"error": func() (any, error) { return nil, errors.New("no") },
		"unknown message": func() (any, error) {
			return json.RawMessage(`{"batchItemFailures":[{"itemIdentifier":"x"}]}`),
				nil
		},
		"no report": func() (any, error) { return "done", nil },
	} {
		t.Run(name, func(t *testing.T) {
			w, functions, _, _ := base(t)
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
	w, functions, _, _ := base(t)
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
