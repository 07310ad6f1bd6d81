package repricing

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"didpurchase/internal/auth"
	"didpurchase/internal/commit"
	"didpurchase/internal/ledger"
)

// The bounds of the work on one message, and of one step.
const (
	maxSteps = 150 // some 13,000 rentals, in about 15 seconds
	// maxPerStep is the most rentals and announcements of one transaction: DynamoDB
	// takes 100 actions.
	maxPerStep = 90
	// maxLines keeps a part of the report below 40 KB.
	maxLines = 300
	// maxLooks is the most customers that one step looks at.
	maxLooks = 200
)

// WorkOff works on a change until it has ended. Several workers may work on one
// change at once, and any may stop at any time: each step is one transaction that
// also writes the place of the next step, so no step is written twice.
func (s *Service) WorkOff(ctx context.Context, carrier, pkg, id string) error {
	ref := Ref{carrier, pkg, id}
	for i := range maxSteps {
		ended, err := commit.Insist(ctx, func() (bool, error) { return s.step(ctx, ref, i == maxSteps-1) })
		if err != nil || ended {
			return err
		}
	}
	return nil // the sweep goes on
}

// step makes the next step of a change, in the name of the person who asked for it.
// After the last step of a message the change is due at once.
func (s *Service) step(ctx context.Context, ref Ref, isLast bool) (ended bool, err error) {
	c, err := s.store.PriceChange(ctx, ref)
	if err != nil || c.ended() {
		return true, err
	}
	ctx = auth.ActingAs(ctx, c.By)
	w, err := s.walk(ctx, c)
	if err != nil {
		return false, err
	}
	b, err := w.gather(ctx)
	if err != nil {
		return false, err
	}
	changes := b.changes(w)
	update := b.after.update(w.now)
	if isLast && !b.after.ended() {
		update.To.NextAt = w.now
	}
	err = commit.Write(ctx, s.store, w.now, append(changes, update)...)
	var refused *commit.Refused
	if errors.As(err, &refused) {
		err = fmt.Errorf("%w: %v", commit.ErrMovedOn, err)
	}
	return b.after.ended(), err
}

// batch is what one step writes.
type batch struct {
	after     Change
	perStep   int
	lines     []Line
	moves     []commit.Change
	announced []commit.Change
}

// left returns how many more rentals fit into the step; one place is kept for the
// announcement to their customer.
func (b *batch) left() int {
	return min(b.perStep-len(b.moves)-len(b.announced)-1, maxLines-len(b.lines))
}

// gather collects the next step of the change: rentals of one customer or of
// several, and an announcement to each customer whose rentals are all agreed.
func (w *walk) gather(ctx context.Context) (*batch, error) {
	b := &batch{after: w.change, perStep: w.perStep}
	b.after.Counts, b.after.Telling = maps.Clone(w.change.Counts), slices.Clone(w.change.Telling)
	p := &b.after.Progress
	for looks := 0; looks < maxLooks && b.left() > 0; looks++ {
		if !p.Within {
			next, err := w.nextCustomers(ctx, p.Customer, 1)
			if err != nil {
				return nil, err
			}
			if len(next) == 0 {
				b.after.Status = map[Status]Status{Applying: Scheduled, Cancelling: Cancelled}[w.change.Status]
				return b, nil
			}
			p.Customer, p.After, p.Within = next[0], "", true
		}
		all, next, err := w.look(ctx, p.Customer, p.After, b.left())
		if err != nil {
			return nil, err
		}
		for _, f := range all {
			if err := b.add(f); err != nil {
				return nil, err
			}
		}
		p.After, p.Within = next, next != ""
		if !p.Within {
			b.announce(w)
		}
	}
	return b, nil
}

// add takes a rental into the step.
func (b *batch) add(f found) error {
	b.lines = append(b.lines, f.line)
	if f.move.Event != "" {
		b.moves = append(b.moves, f.move)
	}
	return b.after.add(f, b.after.To)
}

// announce adds the announcement to the customer whose rentals are all decided,
// unless none of them changes.
func (b *batch) announce(w *walk) {
	p := &b.after.Progress
	if len(p.Telling) == 0 {
		return
	}
	a := Announcement{
		Customer: ledger.Customer{Carrier: w.change.Carrier, ID: p.Customer}, Change: w.change.Ref, Ver: 1, At: w.now,
		Terms: w.change.To, Lines: p.Telling, By: w.change.By,
	}
	if w.change.Status == Cancelling {
		a.Ver, a.IsOff = 2, true
	} else {
		p.Reached++
	}
	b.announced, p.Telling = append(b.announced, a), nil
}

// changes returns the writes of the step, without the update of the change itself.
func (b *batch) changes(w *walk) []commit.Change {
	changes := slices.Concat(b.moves, b.announced)
	if len(b.lines) > 0 {
		changes = append(changes, Part{Ref: w.change.Ref, Index: b.after.Parts, Lines: b.lines})
		b.after.Parts++
	}
	return changes
}
