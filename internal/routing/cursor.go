package routing

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"time"
)

// Errors of cursors.
var (
	// ErrCursor means that a text is not a cursor of the feed.
	ErrCursor = errors.New("routing: this is not a cursor of the feed")
	// ErrExpired means that the feed does not reach back to the cursor.
	ErrExpired = errors.New("routing: the cursor is older than the feed")
)

// A cursor is a place in the feed, and what was seen shortly before it.
//
// Positions are sort keys of the feed: texts that begin with a time. A write may
// land before a position that was read, so the entries of the last Overlap are
// compared at the next reading: those between settled and read have the digest
// that was seen, or they are returned again.
//
//	settled      read
//	   |  a  b    |            digest {a, b}
//	   |  a  b  x |  c         x landed late: a, b, x and c are returned
type cursor struct {
	Settled string `json:"s"` // all entries up to here have landed and were returned
	Read    string `json:"r"` // all entries up to here that had landed were returned
	Seen    digest `json:"d"` // of the entries between the two
}

// digest identifies a set of entries.
type digest struct {
	Count int    `json:"n,omitempty"`
	Sum   uint64 `json:"x,omitempty,string"` // of the positions
}

func (d *digest) add(position string) {
	h := fnv.New64a()
	h.Write([]byte(position))
	d.Sum ^= h.Sum64()
}

// StartAt returns the cursor that returns every entry written from t on.
func StartAt(t time.Time) string {
	at := position(t)
	return cursor{Settled: at, Read: at}.String()
}

// String returns the cursor as a text.
func (c cursor) String() string {
	text, err := json.Marshal(c)
	if err != nil { // texts and numbers always encode
		panic(err)
	}
	return string(text)
}

// parseCursor reads a cursor. Errors: ErrCursor, ErrExpired.
func parseCursor(text string, now time.Time) (c cursor, err error) {
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return cursor{}, fmt.Errorf("%w: %w", ErrCursor, err)
	}
	settled, err := timeOf(c.Settled)
	if err != nil || c.Read < c.Settled || c.Seen.Count < 0 || c.Seen.Count > maxSeen {
		return cursor{}, ErrCursor
	}
	if _, err := timeOf(c.Read); err != nil {
		return cursor{}, ErrCursor
	}
	if settled.After(now.Add(Overlap)) { // it would skip the changes until then
		return cursor{}, fmt.Errorf("%w: its time, %s, is in the future", ErrCursor, settled.Format(time.RFC3339))
	}
	if settled.Before(now.Add(-Life)) {
		return cursor{}, fmt.Errorf("%w: its time is %s", ErrExpired, settled.Format(time.RFC3339))
	}
	return c, nil
}

// maxSeen bounds what a forged cursor makes us read: more than is ever written
// within Overlap.
const maxSeen = 1_000_000

// layout is the form of the time at the beginning of a position: of one length,
// so that they sort by time.
const layout = "2006-01-02T15:04:05.000Z"

// position returns the first one of a moment.
func position(t time.Time) string { return t.UTC().Format(layout) }

func timeOf(position string) (time.Time, error) {
	return time.Parse(layout, position[:min(len(layout), len(position))])
}
