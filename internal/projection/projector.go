// Package projection keeps the blocks of the catalogue in line with the DID
// items. A block is derived data: it is computed from the items of its numbers,
// and can be rebuilt from them at any time. A search reads it in place of the
// items, so it may show a number a moment after it went; the number's own item
// decides who gets it.
package projection

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/sync/errgroup"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
)

// ErrBlockMoved means that a block was written by another projector since it
// was read.
var ErrBlockMoved = errors.New("projection: block was written meanwhile")

// Store stores blocks and reads DID items. All reads are consistent.
type Store interface {
	// Block returns the current block, with Ver 0 if it was never written.
	Block(ctx context.Context, carrier string, b e164.Block) (catalogue.Block, error)
	// Taken returns the given numbers that have a DID item.
	Taken(ctx context.Context, carrier string, numbers []e164.Number) ([]e164.Number, error)
	// TakenIn returns all numbers of the block that have a DID item.
	TakenIn(ctx context.Context, carrier string, b e164.Block) ([]e164.Number, error)
	// PutBlock writes a block if the stored one has the previous version.
	// Errors: ErrBlockMoved.
	PutBlock(ctx context.Context, b catalogue.Block) error
	// LogBlocks tells the caches of the catalogue that blocks of the carrier
	// changed.
	LogBlocks(ctx context.Context, carrier string, blocks []catalogue.Block, at time.Time) error
}

// Hint names a number with a changed DID item. It does not describe the change:
// the item is read again, so a hint may come twice, late, or out of order.
type Hint struct {
	Carrier string
	Number  e164.Number
}

func (h Hint) block() catalogue.BlockRef {
	return catalogue.BlockRef{Carrier: h.Carrier, Block: h.Number.Block()}
}

// Projector keeps blocks in line with the DID items. It is their only writer.
type Projector struct {
	store Store
	now   func() time.Time
}

// New returns the projector of the blocks in a store.
func New(store Store, now func() time.Time) *Projector {
	return &Projector{store: store, now: now}
}

const (
	// projectedAtOnce is the number of blocks that are projected in parallel.
	projectedAtOnce = 8
	// casAttempts is the most reads of a block that another projector keeps
	// writing.
	casAttempts = 8
)

// Follow updates the blocks of the hints, with one write each. It reads only
// the hinted numbers: a fully sold block costs no more than another. A failing
// block does not affect the others; the returned errors are at the places of
// the hints that have to come again.
func (p *Projector) Follow(ctx context.Context, hints []Hint) []error {
	hinted := map[catalogue.BlockRef][]e164.Number{}
	for _, h := range hints {
		ref := h.block()
		hinted[ref] = append(hinted[ref], h.Number)
	}
	refs := make([]catalogue.BlockRef, 0, len(hinted))
	for ref := range hinted {
		refs = append(refs, ref)
	}
	_, failed := p.projectAll(ctx, refs, func(ctx context.Context, stored catalogue.Block) (catalogue.Block, bool, error) {
		seen := hinted[stored.Ref()]
		taken, err := p.store.Taken(ctx, stored.Carrier, seen)
		if err != nil {
			return catalogue.Block{}, false, err
		}
		return Amend(stored, seen, taken)
	})
	errs := make([]error, len(hints))
	for i, h := range hints {
		errs[i] = failed[h.block()]
	}
	return errs
}

// Rebuild computes blocks again from all their DID items, and returns the
// number of corrected blocks. A block may be listed only once.
func (p *Projector) Rebuild(ctx context.Context, refs []catalogue.BlockRef) (corrected int, err error) {
	corrected, failed := p.projectAll(ctx, refs,
		func(ctx context.Context, stored catalogue.Block) (catalogue.Block, bool, error) {
			touched, err := p.store.TakenIn(ctx, stored.Carrier, stored.Block)
			if err != nil {
				return catalogue.Block{}, false, err
			}
			return Project(stored, touched)
		})
	for _, ref := range refs {
		err = errors.Join(err, failed[ref])
	}
	return corrected, err
}

// derive computes a block from the stored one, which was read before the DID
// items, and reports whether they differ.
type derive func(ctx context.Context, stored catalogue.Block) (b catalogue.Block, changed bool, err error)

// projectAll projects the blocks in parallel and logs the correct ones. It
// counts the written ones.
func (p *Projector) projectAll(ctx context.Context, refs []catalogue.BlockRef,
	from derive) (written int, failed map[catalogue.BlockRef]error) {
	blocks, wrote, errs := make([]catalogue.Block, len(refs)), make([]bool, len(refs)), make([]error, len(refs))
	var g errgroup.Group
	g.SetLimit(projectedAtOnce)
	for i, ref := range refs {
		g.Go(func() error {
			blocks[i], wrote[i], errs[i] = p.project(ctx, ref, from)
			return nil
		})
	}
	_ = g.Wait() // each block has its own error
	current := map[string][]catalogue.Block{}
	failed = map[catalogue.BlockRef]error{}
	for i, ref := range refs {
		switch {
		case errs[i] != nil:
			failed[ref] = fmt.Errorf("projection: project block %s of %s: %w", ref.Block.Digits(), ref.Carrier, errs[i])
		case blocks[i].Ver > 0:
			current[ref.Carrier] = append(current[ref.Carrier], blocks[i])
		}
		if wrote[i] {
			written++
		}
	}
	p.log(ctx, current, failed)
	return written, failed
}

// log tells the caches of changed blocks, after their writes. Blocks that
// were correct already are logged again: an earlier writer may have died before
// logging them.
func (p *Projector) log(ctx context.Context, current map[string][]catalogue.Block,
	failed map[catalogue.BlockRef]error) {
	for carrier, blocks := range current {
		err := p.store.LogBlocks(ctx, carrier, blocks, p.now())
		if err == nil {
			continue
		}
		for _, b := range blocks {
			failed[b.Ref()] = fmt.Errorf("projection: log block %s of %s: %w", b.Block.Digits(), carrier, err)
		}
	}
}

// project writes a block if it differs from its DID items. It repeats a write
// that another projector preceded, with growing pauses.
func (p *Projector) project(ctx context.Context, ref catalogue.BlockRef,
	from derive) (b catalogue.Block, wrote bool, err error) {
	pauses := backoff.NewExponentialBackOff()
	pauses.InitialInterval, pauses.MaxInterval = 10*time.Millisecond, 500*time.Millisecond
	b, err = backoff.Retry(ctx, func() (b catalogue.Block, err error) {
		b, wrote, err = p.projectOnce(ctx, ref, from)
		if err != nil && !errors.Is(err, ErrBlockMoved) {
			err = backoff.Permanent(err)
		}
		return b, err
	}, backoff.WithBackOff(pauses), backoff.WithMaxTries(casAttempts))
	return b, wrote, err
}

// projectOnce reads the block first and the DID items after it, and writes only
// over the version that it read: a projector with older items loses against one
// that wrote in the meantime. Errors: ErrBlockMoved.
func (p *Projector) projectOnce(ctx context.Context, ref catalogue.BlockRef,
	from derive) (b catalogue.Block, wrote bool, err error) {
	stored, err := p.store.Block(ctx, ref.Carrier, ref.Block)
	if err != nil {
		return catalogue.Block{}, false, err
	}
	b, changed, err := from(ctx, stored)
	if err != nil || !changed {
		return stored, false, err
	}
	err = p.store.PutBlock(ctx, b)
	return b, err == nil, err
}
