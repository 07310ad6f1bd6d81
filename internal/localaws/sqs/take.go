package sqs

import (
	"context"
	"time"
)

// Receive hides up to limit messages for the given time, or for the queue's own
// if it is negative, and returns them. If there is none it waits; no message
// and no error is then a valid answer.
func (s *Server) Receive(ctx context.Context, queue string, limit int, visibility,
	wait time.Duration) ([]Message, error) {
	ctx, cancel := context.WithTimeout(ctx, min(wait, maxWait))
	defer cancel()
	for {
		got, changed, err := s.take(queue, limit, visibility)
		if len(got) > 0 || err != nil || wait <= 0 {
			return got, err
		}
		select {
		case <-changed:
		case <-time.After(pollPause):
		case <-ctx.Done():
			return nil, nil
		}
	}
}

func (s *Server) take(name string, limit int,
	visibility time.Duration) (got []Message, changed <-chan struct{}, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.queue(name)
	if err != nil {
		return nil, nil, err
	}
	if visibility < 0 {
		visibility = q.Visibility
	}
	now := s.now()
	for len(got) < limit {
		m := q.first(now)
		if m == nil {
			break
		}
		if gone, err := s.retire(q, m, now); err != nil {
			return nil, nil, err
		} else if gone {
			continue
		}
		if m.Receives++; m.Receives == 1 {
			m.FirstReceived = now
		}
		q.show(m, now.Add(visibility))
		if err := s.save(q, m); err != nil {
			return nil, nil, err
		}
		m.Receipt = m.receipt()
		got = append(got, m.Message)
	}
	return got, q.changed, nil
}

// retire drops a message after its retention, and moves one that was received
// too often to the dead-letter queue.
func (s *Server) retire(q *queue, m *message, now time.Time) (gone bool, err error) {
	if m.expired(q, now) {
		return true, s.drop(q, m)
	}
	dead, ok := s.queues[q.DeadLetterQueue]
	if !ok || m.Receives < q.MaxReceiveCount {
		return false, nil
	}
	moved := &message{Message: m.Message}
	moved.Receives, moved.Visible = 0, now
	if err := s.move(q, m, dead, moved); err != nil {
		return false, err
	}
	q.remove(m)
	dead.push(moved)
	return true, nil
}

// Delete removes the message of that receipt. A deleted message is no error,
// and neither is a receipt that a later receive made void.
func (s *Server) Delete(queue, receipt string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.queue(queue)
	if err != nil {
		return err
	}
	m, err := q.received(receipt)
	if m == nil || err != nil {
		return err
	}
	return s.drop(q, m)
}
