package plan

import (
	"cmp"
	"slices"

	"github.com/tidwall/btree"

	"didpurchase/internal/e164"
	"didpurchase/internal/intake/sheet"
)

// table has the rows of a file in little memory: a million take about 35 MB. Texts
// are stored once, and facts of a row only if they are needed.
type table struct {
	rows   chunked[row]
	facts  chunked[fact] // the first one is empty
	offers []wanted
	at     map[wanted]uint32
	// claims are the rows that have an effect so far, by number; they never
	// overlap.
	claims *btree.BTreeG[uint32]
}

// row is the stored part of one row of the file.
type row struct {
	span    e164.Span // zero if it can't be read
	wanted  uint32    // index in table.offers
	line    uint32
	fact    uint32 // index in table.facts; for overlapsRow and duplicates the earlier row
	verdict verdict
}

// wanted has the properties that rows ask for, without their numbers.
type wanted struct {
	pkg string
	words
}

// fact is the inventory that a row overlaps.
type fact struct {
	span        e164.Span // the first range or number that matters for the row
	pkg         string    // its package, or its holder
	was         string    // the earlier value of the row's change of the first range: "area London"
	same, other uint64    // counts of the row's numbers under its package, and under others
	stale       uint64    // the part of same with another area, type or features
}

// maxWanted bounds the distinct areas and prices of a file.
const maxWanted = 50_000

func newTable() *table {
	t := &table{at: map[wanted]uint32{}}
	t.facts.add(fact{})
	before := func(a, b uint32) bool { return t.rows.at(a).span.Start < t.rows.at(b).span.Start }
	t.claims = btree.NewBTreeGOptions(before, btree.Options{NoLocks: true})
	return t
}

// add appends the next row. Errors: *Unreadable for a file of too many texts.
func (t *table) add(r row, w wanted) error {
	at, known := t.at[w]
	if !known {
		if len(t.offers) == maxWanted {
			return sheet.Unreadablef("the rows up to line %d name more than %d different areas and prices", r.line, maxWanted)
		}
		w = wanted{pkg: string([]byte(w.pkg)),
			words: words{area: string([]byte(w.area)), kind: w.kind,
				features: w.features}} // the memory of a cell belongs to the csv reader
		at = uint32(len(t.offers))
		t.offers = append(t.offers, w)
		t.at[w] = at
	}
	r.wanted = at
	t.rows.add(r)
	return nil
}

func (t *table) wanted(r *row) wanted { return t.offers[r.wanted] }

// note stores a row's facts. Rows with equal facts share them.
func (t *table) note(r *row, f fact) {
	if last := uint32(t.facts.n - 1); *t.facts.at(last) == f {
		r.fact = last
		return
	}
	r.fact = uint32(t.facts.n)
	t.facts.add(f)
}

func (t *table) fact(r *row) fact { return *t.facts.at(r.fact) }

// claim reserves a row's numbers for it, or returns the row that has some of them.
func (t *table) claim(i uint32) (other uint32, overlaps bool) {
	span := t.rows.at(i).span
	var below uint32
	found := false
	// The tree searches for a row, so the row is put in, and taken out again.
	replaced, same := t.claims.Set(i)
	if same {
		t.claims.Set(replaced)
		return replaced, true
	}
	t.claims.Descend(i, func(at uint32) bool {
		if at == i {
			return true
		}
		below, found = at, true
		return false
	})
	if found && t.rows.at(below).span.End >= span.Start {
		t.claims.Delete(i)
		return below, true
	}
	var above uint32
	found = false
	t.claims.Ascend(i, func(at uint32) bool {
		if at == i {
			return true
		}
		above, found = at, true
		return false
	})
	if found && t.rows.at(above).span.Start <= span.End {
		t.claims.Delete(i)
		return above, true
	}
	return 0, false
}

// sorted returns the rows with readable numbers, by their numbers.
func (t *table) sorted(wanted func(*row) bool) []uint32 {
	var order []uint32
	for i := range uint32(t.rows.n) {
		if r := t.rows.at(i); r.span.Start > 0 && wanted(r) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b uint32) int {
		return cmp.Compare(t.rows.at(a).span.Start, t.rows.at(b).span.Start)
	})
	return order
}

// chunked is a list that grows without being copied.
type chunked[T any] struct {
	chunks [][]T
	n      int
}

const chunkBits = 12

func (c *chunked[T]) add(v T) {
	if c.n>>chunkBits == len(c.chunks) {
		c.chunks = append(c.chunks, make([]T, 0, 1<<chunkBits))
	}
	last := &c.chunks[len(c.chunks)-1]
	*last = append(*last, v)
	c.n++
}

func (c *chunked[T]) at(i uint32) *T { return &c.chunks[i>>chunkBits][i&(1<<chunkBits-1)] }
