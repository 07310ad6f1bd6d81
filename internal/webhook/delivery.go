package webhook

import (
	"crypto/sha256"
	"encoding/json"
	"time"

	"github.com/oklog/ulid/v2"

	"didpurchase/internal/commit"
	"didpurchase/internal/event"
)

// DeliveryLife is the time for which a delivery is kept.
const DeliveryLife = 7 * 24 * time.Hour

// giveUpAfter is the time after which a delivery is not tried again.
const giveUpAfter = 24 * time.Hour

// pauses are the times between the tries of one delivery; the last try is 23 hours
// and 36 minutes after the first.
var pauses = []time.Duration{
	5 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour, 15 * time.Hour,
}

// Status is the state of a delivery.
type Status string

// The states of a delivery.
const (
	Pending   Status = "pending"
	Delivered Status = "delivered"
	Failed    Status = "failed" // given up
)

// Delivery is one event on its way to one webhook.
type Delivery struct {
	Owner     Owner
	Webhook   string
	ID        string // a ULID
	EventID   string
	Type      event.Type
	Body      string // exactly as it is sent
	Status    Status
	CreatedAt time.Time
	Tries     int
	NextAt    time.Time // of the next try; zero if there is none
	Last      Answer    // of the last try
}

// Answer is the outcome of one try.
type Answer struct {
	At     time.Time
	Took   time.Duration
	Status int    // of HTTP; 0 = no answer
	Body   string // its first KB
	Error  string // the reason for having no answer

	RetryAfter time.Duration // as requested by the receiver, else 0
}

// ok reports whether the receiver accepted the delivery.
func (a Answer) ok() bool { return a.Status >= 200 && a.Status < 300 }

// gone reports whether the receiver answered that it wants no more deliveries.
func (a Answer) gone() bool { return a.Status == 410 }

// newDelivery returns the delivery of an event to a webhook. Its id comes from
// both, so that a repeated event is the same delivery.
func newDelivery(w Webhook, e event.Event, now time.Time) (Delivery, error) {
	body, err := json.Marshal(e)
	sum := sha256.Sum256([]byte(e.ID + "|" + w.ID))
	var id ulid.ULID
	_ = id.SetTime(ulid.Timestamp(e.Time)) // it fails only after the year 10889
	_ = id.SetEntropy(sum[:10])            // it fails only for another length
	return Delivery{
		Owner: w.Owner, Webhook: w.ID, ID: id.String(), EventID: e.ID, Type: e.Type, Body: string(body),
		Status: Pending, CreatedAt: now, NextAt: now,
	}, err
}

// after returns the delivery after a try.
func (d Delivery) after(a Answer) Delivery {
	d.Tries++
	d.Last, d.NextAt = a, time.Time{}
	switch {
	case a.ok():
		d.Status = Delivered
	case a.gone() || d.Tries > len(pauses) || a.At.Sub(d.CreatedAt) >= giveUpAfter:
		d.Status = Failed
	default:
		pause := max(pauses[d.Tries-1], a.RetryAfter)
		d.NextAt = earlier(a.At.Add(pause), d.CreatedAt.Add(giveUpAfter)) // a backlog delays first tries
	}
	return d
}

// again returns the same event as a new delivery, under the id that the receiver
// may know.
func (d Delivery) again(now time.Time) Delivery {
	return Delivery{
		Owner: d.Owner, Webhook: d.Webhook, ID: commit.NewID(now), EventID: d.EventID, Type: d.Type, Body: d.Body,
		Status: Pending, CreatedAt: now, NextAt: now,
	}
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
