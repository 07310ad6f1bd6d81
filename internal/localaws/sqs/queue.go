package sqs

import (
	"container/heap"
	"crypto/rand"
	"strconv"
	"strings"
	"time"
)

// queue holds its messages in the order in which they become visible. Call its
// methods with the server's lock held.
type queue struct {
	Queue
	waiting byVisibility
	byID    map[string]*message
	changed chan struct{} // closed, and replaced, when a message may have become visible
}

// message is a message and its place in the queue.
type message struct {
	Message
	index int
}

func newQueue(q Queue) *queue {
	return &queue{Queue: q, byID: map[string]*message{}, changed: make(chan struct{})}
}

func newID() string { return strings.ToLower(rand.Text()) }

func (q *queue) push(m *message) {
	q.byID[m.ID] = m
	heap.Push(&q.waiting, m)
	q.announce()
}

func (q *queue) remove(m *message) {
	delete(q.byID, m.ID)
	heap.Remove(&q.waiting, m.index)
}

// show makes the message visible from that time on.
func (q *queue) show(m *message, then time.Time) {
	m.Visible = then
	heap.Fix(&q.waiting, m.index)
	q.announce()
}

func (q *queue) announce() {
	close(q.changed)
	q.changed = make(chan struct{})
}

// first returns the message that has been visible for longest; nil if there is
// none.
func (q *queue) first(now time.Time) *message {
	if len(q.waiting) == 0 || q.waiting[0].Visible.After(now) {
		return nil
	}
	return q.waiting[0]
}

// received returns the message of a receipt; nil if it is deleted or was
// received again since.
func (q *queue) received(receipt string) (*message, error) {
	id, _, ok := strings.Cut(receipt, ".")
	if !ok {
		return nil, &Error{Code: "ReceiptHandleIsInvalid", Message: "not a receipt handle of this server"}
	}
	m := q.byID[id]
	if m == nil || m.receipt() != receipt {
		return nil, nil
	}
	return m, nil
}

func (q *queue) count(now time.Time) (c Counts) {
	for _, m := range q.waiting {
		switch {
		case m.expired(q, now):
		case !m.Visible.After(now):
			c.Visible++
		case m.Receives == 0:
			c.Delayed++
		default:
			c.InFlight++
		}
	}
	return c
}

func (m *message) receipt() string { return m.ID + "." + strconv.Itoa(m.Receives) }

func (m *message) expired(q *queue, now time.Time) bool { return !m.Sent.Add(q.Retention).After(now) }

// byVisibility is a heap by the time of becoming visible, then of sending.
type byVisibility []*message

func (h byVisibility) Len() int { return len(h) }

func (h byVisibility) Less(i, j int) bool {
	if c := h[i].Visible.Compare(h[j].Visible); c != 0 {
		return c < 0
	}
	return h[i].Sequence < h[j].Sequence
}

func (h byVisibility) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

func (h *byVisibility) Push(x any) {
	m := x.(*message)
	m.index = len(*h)
	*h = append(*h, m)
}

func (h *byVisibility) Pop() any {
	last := len(*h) - 1
	m := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return m
}
