package system

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Clock knows how far the system's clock was ahead at any moment. While a move is
// running, one function may still have the time before it and another one the time
// after it, so the clock returns bounds.
type Clock struct {
	mu    sync.Mutex // guards moves
	moves []move
}

// move is a change of the clock's offset.
type move struct {
	began, ended  time.Time // ended is zero while it is running
	before, after time.Duration
	steps         []step // while it is running
}

// step is an offset that every function has if it was called after that moment.
type step struct {
	since  time.Time
	offset time.Duration
}

// Bounds returns the earliest and the latest time that a function may have had at
// the moment.
func (c *Clock) Bounds(at time.Time) (earliest, latest time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var low, high time.Duration
	for _, m := range c.moves {
		if at.Before(m.began) {
			break
		}
		high = m.after
		for _, s := range m.steps {
			if !at.Before(s.since) {
				low = s.offset
			}
		}
		if !m.ended.IsZero() && !at.Before(m.ended) {
			low = m.after
		}
	}
	return at.Add(low), at.Add(high)
}

// Offset returns how far the clock is ahead since the last move.
func (c *Clock) Offset() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.moves) == 0 {
		return 0
	}
	return c.moves[len(c.moves)-1].after
}

// MovedSince reports whether the clock was moved after the moment.
func (c *Clock) MovedSince(at time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.ContainsFunc(c.moves, func(m move) bool { return m.ended.IsZero() || m.ended.After(at) })
}

func (c *Clock) begin(most time.Duration) {
	before := c.Offset()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moves = append(c.moves, move{began: time.Now(), before: before, after: before + most})
}

// stepTime is the time for which a function may still be called with the earlier
// offset after the clock shows a new one.
const stepTime = 2 * time.Second

// passed records the offset that a running move has reached.
func (c *Clock) passed(offset time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m := &c.moves[len(c.moves)-1]; m.ended.IsZero() && (len(m.steps) == 0 || m.steps[len(m.steps)-1].offset < offset) {
		m.steps = append(m.steps, step{time.Now().Add(stepTime), offset})
	}
}

// endMoves ends the running moves with the current offset of the clock.
func (c *Clock) endMoves(offset time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.moves {
		if m := &c.moves[i]; m.ended.IsZero() {
			m.after, m.ended = offset, time.Now()
		}
	}
}

// moveTime is the longest time of a move; everything that falls due in it happens
// within that time.
const moveTime = 3 * time.Minute

// Advance moves the system's clock.
func (s *System) Advance(by time.Duration) error {
	s.Clock.begin(by + 2*time.Minute) // it stops at whole minutes
	body, err := json.Marshal(map[string]string{"advance": by.String()})
	if err != nil {
		return err
	}
	watched, stop := context.WithCancel(context.Background())
	defer stop()
	go s.watchClock(watched)
	client := &http.Client{Timeout: moveTime}
	res, err := client.Post(s.API+"/local/clock", "application/json", bytes.NewReader(body))
	if err == nil {
		defer res.Body.Close()
		if text, _ := io.ReadAll(res.Body); res.StatusCode != http.StatusOK {
			err = fmt.Errorf("the clock was not moved by %s: %s", by, text)
		}
	}
	if ended := s.EndClockMoves(); err == nil {
		err = ended
	}
	return err
}

// EndClockMoves asks the system for its time, so that the offset is certain after
// an interrupted move.
func (s *System) EndClockMoves() error {
	offset, err := s.readClock()
	if err != nil {
		return err
	}
	s.Clock.endMoves(offset)
	return nil
}

func (s *System) readClock() (time.Duration, error) {
	client := &http.Client{Timeout: 20 * time.Second}
	res, err := client.Get(s.API + "/local/clock")
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	var clock struct{ Offset string }
	if err := json.NewDecoder(res.Body).Decode(&clock); err != nil {
		return 0, fmt.Errorf("read the clock: %w", err)
	}
	offset, err := time.ParseDuration(clock.Offset)
	if err != nil {
		return 0, fmt.Errorf("read the clock: %w", err)
	}
	return offset, nil
}

// watchClock records how far a move has come, until the context ends. A move that
// waits for something may take a minute, in which functions can't have the old time
// any more.
func (s *System) watchClock(ctx context.Context) {
	for ctx.Err() == nil {
		if offset, err := s.readClock(); err == nil {
			s.Clock.passed(offset)
		}
		select {
		case <-ctx.Done():
		case <-time.After(200 * time.Millisecond):
		}
	}
}
