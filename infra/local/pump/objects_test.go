package pump

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"didpurchase/infra/local/template"
	"didpurchase/internal/localaws/s3"
	"didpurchase/internal/wanttest"
)

var listener = template.Function{Name: "listen",
	Async: template.Async{MaxRetries: 1, MaxAge: time.Hour, FailureQueue: "dead"}}

func objects(t *testing.T, w Base, folder string) (Objects, func()) {
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
	return Objects{Base: w, Store: store, Stack: &template.Template{
		Functions: []template.Function{listener},
		Buckets: []template.Bucket{{Name: "files", Notifications: []template.Notification{
			{Event: "s3:ObjectCreated:*", Prefix: "inventory/", Suffix: ".csv", Function: "listen"},
		}}},
	}}, closed
}

func TestAnObjectIsToldOnceAndSurvivesACrash(t *testing.T) {
	w, functions, _, _ := base(t)
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
	wanttest.Equal(t, "event version", r.EventVersion, "2.1")
	wanttest.Equal(t, "name of the bucket", r.S3.Bucket.Name, "files")
	wanttest.Equal(t, "key of the object", r.S3.Object.Key, "inventory/acme/a+b%2B%C3%BC.csv")
	wanttest.Equal(t, "decoded key of object", r.S3.Object.URLDecodedKey, "inventory/acme/a b+ü.csv")
	wanttest.Equal(t, "size of the object", r.S3.Object.Size, 5)
	wanttest.True(t, "the version id of the object is not empty", r.S3.Object.VersionID != "")
	wanttest.Equal(t, "length of the sequencer", len(r.S3.Object.Sequencer), 18)
	wanttest.Diff(t, "event time", r.EventTime, noon)
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
	w, functions, letters, _ := base(t)
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
	wanttest.Equal(t, "queue", queue, "dead")
	wanttest.Equal(t, "number of tries", tries, 2)
	wanttest.Equal(t, "approximate invoke count", record.RequestContext.ApproximateInvokeCount, 2)
	wanttest.Equal(t, "condition", record.RequestContext.Condition, "RetriesExhausted")
	wanttest.Equal(t, "error message", record.ResponsePayload.ErrorMessage, "no")
	wanttest.Equal(t, "key of the object", record.RequestPayload.Records[0].S3.Object.Key, "inventory/a.csv")
}
