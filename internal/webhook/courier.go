package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"didpurchase/internal/commit"
	"didpurchase/internal/event"
)

// The limits of the courier.
const (
	// PerWebhook is the number of deliveries to one webhook that run at once, so
	// that an endpoint that hangs occupies no more.
	PerWebhook = 8
	// perFailing is the same while the endpoint fails: one at a time finds out
	// whether it works again.
	perFailing = 1
	// perSlow is the same while the endpoint takes longer than slowAfter. Each
	// delivery occupies one of the function's 30 invocations meanwhile, so without
	// this limit a few slow endpoints would delay all others.
	perSlow   = 2
	slowAfter = 2 * time.Second
	// slotLife is the time after which a place is free again if its delivery died.
	slotLife = 60 * time.Second
	// maxDelay is SQS's limit for the delay of a message.
	maxDelay = 15 * time.Minute
	// placeWithin is how long a delivery waits for a place. A working receiver
	// frees one within milliseconds. Waiting occupies one of the function's
	// invocations, which other receivers need.
	placeWithin = 200 * time.Millisecond
	// retryBusy is the time after which a delivery that found no place comes
	// again; it doubles up to retryFailing. An endpoint that hangs occupies its
	// places for 10 seconds.
	retryBusy    = time.Second
	retryFailing = 15 * time.Second
)

// Message names a delivery in the queue, and when it is due; or a webhook's check.
type Message struct {
	Carrier  string    `json:"carrier"`
	Customer string    `json:"customer,omitempty"`
	Webhook  string    `json:"webhook"`
	Delivery string    `json:"delivery"`
	Due      time.Time `json:"due"`
	Busy     int       `json:"busy,omitempty"` // number of tries to get a place since the last delivery try

	Check    bool `json:"check,omitempty"`    // it names no delivery: the webhook's backlog is checked
	Released bool `json:"released,omitempty"` // from the backlog, which it does not join again
	Asked    bool `json:"asked,omitempty"`    // requested by a person: it is tried even during a pause
}

// Courier brings events to webhooks.
type Courier struct {
	store  Store
	sender Sender
	queue  Queue
	dead   Queue
	now    func() time.Time
	checks checks
}

// NewCourier returns a courier. dead receives the deliveries that are given up.
func NewCourier(store Store, sender Sender, queue, dead Queue, now func() time.Time) *Courier {
	return &Courier{store, sender, queue, dead, now, checks{store, queue, now}}
}

// FanOut makes a delivery of the event for each webhook that wants it, and sends a
// message for each. It is safe to repeat: an existing delivery stays, and its
// message is sent again, because the first may be lost.
func (c *Courier) FanOut(ctx context.Context, e event.Event) error {
	owners := []Owner{{Carrier: e.Carrier}}
	if e.Customer != "" {
		owners = append(owners, Owner{Carrier: e.Carrier, ID: e.Customer})
	}
	var errs []error
	for _, owner := range owners {
		webhooks, err := c.store.Webhooks(ctx, owner)
		errs = append(errs, err)
		slices.SortStableFunc(webhooks, workingFirst)
		for _, w := range webhooks {
			if w.wants(e) {
				errs = append(errs, c.begin(ctx, w, e))
			}
		}
	}
	return errors.Join(errs...)
}

// workingFirst puts failing webhooks after the others, which should not wait for
// them.
func workingFirst(a, b Webhook) int { return a.FailingSince.Compare(b.FailingSince) }

func (c *Courier) begin(ctx context.Context, w Webhook, e event.Event) error {
	d, err := newDelivery(w, e, c.now())
	if err != nil {
		return err
	}
	if err := c.store.CreateDelivery(ctx, d); err != nil {
		return err
	}
	if w.isPaused(c.now()) {
		return c.join(ctx, w, d)
	}
	return enqueue(ctx, c.queue, d, 0)
}

// Deliver makes the try that a message announces, or puts the message back
// until it is due.
func (c *Courier) Deliver(ctx context.Context, m Message) error {
	owner, now := Owner{Carrier: m.Carrier, ID: m.Customer}, c.now()
	if wait := m.Due.Sub(now); wait > 0 {
		return send(ctx, c.queue, m, wait)
	}
	w, d, err := c.pending(ctx, owner, m)
	if err != nil || d.Status != Pending {
		return err
	}
	switch {
	case !w.Enabled:
		return c.giveUp(ctx, d, now, "the webhook is disabled")
	case w.isPaused(now) && !m.Asked && now.Sub(d.CreatedAt) < giveUpAfter:
		return c.hold(ctx, m, w, d, w.PausedUntil.Sub(now))
	}
	return c.try(ctx, m, w, d)
}

// pending reads the delivery of a message and its webhook. Both are zero if either
// is deleted.
func (c *Courier) pending(ctx context.Context, owner Owner, m Message) (Webhook, Delivery, error) {
	w, err := c.store.Webhook(ctx, owner, m.Webhook)
	if err != nil {
		return w, Delivery{}, unlessMissing(err)
	}
	d, err := c.store.Delivery(ctx, owner, m.Webhook, m.Delivery)
	return w, d, unlessMissing(err)
}

// unlessMissing returns the error, or nil if it means that an item does not exist.
func unlessMissing(err error) error {
	if errors.Is(err, commit.ErrNotFound) {
		return nil
	}
	return err
}

// hold keeps a delivery of a failing webhook: in the backlog if it was never tried,
// else as a message. There are few such messages, because a failing webhook has one
// try at a time.
func (c *Courier) hold(ctx context.Context, m Message, w Webhook, d Delivery, wait time.Duration) error {
	if d.Tries == 0 && !m.Released && !m.Asked {
		return c.join(ctx, w, d)
	}
	return send(ctx, c.queue, m, wait)
}

// try sends the delivery if the webhook has a free place.
func (c *Courier) try(ctx context.Context, m Message, w Webhook, d Delivery) error {
	slot, err := c.place(ctx, w, m.Busy)
	if err != nil {
		return err
	}
	if slot < 0 {
		return c.wait(ctx, m, w, d)
	}
	answer := c.sender.Send(ctx, w.URL, w.Secrets(c.now()), d)
	d = d.after(answer)
	return errors.Join(c.store.FreeSlot(ctx, w, slot), c.record(ctx, w, d))
}

// wait puts the message of a delivery that found no place back, or gives the
// delivery up after its 24 hours.
func (c *Courier) wait(ctx context.Context, m Message, w Webhook, d Delivery) error {
	now := c.now()
	if now.Sub(d.CreatedAt) >= giveUpAfter {
		return errors.Join(c.giveUp(ctx, d, now, "the webhook failed for 24 hours"), enqueue(ctx, c.dead, d, 0))
	}
	if m.Busy++; w.FailingSince.IsZero() {
		return send(ctx, c.queue, m, min(retryBusy<<min(m.Busy-1, 10), retryFailing))
	}
	return c.hold(ctx, m, w, d, max(retryFailing, w.rest(now)))
}

// place takes a place of the webhook and returns its number, -1 if none becomes
// free in time. It waits once, and only for a working receiver.
func (c *Courier) place(ctx context.Context, w Webhook, busy int) (int, error) {
	if !w.FailingSince.IsZero() {
		return c.store.TakeSlot(ctx, w, w.places(), c.now(), slotLife)
	}
	var waited time.Duration
	for longest := 20 * time.Millisecond; ; longest *= 2 {
		slot, err := c.store.TakeSlot(ctx, w, w.places(), c.now(), slotLife)
		if slot >= 0 || err != nil || busy > 0 || waited >= placeWithin {
			return slot, err
		}
		pause := longest/2 + rand.N(longest/2) // a random pause, so that waiting deliveries don't all come back together
		waited += pause
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return -1, ctx.Err()
		}
	}
}

// record writes the outcome of a try, then arranges the next one.
func (c *Courier) record(ctx context.Context, w Webhook, d Delivery) error {
	if err := c.store.PutDelivery(ctx, d); err != nil {
		return err
	}
	if err := c.health(ctx, w, d.Last); err != nil {
		return err
	}
	switch d.Status {
	case Pending:
		return enqueue(ctx, c.queue, d, d.NextAt.Sub(d.Last.At))
	case Failed:
		return enqueue(ctx, c.dead, d, 0)
	}
	return nil
}

// health updates the webhook's health after an answer, if it changed. Once the
// webhook works again, its backlog is released at once.
func (c *Courier) health(ctx context.Context, w Webhook, a Answer) error {
	if !a.ok() {
		return c.store.PutHealth(ctx, w.failed(a))
	}
	after, changed := w.succeeded(a)
	if !changed {
		return nil
	}
	if err := c.store.PutHealth(ctx, after); err != nil || w.FailingSince.IsZero() {
		return err
	}
	return c.checks.hasten(ctx, w)
}

// giveUp ends a delivery without another try.
func (c *Courier) giveUp(ctx context.Context, d Delivery, now time.Time, why string) error {
	d.Status, d.NextAt = Failed, time.Time{}
	d.Last = Answer{At: now, Error: why}
	return c.store.PutDelivery(ctx, d)
}

func enqueue(ctx context.Context, q Queue, d Delivery, wait time.Duration) error {
	return send(ctx, q, messageOf(d), wait)
}

func messageOf(d Delivery) Message {
	return Message{Carrier: d.Owner.Carrier, Customer: d.Owner.ID, Webhook: d.Webhook, Delivery: d.ID, Due: d.NextAt}
}

func send(ctx context.Context, q Queue, m Message, wait time.Duration) error {
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return q.SendAfter(ctx, string(body), min(wait, maxDelay))
}
