// Package webhook sends events to carriers' and customers' own systems: which
// webhook wants which event, the outcome of each delivery, and the time of the next
// try. It knows neither HTTP nor the database.
package webhook

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"didpurchase/internal/event"
	"didpurchase/internal/ledger"
	"didpurchase/internal/validate"
)

// Errors of the use cases.
var (
	// ErrConflict means that the webhook was changed in the meantime.
	ErrConflict = errors.New("webhook: changed in the meantime")
)

// Bounds of webhooks.
const (
	MaxWebhooks = 20 // of one owner
	maxURL      = 500
	maxPatterns = 20
	// secretOverlap is the time for which deliveries are also signed with the
	// secret before a rotation.
	secretOverlap = 24 * time.Hour
	// disableAfter is the time after which an endpoint without one success is
	// disabled.
	disableAfter = 72 * time.Hour
)

// Owner is the customer whose events a webhook receives; with an empty ID it
// receives all events of the carrier.
type Owner = ledger.Customer

// Webhook is an address that receives events.
type Webhook struct {
	Owner        Owner
	ID           string
	Ver          int // +1 at each edit
	URL          string
	Events       []string // patterns: see event.Matches
	Enabled      bool
	Disabled     string // why it was disabled, else ""
	Secret       string // whsec_…
	OldSecret    string // before the last rotation
	OldUntil     time.Time
	CreatedAt    time.Time
	FailingSince time.Time // the first failure since the last success; zero while it works
	PausedUntil  time.Time // no try before this moment; grows while it fails
	Slow         bool      // its last answer took longer than slowAfter
}

// Secrets returns the secrets that sign a delivery at a moment, the new one first.
func (w Webhook) Secrets(now time.Time) []string {
	if w.OldSecret != "" && now.Before(w.OldUntil) {
		return []string{w.Secret, w.OldSecret}
	}
	return []string{w.Secret}
}

// wants reports whether the webhook receives the event.
func (w Webhook) wants(e event.Event) bool {
	return w.Enabled && event.Matches(w.Events, e.Type) && (w.Owner.ID == "" || w.Owner.ID == e.Customer)
}

// failed returns the webhook after a failure. It pauses for a quarter of the time
// for which it has failed, from 5 seconds to 15 minutes, or for as long as the
// receiver asks. It is disabled after three days, or at once if the receiver
// answers that it is gone.
func (w Webhook) failed(a Answer) Webhook {
	now := a.At
	if w.FailingSince.IsZero() {
		w.FailingSince = now
	}
	w.PausedUntil = now.Add(max(w.rest(now), a.RetryAfter))
	switch {
	case a.gone():
		w.Enabled, w.Disabled = false, "it answered 410 Gone"
	case now.Sub(w.FailingSince) >= disableAfter:
		w.Enabled, w.Disabled = false, "it failed for three days"
	}
	return w
}

// Disabling returns the event of a webhook that this write disabled.
func Disabling(before, after Webhook, at time.Time) (event.Event, bool) {
	if after.Disabled == "" || before.Disabled != "" {
		return event.Event{}, false
	}
	return event.OfDisabling(after.Owner, at, event.Disabling{
		Webhook: after.ID, URL: after.URL, Version: after.Ver, Reason: after.Disabled, FailingSince: after.FailingSince.UTC(),
	}), true
}

// isPaused reports whether nothing is tried because the webhook fails.
func (w Webhook) isPaused(now time.Time) bool { return w.Enabled && w.PausedUntil.After(now) }

// isFailing reports whether the webhook has one delivery at a time, to find out
// whether it works again.
func (w Webhook) isFailing() bool { return w.Enabled && !w.FailingSince.IsZero() }

// rest returns the pause of a failing webhook.
func (w Webhook) rest(now time.Time) time.Duration {
	return min(max(now.Sub(w.FailingSince)/4, 5*time.Second), 15*time.Minute)
}

func (w Webhook) works() Webhook {
	w.FailingSince, w.PausedUntil = time.Time{}, time.Time{}
	return w
}

// succeeded returns the webhook after a success, and reports whether that changed
// it.
func (w Webhook) succeeded(a Answer) (after Webhook, changed bool) {
	after = w.works()
	after.Slow = a.Took > slowAfter
	return after, after.Slow != w.Slow || !w.FailingSince.IsZero()
}

// places returns the number of deliveries to the webhook that may run at once.
func (w Webhook) places() int {
	switch {
	case !w.FailingSince.IsZero():
		return perFailing
	case w.Slow:
		return perSlow
	}
	return PerWebhook
}

// newSecret has 192 bits, as the specification recommends.
func newSecret() string {
	secret := make([]byte, 24)
	_, _ = rand.Read(secret) // it never fails
	return "whsec_" + base64.StdEncoding.EncodeToString(secret)
}

// check returns *validate.Invalid for an address or patterns that can't be used.
// The IP address is checked when it is dialled, because names change.
func (w Webhook) check(plainHTTP bool) error {
	var f validate.Faults
	if fault := urlFault(w.URL, plainHTTP); fault != "" {
		f.Add("/url", "%s", fault)
	}
	f.Unless(len(w.Events) > 0 && len(w.Events) <= maxPatterns, "/events", "must name 1 to %d types of events",
		maxPatterns)
	for i, pattern := range w.Events {
		at := fmt.Sprintf("/events/%d", i)
		f.Unless(event.IsPattern(pattern), at,
			"%q is not a type of event; name one such as did.rented, did.* for a group, or * for all", pattern)
		f.Unless(!slices.Contains(w.Events[:i], pattern), at, "%q is there twice", pattern)
	}
	return f.Err()
}

func urlFault(text string, plainHTTP bool) string {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || u.Opaque != "":
		return "must be an absolute URL such as https://example.com/hooks"
	case u.Scheme != "https" && (u.Scheme != "http" || !plainHTTP):
		return "must begin with https://"
	case u.User != nil:
		return "must not contain a user or password; every delivery is signed instead"
	case u.Fragment != "":
		return "must not contain a fragment"
	case len(text) > maxURL:
		return fmt.Sprintf("must be at most %d characters", maxURL)
	}
	return ""
}
