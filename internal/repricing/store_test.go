package repricing

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"didpurchase/internal/audit"
	"didpurchase/internal/carrier"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/pricing"
	"didpurchase/internal/rentals"
)

// memory is a store in memory, with the guards of the real one. interrupt, if it is
// set, decides before each commit: an error with written false refuses it, one with
// written true loses its answer.
type memory struct {
	carrier   carrier.Carrier
	versions  []pricing.Package
	dids      map[e164.Number]did.DID
	changes   map[Ref]Change
	parts     map[Ref][]Part
	told      []Announcement
	acts      []audit.Entry
	interrupt func() (err error, written bool)
}

func (m *memory) Carrier(context.Context, string) (carrier.Carrier, error) { return m.carrier, nil }

func (m *memory) PackageVersions(context.Context, string) ([]pricing.Package, error) {
	return m.versions, nil
}

func (m *memory) CustomersAfter(_ context.Context, _, after string, max int) ([]string, error) {
	ids := map[string]bool{"nobody": true}
	for _, d := range m.dids {
		ids[d.Customer] = true
	}
	all := slices.Sorted(maps.Keys(ids))
	first, found := slices.BinarySearch(all, after)
	if found {
		first++
	}
	return all[first:min(len(all), first+max)], nil
}

func (m *memory) RowsAfter(_ context.Context, c ledger.Customer, after string, limit int,
	_ *rentals.Reader) (rows []rentals.Row, next string, err error) {
	for _, n := range slices.Sorted(maps.Keys(m.dids)) {
		d := m.dids[n]
		if d.Customer != c.ID || n.Digits() <= after {
			continue
		}
		if len(rows) == limit {
			return rows, rows[limit-1].Digits, nil
		}
		rows = append(rows, rentals.RowOf(d))
	}
	return rows, "", nil
}

func (m *memory) DIDs(_ context.Context, _ string, numbers []e164.Number) (map[e164.Number]did.DID, error) {
	found := map[e164.Number]did.DID{}
	for _, n := range numbers {
		if d, exists := m.dids[n]; exists {
			found[n] = d
		}
	}
	return found, nil
}

func (m *memory) PriceChange(_ context.Context, ref Ref) (Change, error) {
	c, exists := m.changes[ref]
	if !exists {
		return c, commit.ErrNotFound
	}
	return c, nil
}

func (m *memory) PriceChanges(context.Context, string, string, string, int) ([]Change, string, error) {
	return slices.Collect(maps.Values(m.changes)), "", nil
}

func (m *memory) PriceParts(_ context.Context, ref Ref, from, max int) ([]Part, error) {
	parts := m.parts[ref]
	return parts[min(from, len(parts)):min(len(parts), from+max)], nil
}

// Commit writes all of a batch or nothing.
func (m *memory) Commit(_ context.Context, b commit.Batch) error {
	var failed error
	if m.interrupt != nil {
		var written bool
		if failed, written = m.interrupt(); failed != nil && !written {
			return failed
		}
	}
	targets := map[string]bool{}
	for _, c := range b.Changes {
		if targets[c.Target()] || len(b.Changes) > commit.Limit {
			return fmt.Errorf("the batch writes %s twice, or is too large", c.Target())
		}
		targets[c.Target()] = true
		if !m.allows(c) {
			return &commit.Refused{Refusals: []commit.Refusal{{Change: c}}}
		}
	}
	for _, c := range b.Changes {
		m.write(c)
	}
	return failed
}

func (m *memory) allows(c commit.Change) bool {
	switch c := c.(type) {
	case did.Move:
		return c.Allows(m.dids[c.To.Number])
	case Update:
		return m.changes[c.To.Ref].Ver == c.SeenVer
	case Part:
		return c.Index == len(m.parts[c.Ref])
	case Announcement:
		return !slices.ContainsFunc(m.told, func(t Announcement) bool { return t.Target() == c.Target() && t.Ver >= c.Ver })
	default:
		return true
	}
}

func (m *memory) write(c commit.Change) {
	switch c := c.(type) {
	case did.Move:
		c.To.Ver = m.dids[c.To.Number].Ver + 1
		m.dids[c.To.Number] = c.To
	case Update:
		m.changes[c.To.Ref] = c.To
	case Part:
		m.parts[c.Ref] = append(m.parts[c.Ref], c)
	case Announcement:
		m.told = append(m.told, c)
	case audit.Entry:
		m.acts = append(m.acts, c)
	}
}

// insist repeats what an interruption stopped.
func insist(do func() error) error {
	for {
		err := do()
		if !errors.Is(err, commit.ErrUnknown) && !errors.Is(err, commit.ErrContended) {
			return err
		}
	}
}

// lines returns the report of a change, by number.
func (m *memory) lines(ref Ref) (lines []Line) {
	for _, p := range m.parts[ref] {
		lines = append(lines, p.Lines...)
	}
	slices.SortStableFunc(lines, func(a, b Line) int { return cmp.Compare(a.Number, b.Number) })
	return lines
}
