package rentals

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/pricing"
	"didpurchase/internal/wanttest"
)

var alice = ledger.Customer{Carrier: "acme", ID: "alice"}

// memory is a source. Its index has the state of the last call of index, so it is
// late like the table's.
type memory struct {
	items  map[e164.Number]did.DID
	listed []Row
	log    map[time.Time]LogEntry
	bought []e164.Number // newest order first, one number each

	mu    sync.Mutex // guards the fields below: parts are read in parallel
	pages int        // answers of the index
	read  int        // items that were read
}

// perPage is the number of rows in an answer of the memory's index.
const perPage = 400

func (m *memory) index() {
	m.listed = nil
	for _, d := range m.items {
		row := RowOf(d)
		row.Ver = 0
		m.listed = append(m.listed, row)
	}
	slices.SortFunc(m.listed, func(a, b Row) int {
		if a.Digits < b.Digits {
			return -1
		}
		return 1
	})
}

func (m *memory) RowsBetween(_ context.Context, _ ledger.Customer, after, upTo string, reader *Reader) (rows []Row,
	next string, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.pages++
	for _, r := range m.listed {
		if r.Digits <= after || upTo != "" && r.Digits > upTo {
			continue
		}
		if len(rows) == perPage {
			return rows, rows[perPage-1].Digits, nil
		}
		reader.Share(&r)
		rows = append(rows, r)
	}
	return rows, "", nil
}

func (m *memory) LastRow(context.Context, ledger.Customer) (string, error) {
	return m.listed[len(m.listed)-1].Digits, nil
}

func (m *memory) RentalChanges(_ context.Context, _ ledger.Customer, since time.Time) (entries []LogEntry, err error) {
	for at, e := range m.log {
		if !at.Before(since) {
			entries = append(entries, e)
		}
	}
	return entries, nil
}

func (m *memory) OrderedLast(_ context.Context, _ ledger.Customer, orders int) ([]e164.Number, error) {
	return m.bought[:orders], nil
}

func (m *memory) DIDs(_ context.Context, _ string, numbers []e164.Number) (map[e164.Number]did.DID, error) {
	m.read += len(numbers)
	found := map[e164.Number]did.DID{}
	for _, n := range numbers {
		if d, ok := m.items[n]; ok {
			found[n] = d
		}
	}
	return found, nil
}

// many is a customer with many rentals, and their cache.
type many struct {
	*testing.T
	memory
	cache  *Cache
	now    time.Time
	orders int
}

const first e164.Number = 442079460000

func newMany(t *testing.T, size int) *many {
	m := &many{T: t, now: noon, memory: memory{items: map[e164.Number]did.DID{}, log: map[time.Time]LogEntry{}}}
	m.cache = NewCache(&m.memory, func() time.Time { return m.now })
	for i := range size {
		m.rent(first + e164.Number(i*7))
	}
	m.index()
	return m
}

func (m *many) rent(n e164.Number) {
	d := did.DID{Carrier: "acme", Number: n, State: did.Assigned, Ver: 1, RentalID: "r", Customer: "alice",
		Offer: did.Offer{Country: "GB", Terms: pricing.Terms{Package: "standard",
			Interval: pricing.Interval{Unit: pricing.Month, Count: 1}}}}
	d.AssignedAt, d.Anchor = noon, noon
	m.items[n] = d
}

// label edits a rental, and logs the edit unless the writer dies before that.
func (m *many) label(n e164.Number, label string, logged bool) {
	d := m.items[n]
	d.Label, d.Ver = label, d.Ver+1
	m.items[n] = d
	if logged {
		m.write(Change{n.Digits(), d.Ver})
	}
}

func (m *many) write(c Change) {
	at := m.now.Add(time.Duration(len(m.log)))
	m.log[at] = LogEntry{ID: fmt.Sprint(at.UnixNano()), Changes: []Change{c}}
}

func (m *many) labelled(label string) uint64 {
	m.Helper()
	q, err := Parse(Filters{Q: label})
	wanttest.Equal(m, "error", err, nil)
	return m.find(q).Total
}

func (m *many) find(q Query) Counts {
	m.Helper()
	m.pages, m.read = 0, 0
	rows, err := m.cache.Rows(m.Context(), alice, m.orders)
	wanttest.Equal(m, "error", err, nil)
	return Find(rows, q, Page{Limit: 10}, Clock{m.now, time.UTC}).Counts
}

// TestACopyFollowsItsLog: the next read after an edit has it. It costs one item and
// no answer of the index, although the index is late.
func TestACopyFollowsItsLog(t *testing.T) {
	t.Parallel()
	m := newMany(t, 5_000)
	wanttest.Equal(t, "rentals", m.find(Query{}).Total, uint64(5_000))
	wanttest.True(t, "cold: all answers of the index", m.pages >= 5_000/perPage)
	m.label(first+7, "mine", true)
	wanttest.Equal(t, "edited", m.labelled("mine"), uint64(1))
	wanttest.Equal(t, "answers of the index", m.pages, 0)
	wanttest.Equal(t, "items", m.read, 1)
	m.now = m.now.Add(2 * time.Second)
	wanttest.Equal(t, "edited, later", m.labelled("mine"), uint64(1))
	wanttest.Equal(t, "items that were known", m.read, 0)
	m.write(Change{(first + 7).Digits(), m.items[first+7].Ver}) // the stream reports it again
	wanttest.Equal(t, "edited, reported twice", m.labelled("mine"), uint64(1))
	wanttest.Equal(t, "items of a known version", m.read, 0)
}

// TestAnEndedRentalIsReadOnce: the entry of a deletion has no version that the rows
// could be compared with, so the copy remembers that it has followed the entry.
func TestAnEndedRentalIsReadOnce(t *testing.T) {
	t.Parallel()
	m := newMany(t, 1_200)
	m.find(Query{})
	delete(m.items, first)
	m.write(Change{Digits: first.Digits()})
	wanttest.Equal(t, "rentals", m.find(Query{}).Total, uint64(1_199))
	wanttest.Equal(t, "items", m.read, 1)
	m.now = m.now.Add(2 * time.Second)
	wanttest.Equal(t, "rentals, later", m.find(Query{}).Total, uint64(1_199))
	wanttest.Equal(t, "items of a known entry", m.read, 0)
}

// TestAColdCopyCorrectsTheIndex: a copy that was loaded from an index without an
// edit of the last seconds has the edit.
func TestAColdCopyCorrectsTheIndex(t *testing.T) {
	t.Parallel()
	m := newMany(t, 50)
	m.label(first+7, "mine", true)
	m.now = m.now.Add(rereadFor - time.Second)
	wanttest.Equal(t, "edited", m.labelled("mine"), uint64(1))
	wanttest.Equal(t, "rentals", m.find(Query{}).Total, uint64(50))
	wanttest.Equal(t, "answers of the index for few rentals", m.pages, 1)
}

func TestACopyHasWhatWasBoughtAndWhatEnded(t *testing.T) {
	t.Parallel()
	m := newMany(t, 1_200)
	m.orders = 4
	m.find(Query{})
	m.rent(first + 1)
	m.rent(442079999999)
	m.bought, m.orders = []e164.Number{442079999999, first + 1}, 6
	wanttest.Equal(t, "after two orders", m.find(Query{}).Total, uint64(1_202))
	wanttest.Equal(t, "answers of the index", m.pages, 0)
	delete(m.items, first)
	m.write(Change{Digits: first.Digits()})
	gone := m.items[first+7]
	gone.Customer = "bob"
	m.items[first+7] = gone
	m.write(Change{(first + 7).Digits(), 9})
	wanttest.Equal(t, "after one ended and one went to another", m.find(Query{}).Total, uint64(1_200))
}

func TestCopiesAreDroppedAndReadAgain(t *testing.T) {
	t.Parallel()
	m := newMany(t, 1_200)
	m.find(Query{})
	m.find(Query{})
	wanttest.Equal(t, "answers of the index, warm", m.pages, 0)
	m.now = m.now.Add(idleAfter)
	m.find(Query{})
	wanttest.True(t, "answers of the index, idle for a minute", m.pages > 0)
	m.label(first, "unlogged", false)
	m.index()
	for range reloadAfter / (30 * time.Second) {
		wanttest.Equal(t, "an edit without an entry", m.labelled("unlogged"), uint64(0))
		m.now = m.now.Add(30 * time.Second)
	}
	wanttest.Equal(t, "after ten minutes", m.labelled("unlogged"), uint64(1))
}

// TestMemoryIsBounded: the least recently used copy is dropped first.
func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	c := NewCache(nil, func() time.Time { return noon })
	for i := range 4 {
		k := &copied{used: noon.Add(time.Duration(i) * time.Second)}
		c.keep(ledger.Customer{ID: fmt.Sprint(i)}, k, maxKept/3, true)
	}
	wanttest.Equal(t, "kept", len(c.kept), 3)
	wanttest.True(t, "the oldest went", c.kept[ledger.Customer{ID: "0"}] == nil)
	c.keep(ledger.Customer{ID: "3"}, &copied{}, 0, false)
	wanttest.Equal(t, "a copy that failed is not kept", len(c.kept), 2)
}

func TestTooManyIsRefused(t *testing.T) {
	t.Parallel()
	m := newMany(t, 2*perPage)
	m.cache.most = 2*perPage - 1
	_, err := m.cache.Rows(t.Context(), alice, 0)
	var refused *TooMany
	wanttest.True(t, "refused", errors.As(err, &refused))
}
