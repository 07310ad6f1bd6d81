package searchcache

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/pricing"
	"didpurchase/internal/wanttest"
)

// memory is a source of one carrier. Its reads that may be late return the field
// late, if it is set.
type memory struct {
	stored catalogue.Partition
	late   *catalogue.Partition
	log    []LogEntry
	rules  catalogue.PriceRules

	mu    sync.Mutex // guards calls: lists are read in parallel
	calls []string
}

func (m *memory) called(name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls = append(m.calls, name)
}

func (m *memory) Partitions(context.Context, string) ([]e164.Partition, error) {
	m.called("partitions")
	return []e164.Partition{m.stored.Partition}, nil
}

func (m *memory) Partition(_ context.Context, _ string, _ e164.Partition, consistent bool,
	_ func(float64) error) (catalogue.Partition, error) {
	if consistent {
		m.called("partition, consistently")
		return m.stored, nil
	}
	m.called("partition")
	if m.late != nil {
		return *m.late, nil
	}
	return m.stored, nil
}

func (m *memory) Slice(_ context.Context, _ string, _ e164.Partition, prefix string) (catalogue.Partition, error) {
	m.called("slice " + prefix)
	return m.stored, nil
}

func (m *memory) Blocks(_ context.Context, _ string, blocks []e164.Block) (found []catalogue.Block, err error) {
	m.called("blocks")
	for _, b := range m.stored.Blocks {
		if b.Block == blocks[0] {
			found = append(found, b)
		}
	}
	return found, nil
}

func (m *memory) PriceList(context.Context, string) (search.PriceList, error) {
	return search.PriceList{Versions: []pricing.Package{prices["standard"], prices["gold"]}, Rules: m.rules}, nil
}

func (m *memory) LatePriceList(ctx context.Context, carrier string) (search.PriceList, error) {
	return m.PriceList(ctx, carrier)
}

func (m *memory) Changes(_ context.Context, _ string, since time.Time) (entries []LogEntry, err error) {
	m.called("changes")
	for _, e := range m.log {
		if !e.At.Before(since) {
			entries = append(entries, e)
		}
	}
	return entries, nil
}

func (m *memory) AccountCurrency(context.Context, ledger.Customer) (string, error) {
	m.called("currency")
	return "USD", nil
}

// take returns the calls since the last one, joined by "; ".
func (m *memory) take() string {
	calls := strings.Join(m.calls, "; ")
	m.calls = nil
	return calls
}

// shop is a cache over a memory, and their clock.
type shop struct {
	*testing.T
	memory
	cache *Cache
	now   time.Time
}

func newShop(t *testing.T) *shop {
	s := &shop{T: t, memory: memory{stored: partitionOf(4420, 100)}, now: noon}
	s.cache = New(&s.memory, 1<<30, func() time.Time { return s.now })
	return s
}

func (s *shop) total() uint64 {
	s.Helper()
	found, prices, err := s.cache.For(s.Context(), "acme", everything)
	if err != nil {
		s.Fatal(err)
	}
	return found.Search(everything, prices).Total
}

// withdraw deletes the partition's range, and logs it.
func (s *shop) withdraw(id string) {
	ref := s.stored.Ranges[0].Ref()
	s.stored.Ranges = nil
	s.log = append(s.log, LogEntry{ID: id, At: s.now, Ranges: []RangeChange{{Range: ref}}})
}

func TestReadsWithinHalfASecondAreFree(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	wanttest.Equal(t, "numbers", s.total(), uint64(990_000))
	wanttest.Equal(t, "reads of a cold cache, without their order", len(s.calls), 3)
	s.take()
	s.now = s.now.Add(freshFor - 1)
	s.total()
	wanttest.Equal(t, "reads within half a second", s.take(), "")
	s.now = s.now.Add(1)
	s.total()
	wanttest.Equal(t, "reads after half a second", s.take(), "changes")
}

func TestChangedBlockIsReadAlone(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.total()
	taken, err := catalogue.NewSuffixes([]uint16{7})
	wanttest.Equal(t, "error", err, nil)
	s.stored.Blocks[0].Taken, s.stored.Blocks[0].Ver = taken, 2
	s.log = append(s.log, LogEntry{ID: "1", At: s.now, Blocks: []BlockChange{{Block: s.stored.Blocks[0].Block, Ver: 2}}})
	s.take()
	s.now = s.now.Add(freshFor)
	wanttest.Equal(t, "numbers", s.total(), uint64(990_000+99))
	wanttest.Equal(t, "reads", s.take(), "changes; blocks")
	s.now = s.now.Add(freshFor)
	s.total()
	wanttest.Equal(t, "reads once the block is known", s.take(), "changes")
}

// A read that may be late can return a range that was deleted before it. The
// entry in the log is then newer than the data, although it was there first.
func TestLateReadIsCorrected(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	before := s.stored
	s.late = &before
	s.withdraw("1")
	wanttest.Equal(t, "numbers", s.total(), uint64(0))
	wanttest.Contains(t, "reads", s.take(), "partition, consistently")
	s.now = s.now.Add(freshFor)
	s.total()
	wanttest.Equal(t, "reads after the consistent one", s.take(), "changes")
}

// A range that was deleted and offered again begins at version 1, below the
// version that an earlier entry names. It is read consistently once, not at each
// refresh.
func TestRangeThatCameAgainIsReadOnce(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	ref := s.stored.Ranges[0].Ref()
	s.log = append(s.log, LogEntry{ID: "1", At: s.now, Ranges: []RangeChange{{Range: ref, Ver: 5}}})
	wanttest.Equal(t, "numbers", s.total(), uint64(990_000))
	wanttest.Contains(t, "reads", s.take(), "partition, consistently")
	s.now = s.now.Add(freshFor)
	s.total()
	wanttest.Equal(t, "reads after the consistent one", s.take(), "changes")
}

func TestEverythingIsReadAgain(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.total()
	s.stored.Ranges = nil // not logged
	s.now = s.now.Add(reloadAfter - 1)
	wanttest.Equal(t, "numbers before ten minutes", s.total(), uint64(990_000))
	s.now = s.now.Add(1)
	wanttest.Equal(t, "numbers after ten minutes", s.total(), uint64(0))
}

func TestLongPrefixReadsSlicesFirst(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	query := parse(search.Filters{StartsWith: "442000"})
	for i := range maxSlices + 1 {
		if _, _, err := s.cache.For(t.Context(), "acme", query); err != nil {
			t.Fatal(err)
		}
		want := "slice 442000"
		if i == maxSlices {
			want = "partition"
		}
		wanttest.Contains(t, "reads", s.take(), want)
	}
}

func TestCurrencyIsReadOnce(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for range 2 {
		currency, err := s.cache.Currency(t.Context(), ledger.Customer{Carrier: "acme", ID: "alice"})
		wanttest.Equal(t, "error", err, nil)
		wanttest.Equal(t, "currency", currency, "USD")
	}
	wanttest.Equal(t, "reads", s.take(), "currency")
}
