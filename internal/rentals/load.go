package rentals

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"didpurchase/internal/ledger"
)

// partsAtOnce is the number of parts of a customer's rows that are read in
// parallel.
const partsAtOnce = 8

// load reads all rows of a customer, and the last part of its log. The rows after
// the first answer are read in parallel, in parts of about the same span of
// numbers. Errors: *TooMany.
func (c *Cache) load(ctx context.Context, of ledger.Customer, now time.Time, r *Reader) ([]LogEntry, []Row, error) {
	var entries []LogEntry
	var rows []Row
	var next, last string
	g, groupCtx := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		entries, err = c.source.RentalChanges(groupCtx, of, now.Add(-rereadFor))
		return err
	})
	g.Go(func() (err error) {
		if rows, next, err = c.source.RowsBetween(groupCtx, of, "", "", r); err == nil && next != "" {
			last, err = c.source.LastRow(groupCtx, of)
		}
		return err
	})
	if err := g.Wait(); err != nil || next == "" {
		return entries, rows, err
	}
	rest, err := c.loadParts(ctx, of, append(split(next, last), ""), r)
	rows = slices.Concat(append([][]Row{rows}, rest...)...)
	if err == nil && len(rows) > c.most {
		err = &TooMany{of}
	}
	return entries, rows, err
}

// loadParts reads the rows between neighbouring borders.
func (c *Cache) loadParts(ctx context.Context, of ledger.Customer, borders []string, r *Reader) ([][]Row, error) {
	parts := make([][]Row, len(borders)-1)
	readers := make([]*Reader, len(parts))
	g, ctx := errgroup.WithContext(ctx)
	for i := range parts {
		readers[i] = NewReader()
		g.Go(func() error {
			for after := borders[i]; ; {
				rows, next, err := c.source.RowsBetween(ctx, of, after, borders[i+1], readers[i])
				if parts[i] = append(parts[i], rows...); err != nil || next == "" {
					return err
				}
				if after = next; len(parts[i]) > c.most {
					return &TooMany{of}
				}
			}
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	for i, part := range parts {
		r.merge(readers[i], part)
	}
	return parts, nil
}

// split returns the borders of parts from some digits to others, the first border
// included. Digits are compared from the left, so they are divided as fractions:
//
//	split("4420", "4480") = "4420", "442750000000000", "4435…", …
func split(from, to string) []string {
	const places = 15
	fraction := func(digits string) int64 {
		padded := (digits + strings.Repeat("0", places))[:places]
		n, _ := strconv.ParseInt(padded, 10, 64)
		return n
	}
	first := fraction(from)
	step := (fraction(to) - first) / partsAtOnce
	borders := []string{from}
	for i := int64(1); i < partsAtOnce && step > 0; i++ {
		borders = append(borders, strconv.FormatInt(first+i*step, 10))
	}
	return borders
}
