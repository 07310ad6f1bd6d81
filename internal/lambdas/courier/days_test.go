package courier_test

import (
	"container/heap"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/event"
	"didpurchase/internal/faults"
	"didpurchase/internal/wanttest"
	"didpurchase/internal/webhook"
)

var monday = time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)

// days is a courier on a real table. Its clock jumps to the time of the next
// message, so that days pass in seconds.
type days struct {
	*testing.T
	now     time.Time
	waiting mailbox
	posted  int
	dead    []webhook.Message
	courier *webhook.Courier
	service *webhook.Service
	store   *dynamo.Store // the courier's store
	answer  func() int    // the receiver's current status; 0 = no answer
	took    time.Duration // duration of its answers
	tries   []try
	faults  *rand.Rand // draws the messages that the queue loses and the writes that the store refuses; nil = none
}

// try is one request to the receiver.
type try struct {
	at      time.Time
	event   string
	secrets []string
}

func newDays(t *testing.T, answer func() int) *days {
	t.Helper()
	w := &days{T: t, now: monday, answer: answer}
	_, table := dynamotest.New(t)
	config := dynamotest.Config(t)
	w.service = webhook.NewService(dynamo.New(config, table), w, false, w.clock)
	config = faults.New(w.fault).Into(config)
	config.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	w.store = dynamo.New(config, table)
	w.courier = webhook.NewCourier(w.store, w, w, deadLetters{w}, w.clock)
	return w
}

func (w *days) clock() time.Time { return w.now }

// faultShare is the share of the requests that break while there are faults.
const faultShare = 0.2

func (w *days) fault(faults.Call) faults.Fault {
	if w.faults == nil || w.faults.Float64() >= faultShare {
		return faults.None
	}
	return []faults.Fault{faults.DropBefore, faults.DropAfter}[w.faults.IntN(2)]
}

// Send is the receiver: it implements webhook.Sender.
func (w *days) Send(_ context.Context, _ string, secrets []string, d webhook.Delivery) webhook.Answer {
	w.tries = append(w.tries, try{w.now, d.EventID, secrets})
	if status := w.answer(); status != 0 {
		answer := webhook.Answer{At: w.now, Took: w.took, Status: status}
		if status == http.StatusTooManyRequests {
			answer.RetryAfter = 10 * time.Minute
		}
		return answer
	}
	return webhook.Answer{At: w.now, Error: "connection refused"}
}

// SendAfter is the queue, which accepts pauses up to SQS's limit.
func (w *days) SendAfter(_ context.Context, body string, wait time.Duration) error {
	if wait < 0 || wait > 15*time.Minute {
		return fmt.Errorf("SQS does not take a delay of %s", wait)
	}
	fault := w.fault(faults.Call{})
	if fault != faults.DropBefore {
		w.post(letter{due: w.now.Add(wait), body: body})
	}
	if fault != faults.None {
		return errors.New("the queue is away")
	}
	return nil
}

func (w *days) post(l letter) {
	w.posted++
	l.nth = w.posted
	heap.Push(&w.waiting, l)
}

type deadLetters struct{ *days }

func (d deadLetters) SendAfter(_ context.Context, body string, _ time.Duration) error {
	var m webhook.Message
	d.dead = append(d.dead, m)
	return json.Unmarshal([]byte(body), &d.dead[len(d.dead)-1])
}

// pass lets time pass, and does everything that falls due in it.
func (w *days) pass(by time.Duration) {
	w.Helper()
	end := w.now.Add(by)
	for len(w.waiting) > 0 && !w.waiting[0].due.After(end) {
		l := heap.Pop(&w.waiting).(letter)
		w.now = l.due
		if err := w.carry(l.body); err != nil {
			w.must(w.unlessFaulty(err))
			w.post(letter{due: w.now.Add(time.Minute), body: l.body}) // its visibility time-out
		}
	}
	w.now = end
}

func (w *days) carry(body string) error {
	var m webhook.Message
	w.must(json.Unmarshal([]byte(body), &m))
	if m.Check {
		return w.courier.Check(w.Context(), m)
	}
	return w.courier.Deliver(w.Context(), m)
}

// unlessFaulty returns an error that is not one of the faults.
func (w *days) unlessFaulty(err error) error {
	if w.faults != nil {
		return nil
	}
	return err
}

func (w *days) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *days) create(events ...string) webhook.Webhook {
	w.Helper()
	h, err := w.service.Create(w.Context(), acme, "https://hooks.example.com/", events, true)
	w.must(err)
	return h
}

func (w *days) happen(id string) {
	w.Helper()
	e := event.Event{ID: id, Type: event.Rented, Time: w.now, Carrier: "acme", Data: event.Number{}}
	for {
		err := w.courier.FanOut(w.Context(), e)
		if err == nil {
			return
		}
		w.must(w.unlessFaulty(err)) // the event comes again
	}
}

func (w *days) webhook(id string) webhook.Webhook {
	w.Helper()
	h, err := w.service.Webhook(w.Context(), acme, id)
	w.must(err)
	return h
}

// deliveries returns the webhook's deliveries, oldest first.
func (w *days) deliveries(id string) []webhook.Delivery {
	w.Helper()
	page, next, err := w.service.Deliveries(w.Context(), acme, id, 200, "")
	w.must(err)
	wanttest.Equal(w, "deliveries on a second page", next, "")
	slices.Reverse(page)
	return page
}

// letter is a message of the queue; a mailbox has them ordered by their time.
type (
	letter struct {
		due  time.Time
		nth  int
		body string
	}
	mailbox []letter
)

func (m mailbox) Len() int { return len(m) }
func (m mailbox) Less(i, j int) bool {
	return m[i].due.Before(m[j].due) || m[i].due.Equal(m[j].due) && m[i].nth < m[j].nth
}
func (m mailbox) Swap(i, j int) { m[i], m[j] = m[j], m[i] }
func (m *mailbox) Push(l any)   { *m = append(*m, l.(letter)) }
func (m *mailbox) Pop() any {
	l := (*m)[len(*m)-1]
	*m = (*m)[:len(*m)-1]
	return l
}

// A delivery is tried eight times within 24 hours, with growing pauses. Then it is
// given up and becomes a dead letter.
func TestPausesOverADay(t *testing.T) {
	t.Parallel()
	w := newDays(t, func() int { return http.StatusInternalServerError })
	h := w.create("did.*")
	w.happen("evt_1")
	w.pass(30 * time.Hour)
	var pauses []time.Duration
	for i := range w.tries[1:] {
		pauses = append(pauses, w.tries[i+1].at.Sub(w.tries[i].at))
	}
	wanttest.Diff(t, "pauses", pauses, []time.Duration{
		5 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour, 15 * time.Hour,
	})
	d := w.deliveries(h.ID)[0]
	wanttest.Equal(t, "status", d.Status, webhook.Failed)
	wanttest.Equal(t, "tries", d.Tries, 8)
	wanttest.Equal(t, "status of the last answer", d.Last.Status, 500)
	wanttest.Equal(t, "dead letters", len(w.dead), 1)
	wanttest.Equal(t, "dead letter", w.dead[0].Delivery, d.ID)
	wanttest.Equal(t, "messages that still wait", len(w.waiting), 0)
	wanttest.True(t, "a day of failures does not disable", w.webhook(h.ID).Enabled)
}

// An endpoint that fails for three days is disabled: the webhook and its deliveries
// have the reason, and nothing is sent. After it is enabled again, it gets new
// events, and deliveries that a person resends.
func TestDisabledAfterThreeDays(t *testing.T) {
	t.Parallel()
	status := 0
	w := newDays(t, func() int { return status })
	h := w.create("*")
	events := 0
	for ; w.webhook(h.ID).Enabled && events < 20; events++ {
		w.happen(fmt.Sprintf("evt_%03d", events))
		w.pass(6 * time.Hour)
	}
	wanttest.Equal(t, "events, one each six hours, until it was disabled", events, 12)
	disabled := w.webhook(h.ID)
	wanttest.Equal(t, "reason", disabled.Disabled, "it failed for three days")
	wanttest.Diff(t, "failing since", disabled.FailingSince, monday)
	w.happen("evt_unwanted")
	tries := len(w.tries)
	w.pass(48 * time.Hour)
	wanttest.Equal(t, "tries while it is disabled", len(w.tries)-tries, 0)
	all := w.deliveries(h.ID)
	wanttest.Equal(t, "deliveries", len(all), events)
	for _, d := range all {
		wanttest.Equal(t, d.EventID+": status", d.Status, webhook.Failed)
	}
	wanttest.Equal(t, "the last delivery says", all[len(all)-1].Last.Error, "the webhook is disabled")
	status = http.StatusNoContent
	enabled, err := w.service.Edit(t.Context(), acme, h.ID, nil, nil, new(true))
	w.must(err)
	wanttest.True(t, "it begins anew", enabled.FailingSince.IsZero())
	wanttest.Equal(t, "reason after it was enabled", enabled.Disabled, "")
	w.happen("evt_later")
	_, err = w.service.Resend(t.Context(), acme, h.ID, all[0].ID)
	w.must(err)
	w.pass(time.Minute)
	var arrived []string
	for _, try := range w.tries[tries:] {
		arrived = append(arrived, try.event)
	}
	slices.Sort(arrived)
	wanttest.Diff(t, "arrived", arrived, []string{"evt_000", "evt_later"})
}

// One success within the three days starts them again; an answer of 410 disables a
// webhook at once.
func TestASuccessBeginsAnew(t *testing.T) {
	t.Parallel()
	status := http.StatusBadGateway
	w := newDays(t, func() int { return status })
	h := w.create("*")
	fail := func(hours int) {
		for range hours / 6 {
			w.happen(fmt.Sprint("evt_", w.now.Unix()))
			w.pass(6 * time.Hour)
		}
	}
	fail(66)
	status = http.StatusOK
	w.pass(15 * time.Hour) // the longest pause
	wanttest.True(t, "it works", w.webhook(h.ID).FailingSince.IsZero())
	status = http.StatusBadGateway
	fail(66)
	wanttest.True(t, "it is enabled after 132 hours with one success", w.webhook(h.ID).Enabled)
	status = http.StatusGone
	fail(6)
	wanttest.Equal(t, "reason", w.webhook(h.ID).Disabled, "it answered 410 Gone")
}

// For a day after a rotation both secrets sign.
func TestRotationOverlaps(t *testing.T) {
	t.Parallel()
	w := newDays(t, func() int { return http.StatusOK })
	h := w.create("*")
	rotated, err := w.service.Rotate(t.Context(), acme, h.ID)
	w.must(err)
	for i, pass := range []time.Duration{0, 24*time.Hour - time.Second, time.Second} {
		w.pass(pass)
		w.happen(fmt.Sprint("evt_", i))
		w.pass(0)
	}
	var secrets [][]string
	for _, try := range w.tries {
		secrets = append(secrets, try.secrets)
	}
	both := []string{rotated.Secret, h.Secret}
	wanttest.Diff(t, "secrets that sign", secrets, [][]string{both, both, {rotated.Secret}})
}

// A receiver that asks for a pause gets nothing during it, and everything
// afterwards.
func TestAReceiverMayAskForAPause(t *testing.T) {
	t.Parallel()
	status := http.StatusTooManyRequests
	w := newDays(t, func() int { return status })
	h := w.create("*")
	w.happen("evt_1")
	w.pass(time.Minute)
	w.happen("evt_2")
	w.pass(8 * time.Minute)
	wanttest.Equal(t, "tries within the pause", len(w.tries), 1)
	status = http.StatusOK
	w.pass(2 * time.Minute)
	wanttest.Equal(t, "deliveries after it", count(w.deliveries(h.ID), webhook.Delivered), 2)
}

// An endpoint that answers slowly does not count as failing, but gets few
// deliveries at once: each occupies an invocation that others need. When it is fast
// again, it gets all.
func TestASlowReceiverOccupiesLittle(t *testing.T) {
	t.Parallel()
	w := newDays(t, func() int { return http.StatusOK })
	h := w.create("*")
	busy := func(places int) {
		for range places {
			if slot, err := w.store.TakeSlot(t.Context(), h, places, w.now, time.Minute); err != nil || slot < 0 {
				t.Fatalf("place %d, %v", slot, err)
			}
		}
	}
	deliver := func(event string) {
		w.happen(event)
		w.pass(0)
	}
	w.took = 3 * time.Second
	deliver("evt_1")
	wanttest.True(t, "it is known as slow", w.webhook(h.ID).Slow && w.webhook(h.ID).FailingSince.IsZero())
	busy(2)
	deliver("evt_2")
	wanttest.Equal(t, "tries while two deliveries run", len(w.tries), 1)
	w.took = 0
	w.pass(2 * time.Minute)
	wanttest.Equal(t, "tries after them", len(w.tries), 2)
	wanttest.True(t, "it is known as quick", !w.webhook(h.ID).Slow)
	busy(2)
	deliver("evt_3")
	wanttest.Equal(t, "tries while two of eight deliveries run", len(w.tries), 3)
}
