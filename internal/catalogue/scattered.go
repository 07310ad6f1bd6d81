package catalogue

import (
	"cmp"
	"slices"

	"didpurchase/internal/e164"
)

// groupPlaces is the free places of a block that one group offers.
type groupPlaces struct {
	group int32
	free  bitset
	runs  blockRuns
}

// passScattered goes through a block with sets, in which numbers of several
// groups may alternate.
func (r *runSearch) passScattered(taken *blockEntry, mask *runMask, span, set int) {
	r.groups = r.groups[:0]
	r.eachPiece(taken.block, mask.bitset, span, set, r.unite)
	first, look := taken.block.First(), false
	for i := range r.groups {
		g := &r.groups[i]
		taken.removeFrom(&g.free)
		g.runs = mask.runsIn(&g.free, 0, e164.BlockSize-1, r.least)
		look = look || g.runs.between > 0 && r.listing(g.group, first+e164.BlockSize-1)
	}
	if look {
		r.feedScattered(taken, mask, span, set)
		return
	}
	// At most one group has the first number, and one the last.
	for i := range r.groups {
		g := &r.groups[i]
		r.feedUpTo(first, first+e164.Number(g.runs.leading), r.part.pieceOf(first))
		r.counts[g.group] += g.runs.between
	}
	for i := range r.groups {
		if g := &r.groups[i]; g.runs.trailing > 0 && g.runs.leading < e164.BlockSize {
			start := first + e164.BlockSize - e164.Number(g.runs.trailing)
			r.feed(start, first+e164.BlockSize-1, r.part.pieceOf(start))
		}
	}
}

// unite adds the places of a piece to its group's places.
func (r *runSearch) unite(p piece, places *bitset) {
	i := slices.IndexFunc(r.groups, func(g groupPlaces) bool { return g.group == p.group })
	if i < 0 {
		r.groups, i = append(r.groups, groupPlaces{group: p.group}), len(r.groups)
	}
	r.groups[i].free.union(places)
}

// feedScattered feeds the stretches of all pieces in their order.
func (r *runSearch) feedScattered(taken *blockEntry, mask *runMask, span, set int) {
	r.parts = r.parts[:0]
	first := taken.block.First()
	r.eachPiece(taken.block, mask.bitset, span, set, func(p piece, places *bitset) {
		taken.removeFrom(places)
		for from, to := range places.stretches(0, e164.BlockSize-1) {
			r.parts = append(r.parts, stretch{first + e164.Number(from), first + e164.Number(to), p})
		}
	})
	slices.SortFunc(r.parts, func(a, b stretch) int { return cmp.Compare(a.start, b.start) })
	for _, s := range r.parts {
		r.feed(s.start, s.end, s.piece)
	}
}
