package proxy

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// outcome is the sender's result of a call, and whether the call was done.
type outcome struct {
	Done   bool
	Status int    // 0 when the connection was cut
	Body   string // as much as arrived
}

func TestFaults(t *testing.T) {
	t.Parallel()
	const answered = `{"Item":{}}`
	for fault, want := range map[Fault]outcome{
		None:       {true, 200, answered},
		Lost:       {false, 0, ""},
		Unanswered: {true, 0, ""},
		HalfAnswer: {true, 200, answered[:len(answered)/2]},
		LateCall:   {true, 200, answered},
		LateAnswer: {true, 200, answered},
		Failed:     {false, 500, "InternalServerError"},
		FailedDone: {true, 500, "InternalServerError"},
		Throttle:   {false, 400, "ProvisionedThroughputExceededException"},
		Conflict:   {false, 400, "TransactionCanceledException"},
		InProgress: {true, 400, "TransactionInProgressException"},
	} {
		t.Run(string("fault "+fault), func(t *testing.T) {
			t.Parallel()
			got := sendThrough(t, answered, func(Call) (Fault, time.Duration) { return fault, time.Millisecond })
			if strings.Contains(got.Body, want.Body) {
				got.Body = want.Body
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// sendThrough sends a transaction through a proxy with the plan.
func sendThrough(t *testing.T, answer string, plan Plan) (o outcome) {
	t.Helper()
	var done atomic.Bool
	database := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		done.Store(true)
		io.WriteString(w, answer)
	}))
	defer database.Close()
	p, err := New(database.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	p.Follow(plan)
	q, err := http.NewRequest(http.MethodPost, p.URL, strings.NewReader(`{"TransactItems": [{}, {}]}`))
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("X-Amz-Target", "DynamoDB_20120810.TransactWriteItems")
	if res, err := http.DefaultClient.Do(q); err == nil {
		body, _ := io.ReadAll(res.Body) // the answer may be cut
		res.Body.Close()
		o.Status, o.Body = res.StatusCode, string(body)
	}
	o.Done = done.Load()
	return o
}

func TestStreamsAreLeftAlone(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]bool{
		"DynamoDB_20120810.PutItem": true, "DynamoDB_20120810.Query": true,
		"DynamoDB_20120810.Scan": false, "DynamoDBStreams_20120810.GetRecords": false,
	} {
		asked := false
		p := &Proxy{broken: map[Fault]int{}}
		p.Follow(func(Call) (Fault, time.Duration) { asked = true; return Failed, 0 })
		p.SetUpstream("http://127.0.0.1:1")
		p.client = http.DefaultClient
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("{}"))
		r.Header.Set("X-Amz-Target", target)
		func() {
			defer func() { recover() }() // nobody listens upstream
			p.ServeHTTP(httptest.NewRecorder(), r)
		}()
		if asked != want {
			t.Errorf("%s: the plan was asked: %t, want %t", target, asked, want)
		}
	}
}
