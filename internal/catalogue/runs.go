package catalogue

import (
	"cmp"
	"slices"

	"didpurchase/internal/e164"
)

// runSearch finds runs: matches that follow one another and are offered alike,
// as many as there are, and at least so many as were asked for. It goes through
// the numbers once, ascending, in stretches: what is free for sale in one
// stretch is fed, and joins the run that ended just before it, whatever borders
// of ranges, blocks and partitions lie between.
//
// Where nothing is taken, cells of 10, 100, 1000 … numbers are passed over
// whole (runcell.go); only while rows are wanted does it look inside.
type runSearch struct {
	*search
	least  uint64
	cells  []runCell
	masked []blockRuns // by state after a block's digits
	open   openRun
	after  e164.Number
	rows   []Run
	most   int  // rows that are wanted: one more than the page, or none
	done   bool // all is counted: a full page ends the pass
	work   bitset
	parts  []stretch // of mixed
}

// openRun is the run that the numbers before ended with.
type openRun struct {
	stretch
	any bool
}

// stretch is consecutive free matches of a span or set.
type stretch struct {
	start, end e164.Number
	piece
}

func (s *search) searchRuns() Result {
	r := &runSearch{search: s, least: uint64(s.query.consecutive), cells: make([]runCell, len(s.walker.counts)), masked: make([]blockRuns, len(s.masks))}
	if s.order == nil {
		r.most, r.after = s.query.limit+1, s.query.after.Number
	}
	r.pass()
	result := s.counted()
	if s.order != nil && result.Total > 0 {
		r.listByPrice()
	}
	result.Runs = r.rows
	if len(r.rows) > s.query.limit {
		result.Runs = r.rows[:s.query.limit]
		last := result.Runs[s.query.limit-1]
		result.Next = s.cursorAt(last.End, last.Range)
	}
	return result
}

// listByPrice goes through the numbers again for each price on the page.
func (r *runSearch) listByPrice() {
	counts := slices.Clone(r.counts)
	r.most, r.done = r.query.limit+1, true
	r.inOrder(func(after e164.Number) (full bool) {
		r.after = after
		r.pass()
		copy(r.counts, counts)
		return len(r.rows) == r.most
	})
}

// pass goes through all numbers of wanted groups.
func (r *runSearch) pass() {
	length := 0
	for _, p := range r.catalogue.parts {
		if r.done && len(r.rows) == r.most {
			break
		}
		if !r.enter(p) {
			continue
		}
		if p.length != length { // 99999 and 100000 are not consecutive
			r.close()
			length = p.length
		}
		r.passPart()
	}
	r.close()
}

// passPart goes through a part: between the blocks that need a look, spans are
// free as they are.
func (r *runSearch) passPart() {
	p := r.part
	span, set, block := 0, 0, 0
	for pos := p.first; ; {
		look := noBlock
		if block < len(p.blocks) {
			look = p.blocks[block].block
		}
		if set < len(p.sets) {
			look = min(look, p.sets[set].block)
		}
		before := p.last
		if look != noBlock {
			before = look.First() - 1
		}
		span = r.feedSpans(span, pos, before)
		if look == noBlock {
			return
		}
		var taken *blockEntry
		if block < len(p.blocks) && p.blocks[block].block == look {
			taken = &p.blocks[block]
			block++
		}
		r.passBlock(look, taken, span, set)
		pos = look.Last() + 1
		span, set = p.atBlock(look+1, span, set)
	}
}

// feedSpans feeds what of the spans lies between two numbers, where nothing is
// taken, and gives the first span that goes on behind.
func (r *runSearch) feedSpans(span int, first, last e164.Number) int {
	spans := r.part.spans
	for ; span < len(spans) && spans[span].start <= last; span++ {
		e := &spans[span]
		if lo, hi := max(e.start, first), min(e.end, last); lo <= hi && r.wanted[e.group] {
			r.feedSpan(lo, hi, e.piece)
		}
		if e.end > last {
			break
		}
	}
	return span
}

// passBlock goes through a block of which numbers are taken, or offered as
// sets; span and set are the first ones that can lie in it.
func (r *runSearch) passBlock(b e164.Block, taken *blockEntry, span, set int) {
	state := r.blockState(digitsOf(uint64(b)))
	matching := r.walker.completions(state, 4)
	if matching == 0 || taken != nil && taken.isFull() {
		return
	}
	whole := r.part.wholeIn(b, span, set)
	switch {
	case whole == nil:
		r.passMixed(b, state, taken, span, set)
	case r.wanted[whole.group]:
		r.passWhole(b.First(), state, taken, whole.piece)
	}
}

// passWhole goes through a block that one range offers. It looks at single runs
// only where some of them may be rows of the page.
func (r *runSearch) passWhole(first e164.Number, state uint16, taken *blockEntry, p piece) {
	runs := r.runsWithout(state, taken)
	if runs.between == 0 || !r.listing(first+e164.BlockSize-1) {
		r.feedUpTo(first, first+e164.Number(runs.leading), p)
		r.counts[p.group] += runs.between
		if runs.leading < e164.BlockSize {
			r.feedUpTo(first+e164.BlockSize-e164.Number(runs.trailing), first+e164.BlockSize, p)
		}
		return
	}
	free := *r.mask(state)
	taken.removeFrom(&free)
	for from, to := range free.stretches() {
		r.feed(first+e164.Number(from), first+e164.Number(to), p)
	}
}

// feedUpTo feeds the stretch from start to before end, if there is one.
func (r *runSearch) feedUpTo(start, end e164.Number, p piece) {
	if start < end {
		r.feed(start, end-1, p)
	}
}

// passMixed goes through a block in which several ranges lie, or sets.
func (r *runSearch) passMixed(b e164.Block, state uint16, taken *blockEntry, span, set int) {
	r.parts = r.parts[:0]
	r.eachPiece(b, state, span, set, func(p piece, places *bitset) {
		if taken != nil {
			taken.removeFrom(places)
		}
		for from, to := range places.stretches() {
			r.parts = append(r.parts, stretch{b.First() + e164.Number(from), b.First() + e164.Number(to), p})
		}
	})
	slices.SortFunc(r.parts, func(a, b stretch) int { return cmp.Compare(a.start, b.start) })
	for _, s := range r.parts {
		r.feed(s.start, s.end, s.piece)
	}
}

// feed takes the next free matches.
func (r *runSearch) feed(start, end e164.Number, p piece) {
	if r.open.any && r.open.end+1 == start && r.open.group == p.group {
		r.open.end = end
		return
	}
	r.close()
	r.open = openRun{stretch{start, end, p}, true}
}

// close ends the open run: it counts, and goes on the page, if it is long
// enough. Of a run that lies around the cursor (something within was released
// since) the page has what is behind it.
func (r *runSearch) close() {
	run := r.open
	r.open.any = false
	if !run.any || uint64(run.end-run.start)+1 < r.least {
		return
	}
	r.counts[run.group]++
	if start := max(run.start, r.after+1); len(r.rows) < r.most && start <= run.end && uint64(run.end-start)+1 >= r.least {
		r.rows = append(r.rows, Run{Start: start, End: run.end, Range: run.rng})
	}
}

// listing says whether runs among numbers up to last may be rows of the page.
func (r *runSearch) listing(last e164.Number) bool { return len(r.rows) < r.most && last > r.after }
