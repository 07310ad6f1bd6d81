package courier_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"didpurchase/infra/local/bus"
	"didpurchase/internal/awsenv"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/event"
	"didpurchase/internal/lambdas/courier"
	"didpurchase/internal/wanttest"
)

// busTest is a courier with a bus whose answers the test chooses.
type busTest struct {
	*testing.T
	bus    *bus.Bus
	answer http.HandlerFunc // answers in place of the bus; nil for the bus
	env    awsenv.Env
}

func newBusTest(t *testing.T, name string) *busTest {
	_, table := dynamotest.New(t)
	w := &busTest{T: t, bus: bus.New()}
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		if w.answer != nil {
			w.answer(out, in)
			return
		}
		w.bus.ServeHTTP(out, in)
	}))
	t.Cleanup(server.Close)
	w.env = awsenv.Env{
		TableName: table, AWS: dynamotest.Config(t), DeliveryQueueURL: "x", DeliveryDeadLettersURL: "x", EventBusName: name,
		EventBridgeURL: server.URL,
		Now:            time.Now, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	return w
}

// failed sends the courier an event and returns the number of messages that come
// again.
func (w *busTest) failed(e event.Event) int {
	w.Helper()
	body, err := json.Marshal(e)
	if err != nil {
		w.Fatal(err)
	}
	answer, err := courier.New(w.env)(w.Context(),
		events.SQSEvent{Records: []events.SQSMessage{{MessageId: "1", Body: string(body), EventSourceARN: "arn:x-events"}}})
	if err != nil {
		w.Fatal(err)
	}
	return len(answer.BatchItemFailures)
}

var rented = event.Event{
	ID: "evt_1", Type: event.Rented, Time: time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC), Carrier: "acme",
	Customer: "alice",
	Data:     event.Number{DID: "+442071234567", Version: 2},
}

// The bus gets each event under its type, in the form of webhooks. If the bus
// refuses an event, it comes again.
func TestEventsAreOnTheBus(t *testing.T) {
	t.Parallel()
	w := newBusTest(t, bus.Name)
	for name, answer := range map[string]http.HandlerFunc{
		"an answer of 500": func(out http.ResponseWriter, _ *http.Request) { out.WriteHeader(500) },
		"a refused entry": func(out http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(out, `{"FailedEntryCount": 1, "Entries": [{"ErrorCode": "ThrottlingException"}]}`)
		},
		"an answer of HTML": func(out http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(out, "<html>") },
	} {
		w.answer = answer
		wanttest.Equal(t, name+": messages that come again", w.failed(rented), 1)
	}
	w.answer = nil
	wanttest.Equal(t, "messages that come again", w.failed(rented), 0)
	detail, err := json.Marshal(rented)
	if err != nil {
		t.Fatal(err)
	}
	wanttest.Diff(t, "on the bus", w.bus.Entries(),
		[]bus.Entry{{EventBusName: bus.Name, Source: "did-purchase", DetailType: "did.rented", Detail: detail,
			Time: rented.Time}})
}

// Without the parameter nothing is put on a bus; with the name of a missing bus it
// fails.
func TestNoBusWithoutAName(t *testing.T) {
	t.Parallel()
	none := newBusTest(t, "")
	none.answer = func(http.ResponseWriter, *http.Request) { t.Error("the bus was asked") }
	wanttest.Equal(t, "messages that come again", none.failed(rented), 0)
	wanttest.Equal(t, "messages that come again, of a bus that is not there", newBusTest(t, "mistaken").failed(rented), 1)
}
