package dynamo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"didpurchase/internal/commit"
	"didpurchase/internal/webhook"
)

// webhookItem is a webhook.
type webhookItem struct {
	Carrier      string    `dynamodbav:"carrier"`
	Customer     string    `dynamodbav:"customer,omitempty"`
	Ver          int       `dynamodbav:"ver"`
	URL          string    `dynamodbav:"url"`
	Events       []string  `dynamodbav:"events"`
	Enabled      bool      `dynamodbav:"enabled"`
	Disabled     string    `dynamodbav:"disabled,omitempty"`
	Secret       string    `dynamodbav:"secret"`
	OldSecret    string    `dynamodbav:"oldSecret,omitempty"`
	OldUntil     time.Time `dynamodbav:"oldUntil,omitempty"`
	CreatedAt    time.Time `dynamodbav:"createdAt"`
	FailingSince time.Time `dynamodbav:"failingSince,omitempty"`
	PausedUntil  time.Time `dynamodbav:"pausedUntil,omitempty"`
	Slow         bool      `dynamodbav:"slow,omitempty"`
}

// slotItem is a place for a running delivery.
type slotItem struct {
	Until time.Time `dynamodbav:"until"`
}

// Webhooks returns the owner's webhooks, oldest first.
func (s *Store) Webhooks(ctx context.Context, owner webhook.Owner) ([]webhook.Webhook, error) {
	items, err := s.list(ctx, listing{pk: webhooksPK(owner)})
	if err != nil {
		return nil, err
	}
	return readEach(items, readWebhook)
}

// Webhook returns one of the owner's webhooks. Errors: commit.ErrNotFound.
func (s *Store) Webhook(ctx context.Context, owner webhook.Owner, id string) (webhook.Webhook, error) {
	i, err := s.get(ctx, webhookKey(owner, id))
	if err != nil {
		return webhook.Webhook{}, err
	}
	if i == nil {
		return webhook.Webhook{}, fmt.Errorf("%w: webhook %s", commit.ErrNotFound, id)
	}
	return readWebhook(i)
}

// PutWebhook writes a webhook whose stored version is seenVer, 0 for a new one,
// together with more. Errors: webhook.ErrConflict.
func (s *Store) PutWebhook(ctx context.Context, w webhook.Webhook, seenVer int, more ...commit.Change) error {
	action, err := s.put(webhookKey(w.Owner, w.ID), webhookItemOf(w), unmoved(seenVer))
	if err != nil {
		return err
	}
	err = s.createWith(ctx, "webhook "+w.ID, []write{{action: action}}, more)
	if errors.Is(err, ErrExists) {
		return webhook.ErrConflict
	}
	return err
}

// healthWrites are the attributes of a webhook's health.
var healthWrites = []string{"enabled", "disabled", "failingSince", "pausedUntil", "slow"}

// PutHealth writes a webhook's health, unless the webhook was edited or deleted
// since it was read.
func (s *Store) PutHealth(ctx context.Context, w webhook.Webhook) error {
	after, err := encode(webhookItemOf(w))
	if err != nil {
		return err
	}
	action, err := s.update(webhookKey(w.Owner, w.ID), setting(after, healthWrites...), equal("ver", w.Ver))
	if err != nil {
		return err
	}
	_, err = s.writeOne(ctx, "health of webhook "+w.ID, action)
	return err
}

// DeleteWebhook is idempotent; it writes more only if it deletes an item.
func (s *Store) DeleteWebhook(ctx context.Context, owner webhook.Owner, id string, more ...commit.Change) error {
	action, err := s.remove(webhookKey(owner, id), expression.AttributeExists(expression.Name("pk")))
	if err != nil {
		return err
	}
	err = s.createWith(ctx, "webhook "+id, []write{{action: action}}, more)
	if errors.Is(err, ErrExists) {
		return nil
	}
	return err
}

// slotsLookedAt is the largest number of places that one delivery tries: trying a
// taken place costs a write, too.
const slotsLookedAt = 3

// TakeSlot takes one of the webhook's places and returns its number, -1 if the
// places that it tried are taken. A place is free after its time is over.
func (s *Store) TakeSlot(ctx context.Context, w webhook.Webhook, places int, now time.Time, life time.Duration) (int,
	error) {
	free := absent().Or(expression.Name("until").LessThan(expression.Value(stamp(now))))
	for _, slot := range rand.Perm(places)[:min(places, slotsLookedAt)] {
		action, err := s.put(slotKey(w, slot), slotItem{now.Add(life)}, free)
		if err != nil {
			return -1, err
		}
		if taken, err := s.writeOne(ctx, "place of webhook "+w.ID, action); taken || err != nil {
			return slot, err
		}
	}
	return -1, nil
}

// FreeSlot returns a place.
func (s *Store) FreeSlot(ctx context.Context, w webhook.Webhook, slot int) error {
	action, err := s.remove(slotKey(w, slot), expression.AttributeExists(expression.Name("pk")))
	if err != nil {
		return err
	}
	_, err = s.writeOne(ctx, "place of webhook "+w.ID, action)
	return err
}

// writeOne sends one write; written is false if its guard refused it.
func (s *Store) writeOne(ctx context.Context, what string, action types.TransactWriteItem) (written bool, err error) {
	writes := []write{{change: created(what), action: action, current: func(item) (any, error) { return nil, nil }}}
	err = carryOut(ctx, s.alone(action), writes, false)
	var refused *commit.Refused
	if errors.As(err, &refused) {
		return false, nil
	}
	return err == nil, err
}

func webhookItemOf(w webhook.Webhook) webhookItem {
	return webhookItem{
		Carrier: w.Owner.Carrier, Customer: w.Owner.ID, Ver: w.Ver, URL: w.URL, Events: w.Events, Enabled: w.Enabled,
		Disabled: w.Disabled,
		Secret:   w.Secret, OldSecret: w.OldSecret, OldUntil: w.OldUntil, CreatedAt: w.CreatedAt,
		FailingSince: w.FailingSince, PausedUntil: w.PausedUntil, Slow: w.Slow,
	}
}

func readWebhook(i item) (webhook.Webhook, error) {
	var w webhookItem
	err := decode(i, &w)
	return webhook.Webhook{
		Owner: webhook.Owner{Carrier: w.Carrier, ID: w.Customer}, ID: text(i, "sk"), Ver: w.Ver, URL: w.URL, Events: w.Events,
		Enabled: w.Enabled, Disabled: w.Disabled, Secret: w.Secret, OldSecret: w.OldSecret, OldUntil: w.OldUntil,
		CreatedAt:    w.CreatedAt,
		FailingSince: w.FailingSince, PausedUntil: w.PausedUntil, Slow: w.Slow,
	}, err
}

func webhooksPK(owner webhook.Owner) string { return "HOOK#" + owner.Carrier + "#" + owner.ID }

func webhookKey(owner webhook.Owner, id string) key { return key{webhooksPK(owner), id} }

func slotKey(w webhook.Webhook, slot int) key {
	return key{"HOOKSLOT#" + w.Owner.Carrier + "#" + w.ID, strconv.Itoa(slot)}
}
