package sqs

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"

	"didpurchase/internal/wanttest"
)

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

// queueServer is a server over a file with the queue work, which retires to dead
// after two receives.
type queueServer struct {
	*sqs.Client
	server *Server
	clock  *clock
	file   string
	work   *string // URL
	dead   *string
	stop   func()
}

func start(t *testing.T) *queueServer {
	t.Helper()
	w := &queueServer{file: filepath.Join(t.TempDir(), "queues.db"),
		clock: &clock{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}}
	w.open(t)
	t.Cleanup(func() { w.stop() })
	return w
}

func (w *queueServer) open(t *testing.T) {
	t.Helper()
	server, err := Open(w.file, w.clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []Queue{{Name: "dead"},
		{Name: "work", Visibility: time.Minute, DeadLetterQueue: "dead", MaxReceiveCount: 2}} {
		if err := server.Declare(q); err != nil {
			t.Fatal(err)
		}
	}
	front := httptest.NewServer(server)
	w.stop = func() {
		front.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	}
	w.server = server
	w.Client = sqs.New(sqs.Options{
		Region: "us-east-1", BaseEndpoint: &front.URL,
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
	w.work, w.dead = aws.String(URL(front.Listener.Addr().String(), "work")),
		aws.String(URL(front.Listener.Addr().String(), "dead"))
}

func (w *queueServer) send(t *testing.T, bodies ...string) {
	t.Helper()
	for _, body := range bodies {
		if _, err := w.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: w.work, MessageBody: &body}); err != nil {
			t.Fatal(err)
		}
	}
}

func (w *queueServer) receive(t *testing.T, url *string, want ...string) []types.Message {
	t.Helper()
	out, err := w.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: url, MaxNumberOfMessages: 10, MessageAttributeNames: []string{"All"},
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range out.Messages {
		got = append(got, *m.Body)
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Fatalf("received %q, want %q", got, want)
	}
	return out.Messages
}

func (w *queueServer) delete(t *testing.T, m types.Message) {
	t.Helper()
	if err := w.server.Delete("work", *m.ReceiptHandle); err != nil {
		t.Fatal(err)
	}
}

func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return fmt.Sprint(err)
}

func TestAMessageIsOutOfSightUntilItsTime(t *testing.T) {
	w := start(t)
	w.send(t, "one", "two")
	got := w.receive(t, w.work, "one", "two")
	w.receive(t, w.work)
	w.delete(t, got[0])
	w.clock.move(time.Minute - time.Millisecond)
	w.receive(t, w.work)
	w.clock.move(time.Millisecond)
	again := w.receive(t, w.work, "two")
	if n := again[0].Attributes["ApproximateReceiveCount"]; n != "2" {
		t.Errorf("receive count %s, want 2", n)
	}
	w.delete(t, got[1]) // the first receive's receipt is void
	if c, err := w.server.Count("work"); err != nil || c != (Counts{InFlight: 1}) {
		t.Errorf("counts %+v, %v", c, err)
	}
	w.delete(t, again[0])
	w.delete(t, again[0])
	if c, err := w.server.Count("work"); err != nil || c != (Counts{}) {
		t.Errorf("counts %+v, %v", c, err)
	}
}

func TestRedrive(t *testing.T) {
	w := start(t)
	w.send(t, "poison")
	for range 2 {
		w.receive(t, w.work, "poison")
		w.clock.move(time.Minute)
	}
	w.receive(t, w.work)
	dead := w.receive(t, w.dead, "poison")
	if n := dead[0].Attributes["ApproximateReceiveCount"]; n != "1" {
		t.Errorf("receive count in the dead-letter queue %s, want 1", n)
	}
}

func TestDelayAndRetention(t *testing.T) {
	w := start(t)
	if _, err := w.SendMessage(t.Context(),
		&sqs.SendMessageInput{QueueUrl: w.work, MessageBody: aws.String("late"), DelaySeconds: 60}); err != nil {
		t.Fatal(err)
	}
	w.send(t, "now")
	out, err := w.GetQueueAttributes(t.Context(),
		&sqs.GetQueueAttributesInput{QueueUrl: w.work, AttributeNames: []types.QueueAttributeName{"All"}})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"ApproximateNumberOfMessages": "1", "ApproximateNumberOfMessagesDelayed": "1",
		"ApproximateNumberOfMessagesNotVisible": "0",
		"VisibilityTimeout":                     "60", "QueueArn": "arn:aws:sqs:us-east-1:123456789012:work",
		"RedrivePolicy": `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:dead","maxReceiveCount":2}`,
	} {
		if out.Attributes[name] != want {
			t.Errorf("%s is %s, want %s", name, out.Attributes[name], want)
		}
	}
	w.receive(t, w.work, "now")
	w.clock.move(DefaultRetention - time.Second)
	w.receive(t, w.work, "late", "now")
	w.clock.move(2 * time.Minute)
	w.receive(t, w.work)
	w.receive(t, w.dead)
	if c, err := w.server.Count("work"); err != nil || c != (Counts{}) {
		t.Errorf("counts %+v, %v", c, err)
	}
}

func TestAWaitingReceiverHearsAtOnce(t *testing.T) {
	w := start(t)
	heard := make(chan error, 1)
	go func() {
		out, err := w.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: w.work, WaitTimeSeconds: 20})
		if err == nil && (len(out.Messages) != 1 || *out.Messages[0].Body != "hello") {
			err = fmt.Errorf("heard %d messages", len(out.Messages))
		}
		heard <- err
	}()
	w.send(t, "hello")
	if err := <-heard; err != nil {
		t.Error(err)
	}
}

func TestQueuesSurviveARestart(t *testing.T) {
	w := start(t)
	w.send(t, "one", "two", "three")
	got := w.receive(t, w.work, "one", "two", "three")
	w.delete(t, got[1])
	w.stop()
	w.open(t)
	again := w.receive(t, w.work, "one", "three") // their receiver ended with the server
	if n := again[0].Attributes["ApproximateReceiveCount"]; n != "2" {
		t.Errorf("receive count %s, want 2", n)
	}
}

func TestBatches(t *testing.T) {
	w := start(t)
	sent, err := w.SendMessageBatch(t.Context(),
		&sqs.SendMessageBatchInput{QueueUrl: w.work, Entries: []types.SendMessageBatchRequestEntry{
			{Id: aws.String("a"), MessageBody: aws.String("one"), MessageAttributes: map[string]types.MessageAttributeValue{
				"kind": {DataType: aws.String("String"), StringValue: aws.String("due")},
				"raw":  {DataType: aws.String("Binary"), BinaryValue: []byte{0, 255}},
			}},
			{Id: aws.String("b"), MessageBody: aws.String("")},
			{Id: aws.String("c"), MessageBody: aws.String("three")},
		}})
	if err != nil {
		t.Fatal(err)
	}
	if len(sent.Successful) != 2 {
		t.Fatalf("sent messages are %+v, want two", sent.Successful)
	}
	if len(sent.Failed) != 1 {
		t.Fatalf("refused messages are %+v, want one", sent.Failed)
	}
	wanttest.Equal(t, "id of the refused message", *sent.Failed[0].Id, "b")
	got := w.receive(t, w.work, "one", "three")
	if a := got[0].MessageAttributes; *a["kind"].StringValue != "due" || string(a["raw"].BinaryValue) != "\x00\xff" {
		t.Errorf("attributes %+v", a)
	}
	tooMany := make([]types.SendMessageBatchRequestEntry, 11)
	for i := range tooMany {
		tooMany[i] = types.SendMessageBatchRequestEntry{Id: aws.String(fmt.Sprint(i)), MessageBody: aws.String("x")}
	}
	if _, err := w.SendMessageBatch(t.Context(),
		&sqs.SendMessageBatchInput{QueueUrl: w.work, Entries: tooMany}); !strings.HasSuffix(code(err),
		"TooManyEntriesInBatchRequest") {
		t.Errorf("eleven entries answer %v", err)
	}
}

func TestPurge(t *testing.T) {
	w := start(t)
	w.send(t, "one", "two")
	if _, err := w.PurgeQueue(t.Context(), &sqs.PurgeQueueInput{QueueUrl: w.work}); err != nil {
		t.Fatal(err)
	}
	w.receive(t, w.work)
	_, err := w.PurgeQueue(t.Context(), &sqs.PurgeQueueInput{QueueUrl: aws.String("http://localhost/1/none")})
	var missing *types.QueueDoesNotExist
	if !errors.As(err, &missing) {
		t.Errorf("a missing queue answers %v", err)
	}
}

func TestAnUnusableReceipt(t *testing.T) {
	w := start(t)
	if err := w.server.Delete("work", "nonsense"); !strings.HasPrefix(code(err), "ReceiptHandleIsInvalid") {
		t.Errorf("a made-up receipt answers %v", err)
	}
}

// The server has no operation that neither a function nor the runbook calls.
func TestEachOperationIsCalled(t *testing.T) {
	called := map[string]bool{}
	for file, form := range map[string]string{
		"../../sqsqueue/sqsqueue.go": `q\.client\.(\w+)\(`,
		"../../../infra/RUNBOOK.md":  `aws sqs ([a-z-]+)`,
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(form).FindAllStringSubmatch(string(text), -1) {
			called[strings.ToLower(strings.ReplaceAll(found[1], "-", ""))] = true
		}
	}
	for name := range operations {
		wanttest.True(t, name+" is called by functions or by the runbook", called[strings.ToLower(name)])
	}
}
