package main

import (
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"
)

// clockFile stores the offset of the clock: the times in the state were written
// with that clock.
const clockFile = "clock"

// clock is the time that the system sees: the real time plus an offset.
type clock struct {
	real   func() time.Time
	file   string
	offset atomic.Int64 // a time.Duration
}

// openClock reads the clock of the last run.
func openClock(real func() time.Time, file string) (*clock, error) {
	c := &clock{real: real, file: file}
	text, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the clock: %w", err)
	}
	offset, err := time.ParseDuration(string(text))
	if err != nil {
		return nil, fmt.Errorf("the clock in %s: %w (delete it, or pass --reset)", file, err)
	}
	c.offset.Store(int64(offset))
	return c, nil
}

func (c *clock) now() time.Time { return c.real().Add(c.ahead()) }

func (c *clock) ahead() time.Duration { return time.Duration(c.offset.Load()) }

// moveTo moves the clock forward to at least that time, and keeps the offset.
func (c *clock) moveTo(at time.Time) error {
	offset := at.Sub(c.real())
	if offset <= c.ahead() {
		return nil
	}
	fresh := c.file + ".new"
	err := os.WriteFile(fresh, []byte(offset.String()), 0o644)
	if err == nil {
		err = os.Rename(fresh, c.file)
	}
	if err != nil {
		return fmt.Errorf("the clock: %w", err)
	}
	c.offset.Store(int64(offset))
	return nil
}
