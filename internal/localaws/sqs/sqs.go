// Package sqs is an SQS for one machine: standard queues over the JSON
// protocol, with delays, visibility, redrive and retention, kept in a file.
// Signatures are not checked and FIFO queues don't exist. It does not know the
// content or the receivers of messages.
package sqs

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"go.etcd.io/bbolt"
)

// Limits of SQS itself.
const (
	maxBatch     = 10
	maxBodyBytes = 1 << 20
	maxWait      = 20 * time.Second
	// DefaultVisibility and DefaultRetention are the settings of a queue
	// without its own.
	DefaultVisibility = 30 * time.Second
	DefaultRetention  = 4 * 24 * time.Hour
)

// pollPause is the delay after which a waiting receiver notices a message that
// the clock made visible; it notices a new message immediately.
const pollPause = 50 * time.Millisecond

// Queue is a queue's configuration. A zero duration of Visibility or Retention
// means the default.
type Queue struct {
	Name            string
	Visibility      time.Duration
	Retention       time.Duration
	Delay           time.Duration
	DeadLetterQueue string // "" without one
	MaxReceiveCount int    // with a dead-letter queue: the receive after this many goes there
}

// Message is a message for its receiver.
type Message struct {
	ID            string
	Receipt       string `json:"-"` // names this receive
	Body          string
	Attributes    map[string]Attribute `json:",omitempty"`
	Sent          time.Time
	FirstReceived time.Time
	Receives      int
	Visible       time.Time // when it may be received (again)
	Sequence      uint64    // order of sending
}

// Attribute is a message attribute; only the value that DataType names is set.
type Attribute struct {
	DataType    string
	StringValue *string `json:",omitempty"`
	BinaryValue []byte  `json:",omitempty"`
}

// Server is an SQS with its state in a file.
type Server struct {
	mu     sync.Mutex
	queues map[string]*queue
	db     *bbolt.DB
	now    func() time.Time
}

// Open reads the file, which it creates if it is missing. A hidden message
// becomes visible again: its receiver ended with the last run. A crash loses
// nothing that was acknowledged; a power cut may.
func Open(file string, now func() time.Time) (*Server, error) {
	db, err := bbolt.Open(file, 0o644, &bbolt.Options{Timeout: 5 * time.Second, NoSync: true})
	if err != nil {
		return nil, fmt.Errorf("open the queues in %s: %w", file, err)
	}
	s := &Server{queues: map[string]*queue{}, db: db, now: now}
	if err := s.load(); err != nil {
		return nil, errors.Join(fmt.Errorf("open the queues in %s: %w", file, err), db.Close())
	}
	return s, nil
}

// Close ends the server; running requests fail.
func (s *Server) Close() error { return s.db.Close() }

// Declare creates the queue, or gives an existing one this configuration.
func (s *Server) Declare(q Queue) error {
	q.Visibility = orDefault(q.Visibility, DefaultVisibility)
	q.Retention = orDefault(q.Retention, DefaultRetention)
	s.mu.Lock()
	defer s.mu.Unlock()
	if old, ok := s.queues[q.Name]; ok {
		old.Queue = q
	} else {
		s.queues[q.Name] = newQueue(q)
	}
	return s.saveQueue(q)
}

func orDefault(d, otherwise time.Duration) time.Duration {
	if d == 0 {
		return otherwise
	}
	return d
}

// Send adds a message to the queue after the delay, or after the queue's own
// delay if it is negative; errNoQueue.
func (s *Server) Send(queue, body string, attributes map[string]Attribute, delay time.Duration) (Message, error) {
	if len(body) == 0 || len(body) > maxBodyBytes {
		return Message{}, &Error{Code: "InvalidParameterValue",
			Message: fmt.Sprintf("a body of %d bytes: 1 to %d are allowed", len(body), maxBodyBytes)}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.queue(queue)
	if err != nil {
		return Message{}, err
	}
	if delay < 0 {
		delay = q.Delay
	}
	now := s.now()
	m := &message{Message: Message{ID: newID(), Body: body, Attributes: attributes, Sent: now, Visible: now.Add(delay)}}
	if err := s.save(q, m); err != nil {
		return Message{}, err
	}
	q.push(m)
	return m.Message, nil
}

// Purge removes every message of the queue.
func (s *Server) Purge(queue string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.queue(queue)
	if err != nil {
		return err
	}
	for _, m := range slices.Clone(q.waiting) {
		if err := s.drop(q, m); err != nil {
			return err
		}
	}
	return nil
}

// Counts are the counts of GetQueueAttributes, here exact.
type Counts struct{ Visible, InFlight, Delayed int }

// Count counts the queue's messages.
func (s *Server) Count(queue string) (Counts, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.queue(queue)
	if err != nil {
		return Counts{}, err
	}
	return q.count(s.now()), nil
}

func (s *Server) queue(name string) (*queue, error) {
	if q, ok := s.queues[name]; ok {
		return q, nil
	}
	return nil, &Error{Code: errNoQueue, Message: fmt.Sprintf("there is no queue %q", name)}
}

var _ http.Handler = (*Server)(nil)
