package webhook

import (
	"context"
	"errors"
	"time"

	"didpurchase/internal/commit"
)

// A failing webhook has a backlog. While it is paused, a delivery that was never
// tried waits there as an item, without a message: messages that come back until
// the webhook works would occupy the courier, more of them the longer it is down.
// One message, the webhook's check, releases the oldest delivery of the backlog
// when the pause is over, and all of them once the webhook works.
//
//	09:00:00  a delivery fails; the webhook is paused until 09:00:05
//	09:00:02  an event: its delivery joins the backlog, a check is due at 09:00:05
//	09:00:03  another event: its delivery joins the backlog
//	09:00:05  the check releases the first delivery; the next check is due at 09:00:10
//	09:00:06  the first delivery succeeds: a check is due at once
//	09:00:06  the check releases the second delivery; the next check finds none and is the last
//
// The stored time of the check identifies the one valid message: a message that is
// due earlier was followed by another.

const (
	// releasedAtOnce is the number of deliveries that one check releases.
	releasedAtOnce = 50
	// betweenChecks is the pause between two checks while a longer backlog is
	// released.
	betweenChecks = time.Second
	// checkLost is the lateness of a check after which its message counts as lost.
	checkLost = 5 * time.Minute
)

// Waiting is a delivery in a backlog.
type Waiting struct {
	Delivery  string
	CreatedAt time.Time
}

// BacklogStore keeps the backlogs of webhooks.
type BacklogStore interface {
	// PutWaiting adds a delivery to the backlog of its webhook; it is idempotent.
	PutWaiting(ctx context.Context, d Delivery) error
	// Backlog returns deliveries of the webhook's backlog, oldest first.
	Backlog(ctx context.Context, w Webhook, limit int) ([]Waiting, error)
	RemoveWaiting(ctx context.Context, w Webhook, d Waiting) error
	// CheckAt returns the time at which the webhook's next check is due, zero
	// for none.
	CheckAt(ctx context.Context, w Webhook) (time.Time, error)
	// SetCheck replaces that time if the stored one equals seen; a zero time means no check.
	SetCheck(ctx context.Context, w Webhook, seen, at time.Time) error
}

// join adds a delivery to its webhook's backlog, and starts a check if there is
// none. It looks for the check after its write, and endChecks looks for deliveries
// after its own write, so one of them sees the other.
func (c *Courier) join(ctx context.Context, w Webhook, d Delivery) error {
	if err := c.store.PutWaiting(ctx, d); err != nil {
		return err
	}
	due, err := c.store.CheckAt(ctx, w)
	if err != nil || !due.IsZero() && c.now().Sub(due) < checkLost {
		return err
	}
	return c.checks.schedule(ctx, w, due, later(w.PausedUntil, c.now().Add(betweenChecks)))
}

// checks are the messages that announce checks.
type checks struct {
	store BacklogStore
	queue Queue
	now   func() time.Time
}

// schedule sends a check before it stores its time. If only the first succeeds, the
// message is valid; if the second finds another time, the other message is the
// valid one.
func (c checks) schedule(ctx context.Context, w Webhook, seen, due time.Time) error {
	m := Message{Carrier: w.Owner.Carrier, Customer: w.Owner.ID, Webhook: w.ID, Due: due, Check: true}
	if err := send(ctx, c.queue, m, max(due.Sub(c.now()), 0)); err != nil {
		return err
	}
	return c.store.SetCheck(ctx, w, seen, due)
}

// hasten makes a webhook's check due now, if it has one.
func (c checks) hasten(ctx context.Context, w Webhook) error {
	due, err := c.store.CheckAt(ctx, w)
	if err != nil || due.IsZero() {
		return err
	}
	return c.schedule(ctx, w, due, c.now())
}

// Check carries out the check that a message announces.
func (c *Courier) Check(ctx context.Context, m Message) error {
	now := c.now()
	if wait := m.Due.Sub(now); wait > 0 {
		return send(ctx, c.queue, m, wait)
	}
	w, err := c.store.Webhook(ctx, Owner{Carrier: m.Carrier, ID: m.Customer}, m.Webhook)
	if errors.Is(err, commit.ErrNotFound) {
		return nil // deleted, and its backlog with it
	}
	if err != nil {
		return err
	}
	due, err := c.store.CheckAt(ctx, w)
	if err != nil || m.Due.Before(due) {
		return err
	}
	return c.check(ctx, w, due, now)
}

// check releases the deliveries that may be tried now and schedules the next check.
func (c *Courier) check(ctx context.Context, w Webhook, due, now time.Time) error {
	if w.isPaused(now) {
		return c.checks.schedule(ctx, w, due, w.PausedUntil)
	}
	released, err := c.release(ctx, w, now)
	switch {
	case err != nil:
		return err
	case released == 0:
		return c.endChecks(ctx, w, due)
	case w.isFailing():
		return c.checks.schedule(ctx, w, due, now.Add(w.rest(now)))
	}
	return c.checks.schedule(ctx, w, due, now.Add(betweenChecks))
}

// release sends messages for deliveries of the backlog, and returns their number.
// For a failing webhook that is one delivery to try, and all that are older than 24
// hours, which are given up.
func (c *Courier) release(ctx context.Context, w Webhook, now time.Time) (released int, err error) {
	backlog, err := c.store.Backlog(ctx, w, releasedAtOnce)
	if err != nil {
		return 0, err
	}
	toTry := 0
	for _, d := range backlog {
		if w.isFailing() && now.Sub(d.CreatedAt) < giveUpAfter {
			if toTry++; toTry > 1 {
				break
			}
		}
		if err := c.releaseOne(ctx, w, d, now); err != nil {
			return released, err
		}
		released++
	}
	return released, nil
}

func (c *Courier) releaseOne(ctx context.Context, w Webhook, d Waiting, now time.Time) error {
	m := Message{Carrier: w.Owner.Carrier, Customer: w.Owner.ID, Webhook: w.ID, Delivery: d.Delivery, Due: now,
		Released: true}
	if err := send(ctx, c.queue, m, 0); err != nil {
		return err
	}
	return c.store.RemoveWaiting(ctx, w, d) // not before it has a message
}

// endChecks ends the checks of an empty backlog.
func (c *Courier) endChecks(ctx context.Context, w Webhook, due time.Time) error {
	if err := c.store.SetCheck(ctx, w, due, time.Time{}); err != nil {
		return err
	}
	joined, err := c.store.Backlog(ctx, w, 1)
	if err != nil || len(joined) == 0 {
		return err
	}
	return c.checks.schedule(ctx, w, time.Time{}, c.now().Add(betweenChecks))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
