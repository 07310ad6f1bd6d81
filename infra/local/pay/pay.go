// Package pay imitates Stripe for the local world: it accepts the requests that
// make Checkout Sessions, shows their pages with buttons in place of a card, and
// reports payments by signed events over HTTP, like Stripe. It keeps sessions in
// memory, and knows only the address of our system for its events.
package pay

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Path is the folder of all its pages and requests.
const Path = "/local/pay/"

// mostKept is the largest number of sessions that are kept; the oldest are
// forgotten.
const mostKept = 200

// Options are the address of the stand-in, the receiver of its events, and their secrets.
type Options struct {
	Address string // of the stand-in, with the slash at its end
	Key     string // the key that requests must have
	Signing string // the secret of events
	// EventsURL returns the address for the events of a carrier.
	EventsURL func(carrier string) string
	Now       func() time.Time
	Client    *http.Client
}

// Stripe is the stand-in.
type Stripe struct {
	Options
	mux *http.ServeMux

	mu       sync.Mutex // guards the fields below
	sessions []*Session // newest first
	events   int
	made     int // number of sessions ever made: two may be made at one moment
}

// Session is a Checkout Session.
type Session struct {
	ID            string            `json:"id"`
	Object        string            `json:"object"`
	URL           string            `json:"url"`
	Status        string            `json:"status"`
	PaymentStatus string            `json:"payment_status"`
	PaymentIntent string            `json:"payment_intent"`
	AmountTotal   int64             `json:"amount_total"`
	Currency      string            `json:"currency"`
	Metadata      map[string]string `json:"metadata"`
	SuccessURL    string            `json:"success_url"`

	Name   string   `json:"-"`
	key    string   // the Idempotency-Key
	back   []*Moved // refunds by request
	Events []Event  `json:"-"` // the last first
}

// New returns the stand-in without sessions.
func New(o Options) *Stripe {
	s := &Stripe{Options: o, mux: http.NewServeMux()}
	s.mux.HandleFunc("POST "+Path+"v1/checkout/sessions", s.create)
	s.mux.HandleFunc("POST "+Path+"v1/refunds", s.refund)
	s.mux.HandleFunc("GET "+Path+"{$}", s.showAll)
	s.mux.HandleFunc("GET "+Path+"{session}", s.show)
	s.mux.HandleFunc("POST "+Path+"{session}", s.press)
	return s
}

// ServeHTTP implements http.Handler for Path.
func (s *Stripe) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// create makes a session, or answers with the session that its Idempotency-Key
// made.
func (s *Stripe) create(w http.ResponseWriter, r *http.Request) {
	if !s.admits(w, r) {
		return
	}
	units, err := strconv.ParseInt(r.PostFormValue("line_items[0][price_data][unit_amount]"), 10, 64)
	if err != nil || units < 50 || units > 99_999_999 {
		refuse(w, http.StatusBadRequest, "invalid_request_error", "The amount must be 50 to 99999999 of the smallest unit")
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	made := s.byKey(r.Header.Get("Idempotency-Key"))
	if made == nil {
		made = s.make(r, units)
	}
	answer(w, http.StatusOK, made)
}

// admits reports whether the request has our key; else it is answered.
func (s *Stripe) admits(w http.ResponseWriter, r *http.Request) bool {
	if key, _, _ := r.BasicAuth(); key != s.Key && r.Header.Get("Authorization") != "Bearer "+s.Key {
		refuse(w, http.StatusUnauthorized, "invalid_request_error", "Invalid API Key provided")
		return false
	}
	return true
}

func (s *Stripe) byKey(key string) *Session {
	for _, known := range s.sessions {
		if key != "" && known.key == key {
			return known
		}
	}
	return nil
}

func (s *Stripe) make(r *http.Request, units int64) *Session {
	s.made++
	id := fmt.Sprintf("%d%06d", s.Now().UnixNano(), s.made)
	made := &Session{
		ID: "cs_local_" + id, Object: "checkout.session", Status: "open", PaymentStatus: "unpaid",
		PaymentIntent: "pi_local_" + id, URL: s.Address + "cs_local_" + id, AmountTotal: units,
		Currency: r.PostFormValue("line_items[0][price_data][currency]"), SuccessURL: r.PostFormValue("success_url"),
		Name:     r.PostFormValue("line_items[0][price_data][product_data][name]"),
		Metadata: metadata(r), key: r.Header.Get("Idempotency-Key"),
	}
	s.sessions = append([]*Session{made}, s.sessions[:min(len(s.sessions), mostKept-1)]...)
	return made
}

func metadata(r *http.Request) map[string]string {
	found := map[string]string{}
	for name, values := range r.PostForm {
		if key, ok := strings.CutPrefix(name, "metadata["); ok {
			found[strings.TrimSuffix(key, "]")] = values[0]
		}
	}
	return found
}

// Session returns the current state of a session.
func (s *Stripe) Session(id string) (Session, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, known := range s.sessions {
		if known.ID == id {
			return *known, true
		}
	}
	return Session{}, false
}

// Press presses a button of a session's page, and returns its event without sending
// it.
func (s *Stripe) Press(id, action string) (Event, Session, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, known := range s.sessions {
		if known.ID != id {
			continue
		}
		e, happened := known.after(action, s.Now())
		if !happened {
			return Event{}, *known, false
		}
		s.events++
		e.ID = fmt.Sprintf("evt_local_%d_%d", s.Now().UnixNano(), s.events)
		known.Events = append([]Event{e}, known.Events...)
		return e, *known, true
	}
	return Event{}, Session{}, false
}

// Do presses a button, and sends the event.
func (s *Stripe) Do(ctx context.Context, id, action string) (Session, error) {
	e, session, happened := s.Press(id, action)
	if !happened {
		return session, fmt.Errorf("the session %s can't %s", id, action)
	}
	return session, s.Send(ctx, session.Metadata["carrier"], e, s.Now())
}
