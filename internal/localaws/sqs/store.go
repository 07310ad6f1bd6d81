package sqs

import (
	"encoding/json"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"
)

// Top-level buckets of the file. All values are JSON.
var (
	queuesBucket   = []byte("queues")   // name → Queue
	messagesBucket = []byte("messages") // queue's name → a bucket of id → Message
)

func (s *Server) load() error {
	now := s.now()
	return s.db.Update(func(tx *bbolt.Tx) error {
		queues, err := tx.CreateBucketIfNotExists(queuesBucket)
		if err != nil {
			return err
		}
		messages, err := tx.CreateBucketIfNotExists(messagesBucket)
		if err != nil {
			return err
		}
		return queues.ForEach(func(name, data []byte) error {
			var config Queue
			if err := json.Unmarshal(data, &config); err != nil {
				return fmt.Errorf("queue %s: %w", name, err)
			}
			q := newQueue(config)
			s.queues[config.Name] = q
			return messages.Bucket(name).ForEach(func(id, data []byte) error {
				m := &message{}
				if err := json.Unmarshal(data, &m.Message); err != nil {
					return fmt.Errorf("message %s of queue %s: %w", id, name, err)
				}
				if m.Receives > 0 && m.Visible.After(now) {
					m.Visible = now
				}
				q.push(m)
				return nil
			})
		})
	})
}

func (s *Server) saveQueue(q Queue) error {
	return s.update("declare", q.Name, func(tx *bbolt.Tx) error {
		if _, err := tx.Bucket(messagesBucket).CreateBucketIfNotExists([]byte(q.Name)); err != nil {
			return err
		}
		data, err := json.Marshal(q)
		return errors.Join(err, tx.Bucket(queuesBucket).Put([]byte(q.Name), data))
	})
}

// save stores the message in its current state, and numbers a new one.
func (s *Server) save(q *queue, m *message) error {
	return s.update("keep a message of", q.Name, func(tx *bbolt.Tx) error { return write(tx, q, m) })
}

func write(tx *bbolt.Tx, q *queue, m *message) error {
	if m.Sequence == 0 {
		next, err := tx.Bucket(messagesBucket).NextSequence()
		if err != nil {
			return err
		}
		m.Sequence = next
	}
	data, err := json.Marshal(m.Message)
	return errors.Join(err, tx.Bucket(messagesBucket).Bucket([]byte(q.Name)).Put([]byte(m.ID), data))
}

// drop removes the message from the file and the queue.
func (s *Server) drop(q *queue, m *message) error {
	err := s.update("delete a message of", q.Name, func(tx *bbolt.Tx) error { return erase(tx, q, m) })
	if err == nil {
		q.remove(m)
	}
	return err
}

func erase(tx *bbolt.Tx, q *queue, m *message) error {
	return tx.Bucket(messagesBucket).Bucket([]byte(q.Name)).Delete([]byte(m.ID))
}

// move moves the message to another queue of the file.
func (s *Server) move(from *queue, m *message, to *queue, moved *message) error {
	return s.update("redrive a message of", from.Name, func(tx *bbolt.Tx) error {
		return errors.Join(erase(tx, from, m), write(tx, to, moved))
	})
}

func (s *Server) update(what, queue string, f func(*bbolt.Tx) error) error {
	if err := s.db.Update(f); err != nil {
		return fmt.Errorf("%s queue %s: %w", what, queue, err)
	}
	return nil
}
