// Package history records clients' requests and answers, turns them into the
// model's steps for each DID, and lets porcupine look for an order of the steps. It
// knows the wire's words; it sends nothing.
package history

import (
	"slices"
	"sync"
	"time"

	"didpurchase/infra/proof/model"
)

// Kind is the kind of a request.
type Kind string

// The kinds.
const (
	Hold      Kind = "hold"
	Remove    Kind = "remove"
	Extend    Kind = "extend"
	ReadCart  Kind = "read cart"
	Checkout  Kind = "checkout"
	Allocate  Kind = "allocate"
	Cancel    Kind = "cancel"
	Restore   Kind = "restore"
	ReadOwn   Kind = "read rental"
	ReadStock Kind = "read stock"
)

// Request is one request and its answer.
type Request struct {
	ID       int
	Client   int
	Customer int // owner of the cart or rentals; -1 if the answer names the owner
	Kind     Kind
	DIDs     []string // the DIDs that it names
	Key      string   `json:",omitempty"` // Idempotency-Key
	Repeated bool     `json:",omitempty"` // the key was sent before

	Sent, Answered time.Duration // since the start of the history
	Window         model.Window
	Unknown        bool // the answer was lost, or is a failure of the server
	Status         int
	Code           string `json:",omitempty"` // of a problem
	Text           string `json:",omitempty"` // of an answer other than success, or of a broken connection

	Outcomes map[string]Outcome `json:",omitempty"` // of a hold's DIDs
	Cart     map[string]int64   `json:",omitempty"` // DID → end of its hold, in an answer with the cart; then never nil
	State    string             `json:",omitempty"` // of the one DID that was read
	Until    int64              `json:",omitempty"` // end of its hold, or of its cancelled rental
	Order    string             `json:",omitempty"`
	Bought   []string           `json:",omitempty"`
	Lost     []string           `json:",omitempty"` // DIDs in a refusal
}

// Outcome is the outcome for one DID of a hold.
type Outcome struct {
	Outcome string
	Why     model.Reason
}

// History has the requests about some DIDs by some customers, from when no customer
// had used the DIDs.
type History struct {
	Seed      uint64
	Nemesis   string
	Customers []string
	DIDs      []string
	Began     time.Time

	mu   sync.Mutex // guards the fields below
	all  []Request
	keys map[string]bool
}

// New returns an empty history. Customers are at most model.MaxCustomers.
func New(seed uint64, nemesis string, customers, dids []string) *History {
	return &History{Seed: seed, Nemesis: nemesis, Customers: customers, DIDs: dids, Began: time.Now(),
		keys: map[string]bool{}}
}

// Begin records that a request is about to be sent, and returns it; it notes
// whether its key was sent before.
func (h *History) Begin(r Request) Request {
	h.mu.Lock()
	defer h.mu.Unlock()
	if r.Key != "" {
		r.Repeated, h.keys[r.Key] = h.keys[r.Key], true
	}
	return r
}

// Add stores an answered request.
func (h *History) Add(r Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	r.ID = len(h.all)
	h.all = append(h.all, r)
}

// Requests returns all answered requests, in the order of their answers.
func (h *History) Requests() []Request {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.all)
}

// Rented returns the DIDs that the customer's answers show as bought.
func (h *History) Rented(customer int) (dids []string) {
	for _, r := range h.Requests() {
		if r.Customer == customer {
			dids = append(dids, r.Bought...)
		}
	}
	return dids
}

// CustomerAt returns the index of a customer's id in the history, -1 if there is no
// such customer.
func (h *History) CustomerAt(id string) int { return slices.Index(h.Customers, id) }
