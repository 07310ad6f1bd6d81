package catalogue

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/sync/errgroup"

	"didpurchase/internal/e164"
)

// ErrBlockMoved means that a block was written by another projector since it
// was read.
var ErrBlockMoved = errors.New("catalogue: block was written meanwhile")

// BlockStore stores blocks and reads DID items. All reads are consistent.
type BlockStore interface {
	// Block returns the current block, with Ver 0 if it was never written.
	Block(ctx context.Context, carrier string, b e164.Block) (Block, error)
	// Taken returns the given numbers that have a DID item.
	Taken(ctx context.Context, carrier string, numbers []e164.Number) ([]e164.Number, error)
	// TakenIn returns all numbers of the block that have a DID item.
	TakenIn(ctx context.Context, carrier string, b e164.Block) ([]e164.Number, error)
	// PutBlock writes a block if the stored one has the previous version.
	// Errors: ErrBlockMoved.
	PutBlock(ctx context.Context, b Block) error
	// LogBlocks notifies the copies of the catalogue that blocks of the carrier
	// changed.
	LogBlocks(ctx context.Context, carrier string, blocks []Block, at time.Time) error
}

// Hint names a number with a changed DID item. It does not describe the change:
// the item is read again, so a hint may come twice, late, or out of order.
type Hint struct {
	Carrier string
	Number  e164.Number
}

// Projector keeps blocks in line with the DID items. It is their only writer.
type Projector struct {
	store BlockStore
	now   func() time.Time
}

// NewProjector returns the projector of the blocks in a store.
func NewProjector(store BlockStore, now func() time.Time) *Projector {
	return &Projector{store: store, now: now}
}

const (
	// projectedAtOnce is the number of blocks that are projected in parallel.
	projectedAtOnce = 8
	// casAttempts is the most reads of a block that another projector keeps
	// writing.
	casAttempts = 8
)

// BlockRef names a block of a carrier.
type BlockRef struct {
	Carrier string
	Block   e164.Block
}

// Follow updates the blocks of the hints, with one write each. It reads only
// the hinted numbers: a fully sold block costs no more than another. A failing
// block does not affect the others; the returned errors are at the places of
// the hints that have to come again.
func (p *Projector) Follow(ctx context.Context, hints []Hint) []error {
	hinted := map[BlockRef][]e164.Number{}
	for _, h := range hints {
		ref := BlockRef{h.Carrier, h.Number.Block()}
		hinted[ref] = append(hinted[ref], h.Number)
	}
	refs := make([]BlockRef, 0, len(hinted))
	for ref := range hinted {
		refs = append(refs, ref)
	}
	_, failed := p.projectAll(ctx, refs, func(ctx context.Context, stored Block) (Block, bool, error) {
		seen := hinted[BlockRef{stored.Carrier, stored.Block}]
		taken, err := p.store.Taken(ctx, stored.Carrier, seen)
		if err != nil {
			return Block{}, false, err
		}
		return Amend(stored, seen, taken)
	})
	errs := make([]error, len(hints))
	for i, h := range hints {
		errs[i] = failed[BlockRef{h.Carrier, h.Number.Block()}]
	}
	return errs
}

// Rebuild computes blocks again from all their DID items, and returns the
// number of corrected blocks. A block may be listed only once.
func (p *Projector) Rebuild(ctx context.Context, refs []BlockRef) (corrected int, err error) {
	corrected, failed := p.projectAll(ctx, refs, func(ctx context.Context, stored Block) (Block, bool, error) {
		touched, err := p.store.TakenIn(ctx, stored.Carrier, stored.Block)
		if err != nil {
			return Block{}, false, err
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
type derive func(ctx context.Context, stored Block) (b Block, changed bool, err error)

// projectAll projects the blocks in parallel and logs the correct ones. It
// counts the written ones.
func (p *Projector) projectAll(ctx context.Context, refs []BlockRef, from derive) (written int, failed map[BlockRef]error) {
	blocks, wrote, errs := make([]Block, len(refs)), make([]bool, len(refs)), make([]error, len(refs))
	var g errgroup.Group
	g.SetLimit(projectedAtOnce)
	for i, ref := range refs {
		g.Go(func() error {
			blocks[i], wrote[i], errs[i] = p.project(ctx, ref, from)
			return nil
		})
	}
	_ = g.Wait() // each block has its own error
	standing := map[string][]Block{}
	failed = map[BlockRef]error{}
	for i, ref := range refs {
		switch {
		case errs[i] != nil:
			failed[ref] = fmt.Errorf("catalogue: project block %s of %s: %w", ref.Block.Digits(), ref.Carrier, errs[i])
		case blocks[i].Ver > 0:
			standing[ref.Carrier] = append(standing[ref.Carrier], blocks[i])
		}
		if wrote[i] {
			written++
		}
	}
	p.log(ctx, standing, failed)
	return written, failed
}

// log notifies the copies of changed blocks, after their writes. Blocks that
// were correct already are logged again: an earlier writer may have died before
// logging them.
func (p *Projector) log(ctx context.Context, standing map[string][]Block, failed map[BlockRef]error) {
	for carrier, blocks := range standing {
		err := p.store.LogBlocks(ctx, carrier, blocks, p.now())
		if err == nil {
			continue
		}
		for _, b := range blocks {
			failed[BlockRef{carrier, b.Block}] = fmt.Errorf("catalogue: log block %s of %s: %w", b.Block.Digits(), carrier, err)
		}
	}
}

// project reads the block first and the DID items after it, and writes only
// over the version that it read. A projector with older items loses against one
// that wrote in the meantime, and reads again.
func (p *Projector) project(ctx context.Context, ref BlockRef, from derive) (b Block, wrote bool, err error) {
	pauses := backoff.NewExponentialBackOff()
	pauses.InitialInterval, pauses.MaxInterval = 10*time.Millisecond, 500*time.Millisecond
	b, err = backoff.Retry(ctx, func() (Block, error) {
		stored, err := p.store.Block(ctx, ref.Carrier, ref.Block)
		if err != nil {
			return Block{}, backoff.Permanent(err)
		}
		b, changed, err := from(ctx, stored)
		if err != nil {
			return Block{}, backoff.Permanent(err)
		}
		if !changed {
			return stored, nil
		}
		err = p.store.PutBlock(ctx, b)
		if err != nil && !errors.Is(err, ErrBlockMoved) {
			return Block{}, backoff.Permanent(err)
		}
		wrote = err == nil
		return b, err
	}, backoff.WithBackOff(pauses), backoff.WithMaxTries(casAttempts))
	return b, wrote, err
}

// Amend returns the block after some of its numbers were read, after stored: of
// the seen numbers those with an item are taken; the others stay as stored.
func Amend(stored Block, seen, touched []e164.Number) (b Block, changed bool, err error) {
	looked, _, err := Project(Block{Block: stored.Block}, seen)
	if err != nil {
		return Block{}, false, err
	}
	found, _, err := Project(Block{Block: stored.Block}, touched)
	if err != nil {
		return Block{}, false, err
	}
	taken := stored.Taken.Without(looked.Taken).Union(found.Taken)
	if taken.Equal(stored.Taken) {
		return stored, false, nil
	}
	return Block{Carrier: stored.Carrier, Block: stored.Block, Taken: taken, Ver: stored.Ver + 1}, true, nil
}
