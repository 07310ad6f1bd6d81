package pump

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"

	"didpurchase/infra/local/host"
	"didpurchase/infra/local/template"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/wanttest"
)

// source is a table with a pumped stream.
type source struct {
	client *dynamodb.Client
	table  string
	pump   func() *Stream // a new pump, as after a restart of the machine
	funcs  *host.InProcess
	dead   dead
}

func stream(t *testing.T, mapping template.StreamMapping) source {
	t.Helper()
	w, functions, letters, _ := base(t)
	client, table := dynamotest.New(t)
	described, err := client.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &table})
	if err != nil {
		t.Fatal(err)
	}
	mapping.Function, mapping.FromStart = "listen", true
	folder := t.TempDir()
	return source{client: client, table: table, funcs: functions, dead: letters, pump: func() *Stream {
		return &Stream{
			Base: w, Client: dynamodbstreams.NewFromConfig(dynamotest.Config(t)), Mapping: mapping, Folder: folder,
			Failures:  letters,
			StreamARN: *described.Table.LatestStreamArn,
			SourceARN: "arn:aws:dynamodb:us-east-1:123456789012:table/t/stream/local",
		}
	}}
}

// put writes items DID#<n> with their number as sk.
func (s source) put(t *testing.T, pk string, from, to int) {
	t.Helper()
	for i := from; i <= to; i++ {
		_, err := s.client.PutItem(t.Context(),
			&dynamodb.PutItemInput{TableName: &s.table, Item: map[string]types.AttributeValue{
				"pk": &types.AttributeValueMemberS{Value: pk},
				"sk": &types.AttributeValueMemberS{Value: fmt.Sprint(i)},
				"list": &types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberN{Value: "1.50"},
					&types.AttributeValueMemberNULL{Value: true}}},
				"raw": &types.AttributeValueMemberB{Value: []byte{0, 255}},
			}})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func sks(e events.DynamoDBEvent) string {
	var out []string
	for _, r := range e.Records {
		out = append(out, r.Change.Keys["sk"].String())
	}
	return strings.Join(out, " ")
}

// collect registers a function that passes on each batch.
func (s source) collect() <-chan events.DynamoDBEvent {
	got := make(chan events.DynamoDBEvent, 100)
	s.funcs.Register("listen", time.Minute, func(_ context.Context, e events.DynamoDBEvent) error {
		got <- e
		return nil
	})
	return got
}

func TestRecordsArriveInOrderAndFiltered(t *testing.T) {
	t.Parallel()
	s := stream(t, template.StreamMapping{BatchSize: 3,
		Filters: []json.RawMessage{[]byte(`{"dynamodb": {"Keys": {"pk": {"S": [{"prefix": "DID#"}]}}}}`)}})
	s.put(t, "CART#1", 1, 2)
	s.put(t, "DID#1", 1, 5)
	got := s.collect()
	run(t, s.pump())
	if first, second := sks(<-got), sks(<-got); first != "1 2 3" || second != "4 5" {
		t.Errorf("got %q, then %q", first, second)
	}
	s.put(t, "DID#1", 5, 5)
	r := (<-got).Records[0]
	image := r.Change.NewImage
	wanttest.Equal(t, "event name", r.EventName, "MODIFY")
	wanttest.Equal(t, "number in the list", image["list"].List()[0].Number(), "1.5")
	wanttest.Equal(t, "binary value", string(image["raw"].Binary()), "\x00\xff")
	wanttest.Equal(t, "sort key in the old image", r.Change.OldImage["sk"].String(), "5")
	wanttest.Equal(t, "event source ARN", r.EventSourceArn, "arn:aws:dynamodb:us-east-1:123456789012:table/t/stream/local")
}

func TestARestartGoesOnAfterWhatWasDelivered(t *testing.T) {
	t.Parallel()
	s := stream(t, template.StreamMapping{BatchSize: 2})
	got := s.collect()
	s.put(t, "DID#1", 1, 3)
	stop := run(t, s.pump())
	if first, second := sks(<-got), sks(<-got); first != "1 2" || second != "3" {
		t.Errorf("got %q, then %q", first, second)
	}
	stop()

	s.put(t, "DID#1", 4, 5)
	begun := make(chan string, 1)
	s.funcs.Register("listen", time.Minute, func(_ context.Context, e events.DynamoDBEvent) error {
		begun <- sks(e)
		<-t.Context().Done() // the machine stops in the middle
		return nil
	})
	stop = run(t, s.pump())
	broken := <-begun
	if broken != "4 5" && broken != "3 4" { // 3 again, if the stop came before its answer was recorded
		t.Errorf("after the first restart %q, want 4 5 or 3 4", broken)
	}
	stop()

	got = s.collect()
	run(t, s.pump())
	wanttest.Equal(t, "records after the second restart", sks(<-got), broken)
}

func TestAPoisonedRecordIsSingledOut(t *testing.T) {
	t.Parallel()
	s := stream(t, template.StreamMapping{BatchSize: 8, Bisect: true, MaxRetries: 1, FailureBucket: "failures"})
	s.put(t, "DID#1", 1, 8)
	got := make(chan string, 100)
	s.funcs.Register("listen", time.Minute, func(_ context.Context, e events.DynamoDBEvent) error {
		if strings.Contains(sks(e), "6") {
			return errors.New("poisoned")
		}
		got <- sks(e)
		return nil
	})
	run(t, s.pump())
	for _, want := range []string{"1 2 3 4", "5", "7 8"} {
		if batch := <-got; batch != want {
			t.Errorf("processed %q, want %q", batch, want)
		}
	}
	bucket, rest, _ := strings.Cut(<-s.dead.sent, " ")
	key, body, _ := strings.Cut(rest, " ")
	var record struct {
		DDBStreamBatchInfo struct{ BatchSize int }
		RequestContext     struct{ ApproximateInvokeCount int }
		Payload            string
	}
	if err := json.Unmarshal([]byte(body), &record); err != nil {
		t.Fatal(err)
	}
	var event events.DynamoDBEvent
	if err := json.Unmarshal([]byte(record.Payload), &event); err != nil {
		t.Fatal(err)
	}
	wanttest.Equal(t, "bucket of the failed batch", bucket, "failures")
	wanttest.True(t, "the key of the failed batch begins with aws/lambda/listen/",
		strings.HasPrefix(key, "aws/lambda/listen/"))
	wanttest.Equal(t, "sort keys in the failed batch", sks(event), "6")
	wanttest.Equal(t, "batch size", record.DDBStreamBatchInfo.BatchSize, 1)
	wanttest.Equal(t, "approximate invoke count", record.RequestContext.ApproximateInvokeCount, 2)
}

func TestAReportedFailureIsTheStartOfTheNextTry(t *testing.T) {
	t.Parallel()
	s := stream(t, template.StreamMapping{BatchSize: 5, MaxRetries: 5, PartialFailures: true})
	s.put(t, "DID#1", 1, 5)
	got := make(chan string, 100)
	failed := false
	s.funcs.Register("listen", time.Minute,
		func(_ context.Context, e events.DynamoDBEvent) (out events.DynamoDBEventResponse, err error) {
			got <- sks(e)
			if !failed {
				failed = true
				for _, i := range []int{3, 2} {
					out.BatchItemFailures = append(out.BatchItemFailures,
						events.DynamoDBBatchItemFailure{ItemIdentifier: e.Records[i].Change.SequenceNumber})
				}
			}
			return out, nil
		})
	run(t, s.pump())
	if first, second := <-got, <-got; first != "1 2 3 4 5" || second != "3 4 5" {
		t.Errorf("got %q, then %q", first, second)
	}
}

func TestAWholeBatchIsTriedAgainAndThenGivenUp(t *testing.T) {
	t.Parallel()
	s := stream(t, template.StreamMapping{BatchSize: 5, MaxRetries: 1, FailureBucket: "failures"})
	s.put(t, "DID#1", 1, 2)
	s.funcs.Register("listen", time.Minute, func(_ context.Context, e events.DynamoDBEvent) error {
		if sks(e) == "1 2" {
			return errors.New("no")
		}
		return nil
	})
	run(t, s.pump())
	if text := <-s.dead.sent; !strings.Contains(text, `"batchSize":2`) ||
		!strings.Contains(text, `"approximateInvokeCount":2`) {
		t.Errorf("the failure bucket gets %s", text)
	}
	got := s.collect()
	s.put(t, "DID#1", 3, 3)
	if next := sks(<-got); next != "3" {
		t.Errorf("then %q, want 3", next)
	}
}

// A record that is too old is set aside alone; the younger ones of its batch are
// processed.
func TestARecordThatIsTooOldIsSetAsideAlone(t *testing.T) {
	t.Parallel()
	s := stream(t, template.StreamMapping{BatchSize: 5, MaxRetries: -1, MaxAge: time.Hour, FailureBucket: "failures"})
	s.put(t, "DID#1", 1, 1)
	got := s.collect()
	p := s.pump()
	p.Now = func() time.Time { return time.Now().Add(2 * time.Hour) }
	run(t, p)
	text := <-s.dead.sent
	for _, want := range []string{`"batchSize":1`, `"condition":"RecordAgeExceeded"`, `"approximateInvokeCount":0`} {
		if !strings.Contains(text, want) {
			t.Errorf("the failure bucket gets no %s: %s", want, text)
		}
	}
	if len(got) > 0 {
		t.Errorf("the function got %q", sks(<-got))
	}
}

// The projector's database refuses for longer than eight tries take, while sales go
// on. With the mapping of the template nothing is given up, and afterwards all
// records arrive soon, in order, automatically.
func TestAnOutageOfTheDatabaseLosesNothing(t *testing.T) {
	t.Parallel()
	loaded, err := template.Load("../../../template.yaml", template.Surroundings{
		Parameters: map[string]string{"OidcIssuer": "https://issuer.example", "OidcAudience": "x"},
		QueueURL:   func(queue string) string { return "http://127.0.0.1:9/" + queue },
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, mapping := range loaded.Streams {
		t.Run(mapping.Function, func(t *testing.T) {
			t.Parallel()
			mapping.Window = 0
			s := stream(t, mapping)
			const outage, tolerated, sales = 8 * time.Second, 15 * time.Second, 20
			ends := time.Now().Add(outage)
			got := make(chan string, 1000)
			s.funcs.Register("listen", time.Minute,
				func(_ context.Context, e events.DynamoDBEvent) (out events.DynamoDBEventResponse, err error) {
					if time.Now().Before(ends) { // as our consumers report a failure
						out.BatchItemFailures = []events.DynamoDBBatchItemFailure{{ItemIdentifier: e.Records[0].Change.SequenceNumber}}
						return out, nil
					}
					for _, r := range e.Records {
						got <- r.Change.Keys["sk"].String()
					}
					return out, nil
				})
			run(t, s.pump())
			for n := 1; n <= sales; n++ {
				s.put(t, "DID#1", n, n)
				time.Sleep(outage / sales)
			}
			deadline := time.After(time.Until(ends) + tolerated)
			for n := 1; n <= sales; n++ {
				select {
				case sk := <-got:
					if sk != fmt.Sprint(n) {
						t.Errorf("record %s, want %d", sk, n)
					}
				case text := <-s.dead.sent:
					t.Fatalf("given up: %s", text)
				case <-deadline:
					t.Fatalf("record %d did not arrive within %v of the end", n, tolerated)
				}
			}
		})
	}
}

func TestFilters(t *testing.T) {
	record := map[string]any{"eventName": "INSERT", "n": 5.0, "nothing": nil, "deep": map[string]any{"S": "DID#acme"}}
	tests := []struct {
		pattern string
		passes  bool
	}{
		{`{}`, true},
		{`{"eventName": ["INSERT", "MODIFY"]}`, true},
		{`{"eventName": ["REMOVE"]}`, false},
		{`{"n": [5]}`, true},
		{`{"nothing": [null]}`, true},
		{`{"missing": [null]}`, false},
		{`{"deep": {"S": [{"prefix": "DID#"}]}}`, true},
		{`{"deep": {"S": [{"prefix": "CART#"}, {"prefix": "DID#a"}]}}`, true},
		{`{"deep": {"S": [{"prefix": "CART#"}]}, "eventName": ["INSERT"]}`, false},
		{`{"n": {"S": [{"prefix": "x"}]}}`, false},
	}
	for _, test := range tests {
		f, err := newFilter([]json.RawMessage{[]byte(test.pattern)})
		if err != nil {
			t.Errorf("%s: %v", test.pattern, err)
			continue
		}
		if got, err := f.passes(record); err != nil || got != test.passes {
			t.Errorf("%s passes: %v, %v; want %v", test.pattern, got, err, test.passes)
		}
	}
	for _, wrong := range []string{`[]`, `{"a": "b"}`, `{"a": [{"numeric": [">", 1]}]}`, `{"a": [{"exists": true}]}`,
		`{"a": [{"prefix": "x", "suffix": "y"}]}`, `{"a": [{"prefix": 1}]}`} {
		if _, err := newFilter([]json.RawMessage{[]byte(wrong)}); err == nil {
			t.Errorf("%s is taken", wrong)
		}
	}
}
