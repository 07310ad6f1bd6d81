package search

import (
	"cmp"
	"slices"

	"didpurchase/internal/catalogue/bitset"
	"didpurchase/internal/e164"
)

// groupPlaces is the free places of a block that one group offers.
type groupPlaces struct {
	group int32
	free  bitset.Set
	runs  blockRuns
}

// passScattered goes through a block with sets, in which numbers of several
// groups may alternate.
func (r *runSearch) passScattered(taken *blockEntry, mask *runMask, span, set int) {
	r.groups = r.groups[:0]
	r.eachOffering(taken.block, mask.places, span, set, r.unite)
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
		r.feedUpTo(first, first+e164.Number(g.runs.leading), r.section.offeringOf(first))
		r.counts[r.offer(g.group)] += g.runs.between
	}
	for i := range r.groups {
		if g := &r.groups[i]; g.runs.trailing > 0 && g.runs.leading < e164.BlockSize {
			start := first + e164.BlockSize - e164.Number(g.runs.trailing)
			r.feed(start, first+e164.BlockSize-1, r.section.offeringOf(start))
		}
	}
}

// unite adds the places of an offering to its group's places.
func (r *runSearch) unite(p offering, places *bitset.Set) {
	i := slices.IndexFunc(r.groups, func(g groupPlaces) bool { return g.group == p.group })
	if i < 0 {
		r.groups, i = append(r.groups, groupPlaces{group: p.group}), len(r.groups)
	}
	r.groups[i].free.Union(places)
}

// feedScattered feeds the stretches of all offerings in their order.
func (r *runSearch) feedScattered(taken *blockEntry, mask *runMask, span, set int) {
	r.stretches = r.stretches[:0]
	first := taken.block.First()
	r.eachOffering(taken.block, mask.places, span, set, func(p offering, places *bitset.Set) {
		taken.removeFrom(places)
		for from, to := range places.Stretches(0, e164.BlockSize-1) {
			r.stretches = append(r.stretches, stretch{first + e164.Number(from), first + e164.Number(to), p})
		}
	})
	slices.SortFunc(r.stretches, func(a, b stretch) int { return cmp.Compare(a.start, b.start) })
	for _, s := range r.stretches {
		r.feed(s.start, s.end, s.offering)
	}
}
