package routing

import (
	"context"
	"time"
)

// The feed's times.
const (
	Life    = 7 * 24 * time.Hour // of an entry, and of a cursor
	Overlap = time.Minute        // the longest time between an entry's position and its landing
)

// MaxEntries is the approximate number of entries in one answer.
const MaxEntries = 1000

// maxHours bounds the partitions that one reading looks into; a follower that
// was away for longer continues with the next request.
const maxHours = 24

// Placed is an entry at its position in the feed.
type Placed struct {
	Entry
	Position string // sorts; begins with the time of its write; entries that were written together share it
}

// Source has a carrier's feed by hours.
type Source interface {
	// FeedOf returns the entries of the hour that begins at the given moment, after
	// a position, in order: at most max, and those that share the last one's position.
	FeedOf(ctx context.Context, carrier string, hour time.Time, after string, max int) ([]Placed, error)
}

// Feed reads the feeds of carriers.
type Feed struct {
	Source Source
	Now    func() time.Time
}

// Changes are entries of the feed, oldest first.
type Changes struct {
	Entries []Entry
	Next    string    // the cursor to go on from
	Until   time.Time // all entries that were written before it were returned
	More    bool      // there is more to read at once
}

// Read returns the entries that landed in the feed since the cursor. It may return
// an entry twice, but misses none. Errors: ErrCursor, ErrExpired.
func (f Feed) Read(ctx context.Context, carrier, after string) (Changes, error) {
	now := f.Now()
	c, err := parseCursor(after, now)
	if err != nil {
		return Changes{}, err
	}
	found, reached, err := f.since(ctx, carrier, c.Settled, c.Seen.Count+MaxEntries, now)
	if err != nil {
		return Changes{}, err
	}
	fresh := found
	if seen, rest := split(found, c.Read); digestOf(seen) == c.Seen {
		fresh = rest
	}
	next := cursor{Settled: c.Settled, Read: reached}
	if settled := position(now.Add(-Overlap)); next.Settled < settled {
		next.Settled = min(settled, reached)
	}
	_, window := split(found, next.Settled)
	next.Seen = digestOf(window)
	changes := Changes{Next: next.String(), More: reached < position(now)}
	for _, p := range fresh {
		changes.Entries = append(changes.Entries, p.Entry)
	}
	changes.Until, err = timeOf(reached)
	return changes, err
}

// since reads the entries after a position, at most max, and returns the position
// up to which these are all entries that landed.
func (f Feed) since(ctx context.Context, carrier, after string, max int, now time.Time) (found []Placed, reached string,
	err error) {
	begin, err := timeOf(after)
	if err != nil {
		return nil, "", err
	}
	hour := begin.Truncate(time.Hour)
	// Clocks differ, so entries may be of the future.
	for last, n := now.Add(Overlap), 0; !hour.After(last); hour, n = hour.Add(time.Hour), n+1 {
		if n == maxHours {
			return found, greatest(found, position(hour)), nil
		}
		entries, err := f.Source.FeedOf(ctx, carrier, hour, after, max-len(found))
		if err != nil {
			return nil, "", err
		}
		if found = append(found, entries...); len(found) >= max {
			return found, found[len(found)-1].Position, nil
		}
	}
	return found, greatest(found, position(now)), nil
}

// greatest returns the last entry's position or another one, whichever is greater.
func greatest(found []Placed, at string) string {
	if len(found) == 0 {
		return at
	}
	return max(at, found[len(found)-1].Position)
}

// split parts entries into those up to a position and those after it.
func split(entries []Placed, at string) (upTo, after []Placed) {
	for i, p := range entries {
		if p.Position > at {
			return entries[:i], entries[i:]
		}
	}
	return entries, nil
}

// digestOf adds each position once: it may have several entries.
func digestOf(entries []Placed) (d digest) {
	d.Count = len(entries)
	for i, p := range entries {
		if i == 0 || p.Position != entries[i-1].Position {
			d.add(p.Position)
		}
	}
	return d
}
