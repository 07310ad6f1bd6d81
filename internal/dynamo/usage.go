package dynamo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"didpurchase/internal/commit"
	"didpurchase/internal/e164"
	"didpurchase/internal/usage"
)

// usageItem is the usage of a number. Its names are short, because it has up to 40
// days for each source.
type usageItem struct {
	Ver      int                  `dynamodbav:"ver"`
	LastCall time.Time            `dynamodbav:"last,omitempty"`
	Days     map[string]countItem `dynamodbav:"days"`
}

type countItem struct {
	Calls    int64     `dynamodbav:"c,omitempty"`
	Minutes  int64     `dynamodbav:"m,omitempty"`
	LastCall time.Time `dynamodbav:"l,omitempty"`
}

// coverageItem has the days for which a carrier reported usage.
type coverageItem struct {
	Ver   int       `dynamodbav:"ver"`
	First time.Time `dynamodbav:"first"`
	Last  time.Time `dynamodbav:"last"`
}

const skCoverage = "COVERAGE"

// usageKey returns the key of a number's usage, in the same order as the numbers of
// its block.
func usageKey(carrier string, n e164.Number) key {
	return key{"USAGE#" + carrier + "#" + n.Block().Digits(), n.Digits()}
}

func coverageKey(carrier string) key { return key{"USAGE#" + carrier, skCoverage} }

// Usage returns the usage of numbers, by number; missing ones are omitted.
func (s *Store) Usage(ctx context.Context, carrier string, numbers []e164.Number) (map[e164.Number]usage.Record,
	error) {
	keys := make([]key, len(numbers))
	for i, n := range numbers {
		keys[i] = usageKey(carrier, n)
	}
	items, err := s.getAll(ctx, keys)
	if err != nil {
		return nil, err
	}
	records, err := readEach(items, readUsage)
	found := make(map[e164.Number]usage.Record, len(records))
	for _, r := range records {
		found[r.Number] = r
	}
	return found, err
}

// PutUsage replaces a number's usage that still has the version. Errors:
// commit.ErrMovedOn.
func (s *Store) PutUsage(ctx context.Context, carrier string, to usage.Record) error {
	i := usageItem{to.Ver + 1, to.LastCall, make(map[string]countItem, len(to.Days))}
	for slot, count := range to.Days {
		i.Days[slot] = countItem(count)
	}
	return s.replace(ctx, usageKey(carrier, to.Number), i, to.Ver)
}

// Coverage returns the days for which the carrier reported usage.
func (s *Store) Coverage(ctx context.Context, carrier string) (usage.Coverage, error) {
	i, err := s.get(ctx, coverageKey(carrier))
	if err != nil || i == nil {
		return usage.Coverage{}, err
	}
	var c coverageItem
	err = decode(i, &c)
	return usage.Coverage(c), err
}

// PutCoverage replaces these days. Errors: commit.ErrMovedOn.
func (s *Store) PutCoverage(ctx context.Context, carrier string, to usage.Coverage) error {
	return s.replace(ctx, coverageKey(carrier), coverageItem{to.Ver + 1, to.First, to.Last}, to.Ver)
}

// replace writes an item over the version that was read. Errors: commit.ErrMovedOn.
func (s *Store) replace(ctx context.Context, at key, v any, seenVer int) error {
	action, err := s.put(at, v, unmoved(seenVer))
	if err != nil {
		return err
	}
	none := func(item) (any, error) { return nil, nil }
	err = carryOut(ctx, s.alone(action), []write{{action: action, current: none}}, false)
	var refused *commit.Refused
	if errors.As(err, &refused) {
		return fmt.Errorf("%w: %s %s at version %d", commit.ErrMovedOn, at.pk, at.sk, seenVer)
	}
	return err
}

func readUsage(i item) (usage.Record, error) {
	var u usageItem
	if err := decode(i, &u); err != nil {
		return usage.Record{}, err
	}
	n, err := e164.Parse(text(i, "sk"))
	r := usage.Record{Number: n, Ver: u.Ver, LastCall: u.LastCall, Days: make(map[string]usage.Count, len(u.Days))}
	for slot, count := range u.Days {
		r.Days[slot] = usage.Count(count)
	}
	return r, err
}
