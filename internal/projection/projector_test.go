package projection

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
	"didpurchase/internal/wanttest"
)

// memory is a store of one carrier. rivals are the writes of a block, by another
// projector, that still come between a read and the write after it.
type memory struct {
	blocks  map[e164.Block]catalogue.Block
	touched []e164.Number
	logged  []e164.Block
	rivals  int
	failing e164.Block // whose reads fail
}

var errRead = errors.New("read failed")

func newMemory(touched ...e164.Number) *memory {
	return &memory{blocks: map[e164.Block]catalogue.Block{}, touched: touched}
}

func (m *memory) Block(_ context.Context, carrier string, b e164.Block) (catalogue.Block, error) {
	if b == m.failing {
		return catalogue.Block{}, errRead
	}
	if stored, known := m.blocks[b]; known {
		return stored, nil
	}
	return catalogue.Block{Carrier: carrier, Block: b}, nil
}

func (m *memory) Taken(_ context.Context, _ string, numbers []e164.Number) (taken []e164.Number, err error) {
	for _, n := range m.touched {
		if slices.Contains(numbers, n) {
			taken = append(taken, n)
		}
	}
	return taken, nil
}

func (m *memory) TakenIn(_ context.Context, _ string, b e164.Block) (taken []e164.Number, err error) {
	for _, n := range m.touched {
		if n.Block() == b {
			taken = append(taken, n)
		}
	}
	return taken, nil
}

func (m *memory) PutBlock(_ context.Context, b catalogue.Block) error {
	stored := m.blocks[b.Block]
	if m.rivals > 0 {
		m.rivals--
		m.blocks[b.Block] = catalogue.Block{Carrier: b.Carrier, Block: b.Block, Taken: stored.Taken, Ver: stored.Ver + 1}
		return ErrBlockMoved
	}
	if stored.Ver != b.Ver-1 {
		return ErrBlockMoved
	}
	m.blocks[b.Block] = b
	return nil
}

func (m *memory) LogBlocks(_ context.Context, _ string, blocks []catalogue.Block, _ time.Time) error {
	for _, b := range blocks {
		m.logged = append(m.logged, b.Block)
	}
	return nil
}

const sold = e164.Number(442071234567)

func follow(t *testing.T, m *memory, numbers ...e164.Number) []error {
	t.Helper()
	hints := make([]Hint, len(numbers))
	for i, n := range numbers {
		hints[i] = Hint{Carrier: "acme", Number: n}
	}
	return New(m, func() time.Time { return time.Time{} }).Follow(t.Context(), hints)
}

func TestFollowRepeatsAfterARival(t *testing.T) {
	t.Parallel()
	m := newMemory(sold)
	m.rivals = 2
	errs := follow(t, m, sold)
	wanttest.Equal(t, "the hint"+": error", errs[0], nil)
	block := m.blocks[sold.Block()]
	wanttest.Diff(t, "taken places", block.Taken.Places(), []uint16{sold.Suffix()})
	wanttest.Equal(t, "version, after two of the rival", block.Ver, 3)
}

// A writer may have died between its write and its entry in the log.
func TestFollowLogsACorrectBlockAgain(t *testing.T) {
	t.Parallel()
	m := newMemory(sold)
	for range 2 {
		wanttest.Equal(t, "error of the hint", follow(t, m, sold)[0], nil)
	}
	wanttest.Diff(t, "logged blocks", m.logged, []e164.Block{sold.Block(), sold.Block()})
	wanttest.Equal(t, "version", m.blocks[sold.Block()].Ver, 1)
}

func TestFollowReportsTheHintsOfAFailingBlock(t *testing.T) {
	t.Parallel()
	m := newMemory(sold, sold+e164.BlockSize)
	m.failing = sold.Block()
	errs := follow(t, m, sold, sold+e164.BlockSize, sold+1)
	wanttest.True(t, "a number of the failing block", errors.Is(errs[0], errRead))
	wanttest.Equal(t, "a number of another block"+": error", errs[1], nil)
	wanttest.True(t, "another number of the failing block", errors.Is(errs[2], errRead))
	wanttest.Diff(t, "logged blocks", m.logged, []e164.Block{sold.Block() + 1})
}

func TestRebuildCountsCorrectedBlocks(t *testing.T) {
	t.Parallel()
	m := newMemory(sold)
	refs := []catalogue.BlockRef{{Carrier: "acme", Block: sold.Block()}, {Carrier: "acme", Block: sold.Block() + 1}}
	corrected, err := New(m, func() time.Time { return time.Time{} }).Rebuild(t.Context(), refs)
	wanttest.Equal(t, "rebuild"+": error", err, nil)
	wanttest.Equal(t, "corrected blocks", corrected, 1)
}
