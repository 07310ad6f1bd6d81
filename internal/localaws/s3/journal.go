package s3

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// Created is the notification of a new object.
type Created struct {
	Sequence  uint64 // rises with every object of the server
	Bucket    string
	Key       string
	VersionID string // "" in a bucket without versions
	Size      int64
	ETag      string // without quotes
	At        time.Time
}

// Sequencer returns the sequence in S3's form: hexadecimal, of one width here.
func (c Created) Sequencer() string { return fmt.Sprintf("%018X", c.Sequence) }

// Undelivered lists the oldest objects after the given sequence that are not
// Delivered yet, at most limit.
func (s *Server) Undelivered(after uint64, limit int) ([]Created, error) {
	var found []Created
	err := s.db.View(func(tx *bbolt.Tx) error {
		c := tx.Bucket(journalBucket).Cursor()
		for k, data := c.Seek(sequenceKey(after + 1)); k != nil && len(found) < limit; k, data = c.Next() {
			created, err := decode[Created](data)
			if err != nil {
				return err
			}
			found = append(found, created)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the journal of created objects: %w", err)
	}
	return found, nil
}

// Delivered removes an object from the journal.
func (s *Server) Delivered(c Created) error {
	err := s.db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket(journalBucket).Delete(sequenceKey(c.Sequence))
	})
	if err != nil {
		return fmt.Errorf("remove s3://%s/%s from the journal of created objects: %w", c.Bucket, c.Key, err)
	}
	return nil
}

// Created receives a signal after objects were created; one signal may cover
// several.
func (s *Server) Created() <-chan struct{} { return s.created }

func (s *Server) signal() {
	select {
	case s.created <- struct{}{}:
	default:
	}
}

// nextSequence follows the clock, so that it grows even after the folder was
// emptied, and keeps growing when the clock was set back.
func nextSequence(tx *bbolt.Tx, now time.Time) (uint64, error) {
	b := tx.Bucket(journalBucket)
	next := max(b.Sequence()+1, uint64(now.UnixMicro()))
	return next, b.SetSequence(next)
}

func sequenceKey(sequence uint64) []byte { return binary.BigEndian.AppendUint64(nil, sequence) }

// record adds a version to the journal.
func record(tx *bbolt.Tx, bucket, key string, v version) error {
	created := Created{
		Sequence: v.Sequence, Bucket: bucket, Key: key, Size: v.Size, ETag: hex.EncodeToString(v.MD5), At: v.Modified,
	}
	if v.ID != nullVersion {
		created.VersionID = v.ID
	}
	return put(tx.Bucket(journalBucket), sequenceKey(v.Sequence), created)
}
