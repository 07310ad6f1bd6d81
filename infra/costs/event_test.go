package main

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"didpurchase/internal/event"
	"didpurchase/internal/webhook"
)

// messages is a queue that keeps the messages that are sent to it.
type messages []webhook.Message

// SendAfter implements webhook.Queue.
func (m *messages) SendAfter(_ context.Context, body string, _ time.Duration) error {
	*m = append(*m, webhook.Message{})
	return json.Unmarshal([]byte(body), &(*m)[len(*m)-1])
}

// takesAll is a receiver that accepts everything.
type takesAll struct{}

// Send implements webhook.Sender.
func (takesAll) Send(context.Context, string, []string, webhook.Delivery) webhook.Answer {
	return webhook.Answer{At: noon, Status: 204}
}

// BenchmarkEvent sends events to one webhook, and counts the units of each.
func BenchmarkEvent(b *testing.B) {
	const events = 20
	for b.Loop() {
		w := newMeteredCarrier(b)
		clock := func() time.Time { return noon }
		var waiting messages
		owner := webhook.Owner{Carrier: "acme"}
		_, err := webhook.NewService(w.store, &waiting, false, clock).Create(b.Context(), owner, "https://example.com/",
			[]string{"did.*"}, true)
		w.must(err)
		courier := webhook.NewCourier(w.store, takesAll{}, &waiting, &messages{}, clock)
		read, write := w.spent(func() {
			for i := range events {
				w.must(courier.FanOut(b.Context(), event.Event{
					ID: fmt.Sprintf("evt_%032d", i), Type: event.Rented, Time: noon, Carrier: "acme",
					Data: event.Number{DID: "+442071234567", Version: 2},
				}))
			}
			for _, m := range waiting {
				w.must(courier.Deliver(b.Context(), m))
			}
		})
		if len(waiting) != events {
			b.Fatalf("%d messages for %d events", len(waiting), events)
		}
		b.ReportMetric(read/events, "read-units/event")
		b.ReportMetric(write/events, "write-units/event")
	}
}
