package intake

import (
	"github.com/tidwall/btree"

	"didpurchase/internal/e164"
)

// taken holds the spans that rows of the file claimed so far, none of which
// overlap.
type taken struct{ tree *btree.BTreeG[claim] }

type claim struct {
	span e164.Span
	row  uint32
}

func newTaken() *taken {
	before := func(a, b claim) bool { return a.span.Start < b.span.Start }
	return &taken{btree.NewBTreeGOptions(before, btree.Options{NoLocks: true})}
}

// claim takes the span for a row, or gives the row that has some of it.
func (t *taken) claim(s e164.Span, row uint32) (other uint32, overlaps bool) {
	t.tree.Descend(claim{span: e164.Span{Start: s.End}}, func(c claim) bool {
		other, overlaps = c.row, c.span.End >= s.Start
		return false
	})
	if !overlaps {
		t.tree.Set(claim{span: s, row: row})
	}
	return other, overlaps
}
