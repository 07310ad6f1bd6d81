package webhook

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"

	"didpurchase/internal/audit"
	"didpurchase/internal/commit"
	"didpurchase/internal/event"
	"didpurchase/internal/validate"
)

// Store stores webhooks and deliveries.
type Store interface {
	// Webhooks returns the owner's webhooks, oldest first.
	Webhooks(ctx context.Context, owner Owner) ([]Webhook, error)
	// Webhook returns one of the owner's webhooks. Errors: commit.ErrNotFound.
	Webhook(ctx context.Context, owner Owner, id string) (Webhook, error)
	// PutWebhook writes a webhook whose stored version is seenVer, 0 for a new one.
	// Errors: ErrConflict.
	PutWebhook(ctx context.Context, w Webhook, seenVer int, more ...commit.Change) error
	// PutHealth writes a webhook's health, unless the webhook was edited or deleted
	// since it was read.
	PutHealth(ctx context.Context, w Webhook) error
	// DeleteWebhook is idempotent.
	DeleteWebhook(ctx context.Context, owner Owner, id string, more ...commit.Change) error
	// CreateDelivery writes a delivery unless it exists.
	CreateDelivery(ctx context.Context, d Delivery) error
	PutDelivery(ctx context.Context, d Delivery) error
	// Delivery returns one delivery. Errors: commit.ErrNotFound.
	Delivery(ctx context.Context, owner Owner, webhook, id string) (Delivery, error)
	// Deliveries returns a page of deliveries, newest first.
	Deliveries(ctx context.Context, owner Owner, webhook string, limit int, after string) (page []Delivery, next string,
		err error)
	// TakeSlot takes one of a number of places for a while and returns its number,
	// -1 if none of the tried ones is free.
	TakeSlot(ctx context.Context, w Webhook, places int, now time.Time, life time.Duration) (int, error)
	FreeSlot(ctx context.Context, w Webhook, slot int) error
	BacklogStore
}

// Queue takes messages that become visible after a delay.
type Queue interface {
	SendAfter(ctx context.Context, body string, wait time.Duration) error
}

// Sender makes one try. It never fails: the answer contains the error.
type Sender interface {
	Send(ctx context.Context, url string, secrets []string, d Delivery) Answer
}

// Service has the use cases of people for webhooks.
type Service struct {
	store     Store
	queue     Queue
	plainHTTP bool
	now       func() time.Time
}

// NewService returns the service. plainHTTP allows http:// addresses, for the local
// world.
func NewService(store Store, queue Queue, plainHTTP bool, now func() time.Time) *Service {
	return &Service{store, queue, plainHTTP, now}
}

// Webhooks returns the owner's webhooks, oldest first.
func (s *Service) Webhooks(ctx context.Context, owner Owner) ([]Webhook, error) {
	return s.store.Webhooks(ctx, owner)
}

// Webhook returns one of the owner's webhooks. Errors: commit.ErrNotFound.
func (s *Service) Webhook(ctx context.Context, owner Owner, id string) (Webhook, error) {
	return s.store.Webhook(ctx, owner, id)
}

// Create makes a webhook with a new secret. Errors: *validate.Invalid.
func (s *Service) Create(ctx context.Context, owner Owner, url string, events []string, enabled bool) (Webhook, error) {
	now := s.now()
	w := Webhook{Owner: owner, ID: commit.NewID(now), Ver: 1, URL: url, Events: events, Enabled: enabled,
		Secret: newSecret(), CreatedAt: now}
	if err := w.check(s.plainHTTP); err != nil {
		return Webhook{}, err
	}
	existing, err := s.store.Webhooks(ctx, owner)
	if err != nil {
		return Webhook{}, err
	}
	if len(existing) >= MaxWebhooks {
		return Webhook{}, &validate.Invalid{Faults: []validate.Fault{{Detail: "there are 20 webhooks already, which is the " +
			"limit; delete one first"}}}
	}
	return w, s.store.PutWebhook(ctx, w, 0, s.act(ctx, audit.WebhookCreated, Webhook{}, w))
}

// Edit changes a webhook; nil leaves a field unchanged. Enabling it clears its
// failures. Errors: commit.ErrNotFound, ErrConflict, *validate.Invalid.
func (s *Service) Edit(ctx context.Context, owner Owner, id string, url *string, events []string,
	enabled *bool) (Webhook, error) {
	w, err := s.change(ctx, owner, id, audit.WebhookChanged, func(w *Webhook) {
		if url != nil {
			w.URL = *url
			*w = w.works()
		}
		if events != nil {
			w.Events = events
		}
		if enabled != nil {
			w.Enabled, w.Disabled = *enabled, ""
			*w = w.works()
		}
	})
	if err != nil || w.isPaused(s.now()) {
		return w, err
	}
	return w, checks{s.store, s.queue, s.now}.hasten(ctx, w)
}

// Rotate gives a webhook a new secret; deliveries are signed with both for a
// day. Errors: commit.ErrNotFound, ErrConflict.
func (s *Service) Rotate(ctx context.Context, owner Owner, id string) (Webhook, error) {
	return s.change(ctx, owner, id, audit.WebhookRotated, func(w *Webhook) {
		w.OldSecret, w.OldUntil, w.Secret = w.Secret, s.now().Add(secretOverlap), newSecret()
	})
}

func (s *Service) change(ctx context.Context, owner Owner, id string, act audit.Action,
	apply func(*Webhook)) (Webhook, error) {
	w, err := s.store.Webhook(ctx, owner, id)
	if err != nil {
		return Webhook{}, err
	}
	seen := w
	apply(&w)
	w.Ver++
	if err := w.check(s.plainHTTP); err != nil {
		return Webhook{}, err
	}
	return w, s.store.PutWebhook(ctx, w, seen.Ver, s.act(ctx, act, seen, w))
}

// Delete deletes a webhook; its waiting deliveries are not sent. Errors:
// commit.ErrNotFound.
func (s *Service) Delete(ctx context.Context, owner Owner, id string) error {
	w, err := s.store.Webhook(ctx, owner, id)
	if err != nil {
		return err
	}
	return s.store.DeleteWebhook(ctx, owner, id, s.act(ctx, audit.WebhookDeleted, w, Webhook{}))
}

// act returns the entry of the audit for a change of a webhook, the zero
// Webhook for none.
func (s *Service) act(ctx context.Context, act audit.Action, old, to Webhook) audit.Entry {
	owner := to.Owner
	if to.ID == "" {
		owner = old.Owner
	}
	return audit.New(ctx, s.now(), audit.Entry{
		Carrier: owner.Carrier, Action: act, Customer: owner.ID, Subject: cmp.Or(to.ID, old.ID), Old: old.values(),
		New: to.values(),
	})
}

// values returns the audited values, without secrets.
func (w Webhook) values() audit.Values {
	if w.ID == "" {
		return nil
	}
	return audit.Values{"url": w.URL, "events": strings.Join(w.Events, " "), "enabled": strconv.FormatBool(w.Enabled)}
}

// Test sends an event of the type webhook.test. Errors: commit.ErrNotFound.
func (s *Service) Test(ctx context.Context, owner Owner, id string) (Delivery, error) {
	w, err := s.store.Webhook(ctx, owner, id)
	if err != nil {
		return Delivery{}, err
	}
	now := s.now()
	d, err := newDelivery(w, event.Event{
		ID: "evt_" + commit.NewID(now), Type: event.Test, Time: now, Carrier: owner.Carrier, Customer: owner.ID,
		Data: event.Trial{Webhook: id},
	}, now)
	if err != nil {
		return Delivery{}, err
	}
	return d, s.start(ctx, d, true)
}

// Resend sends the event of a delivery once more, as a new delivery. Errors:
// commit.ErrNotFound.
func (s *Service) Resend(ctx context.Context, owner Owner, id, delivery string) (Delivery, error) {
	if _, err := s.store.Webhook(ctx, owner, id); err != nil {
		return Delivery{}, err
	}
	d, err := s.store.Delivery(ctx, owner, id, delivery)
	if err != nil {
		return Delivery{}, err
	}
	d = d.again(s.now())
	return d, s.start(ctx, d, true)
}

// start begins a delivery. A delivery that a person requested is tried even if the
// webhook is paused, so that they see whether a repaired receiver works.
func (s *Service) start(ctx context.Context, d Delivery, asked bool) error {
	if err := s.store.CreateDelivery(ctx, d); err != nil {
		return err
	}
	m := messageOf(d)
	m.Asked = asked
	return send(ctx, s.queue, m, 0)
}

// Deliveries returns a page of a webhook's deliveries, newest first. Errors:
// commit.ErrNotFound.
func (s *Service) Deliveries(ctx context.Context, owner Owner, id string, limit int,
	after string) (page []Delivery, next string, err error) {
	if _, err := s.store.Webhook(ctx, owner, id); err != nil {
		return nil, "", err
	}
	return s.store.Deliveries(ctx, owner, id, limit, after)
}
