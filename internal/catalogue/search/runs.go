package search

import (
	"didpurchase/internal/catalogue/bitset"
	"didpurchase/internal/e164"
)

// runSearch finds runs: the longest possible rows of consecutive matches with the
// same offer, of at least the requested length. It goes through the numbers once,
// ascending. It feeds each stretch of free matches, which extends the run that
// ended just before it, across borders of ranges, blocks and partitions.
//
// Without taken numbers, branches of 10, 100, 1000 … numbers are passed as a whole
// (branch.go); it looks inside only while rows are wanted.
type runSearch struct {
	*search
	least     uint64
	branches  []branchRuns
	masked    []runMask // by state after a block's digits
	open      openRun
	free      bitset.Set    // of a block
	groups    []groupPlaces // of passScattered
	stretches []stretch     // of feedScattered
}

// openRun is the run at the end of the numbers so far.
type openRun struct {
	stretch
	any bool
}

// stretch is a row of consecutive free matches of a span or set.
type stretch struct {
	start, end e164.Number
	offering
}

func (s *search) searchRuns() Result {
	s.eachLayer(func() {
		r := &runSearch{search: s, least: uint64(s.query.consecutive), branches: make([]branchRuns, len(s.walker.counts)),
			masked: make([]runMask, len(s.masks))}
		r.pass()
	})
	result := s.counted()
	rows, next := s.onPage()
	result.Next, result.Runs = next, make([]Run, len(rows))
	for i, row := range rows {
		result.Runs[i] = row.Run
	}
	return result
}

// pass goes through all numbers of wanted groups.
func (r *runSearch) pass() {
	length := 0
	for _, p := range r.catalogue.sections {
		if !r.enter(p) {
			continue
		}
		if p.length != length { // 99999 and 100000 are not consecutive
			r.close()
			length = p.length
		}
		r.passSection()
	}
	r.close()
}

// passSection goes through a section: between the blocks that need a look, spans are
// completely free.
func (r *runSearch) passSection() {
	p := r.section
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
		taken := (*blockEntry)(nil)
		if block < len(p.blocks) && p.blocks[block].block == look {
			taken = &p.blocks[block]
			block++
		}
		r.passBlock(look, taken, span, set)
		pos = look.Last() + 1
		span, set = p.atBlock(look+1, span, set)
	}
}

// feedSpans feeds the parts of the spans between two numbers without taken
// ones, and returns the index of the first span that continues after them.
func (r *runSearch) feedSpans(span int, first, last e164.Number) int {
	spans := r.section.spans
	for ; span < len(spans) && spans[span].start <= last; span++ {
		e := &spans[span]
		if lo, hi := max(e.start, first), min(e.end, last); lo <= hi && r.wanted[e.group] {
			r.feedSpan(lo, hi, e.offering)
		}
		if e.end > last {
			break
		}
	}
	return span
}

// passBlock goes through a block with taken numbers or sets; span and set are
// the first ones that can be in it.
func (r *runSearch) passBlock(b e164.Block, taken *blockEntry, span, set int) {
	if taken == nil {
		taken = &blockEntry{block: b, digits: digitsOf(uint64(b))}
	}
	state := r.blockState(taken.digits)
	matching := r.walker.completions(state, 4)
	if matching == 0 || taken.isFull() {
		return
	}
	whole := r.section.wholeIn(b, span, set)
	switch {
	case whole != nil && !r.wanted[whole.group]:
	case whole != nil && matching == e164.BlockSize:
		r.passFree(taken, state, whole.offering)
	case whole != nil:
		r.passPlaces(taken, r.runMask(state), 0, e164.BlockSize-1, whole.offering)
	case set < len(r.section.sets) && r.section.sets[set].block == b:
		r.passScattered(taken, r.runMask(state), span, set)
	default:
		mask := r.runMask(state)
		r.eachSpan(b, span, func(p offering, first, last uint16) {
			r.passPlaces(taken, &runMask{places: mask.places, words: []bitset.WordRange{bitset.WordsOf(first, last)}}, first,
				last, p)
		})
	}
}

// passFree goes through a block in which one range offers all numbers and every
// number matches: its free runs are known.
func (r *runSearch) passFree(taken *blockEntry, state uint32, p offering) {
	runs := taken.freeOf(r.least)
	if runs.between > 0 && r.listing(p.group, taken.block.Last()) {
		r.passPlaces(taken, r.runMask(state), 0, e164.BlockSize-1, p)
		return
	}
	r.feedRuns(taken.block.First(), e164.BlockSize, runs, p)
}

// passPlaces goes through the places of a mask that one range offers, from
// first to last. It looks at single runs only if some of them may be rows of
// the page.
func (r *runSearch) passPlaces(taken *blockEntry, mask *runMask, first, last uint16, p offering) {
	taken.freeWithin(&r.free, mask.places, first, last)
	runs := mask.runsIn(&r.free, first, last, r.least)
	start := taken.block.First()
	if runs.between == 0 || !r.listing(p.group, start+e164.Number(last)) {
		r.feedRuns(start+e164.Number(first), last-first+1, runs, p)
		return
	}
	taken.freeWithin(&r.free, mask.places, first, last) // again, for counting used it up
	for from, to := range r.free.Stretches(first, last) {
		r.feed(start+e164.Number(from), start+e164.Number(to), p)
	}
}

// feedRuns feeds the beginning and the end of a stretch of the given length,
// and counts the runs between.
func (r *runSearch) feedRuns(start e164.Number, length uint16, runs blockRuns, p offering) {
	end := start + e164.Number(length)
	r.feedUpTo(start, start+e164.Number(runs.leading), p)
	r.counts[r.offer(p.group)] += runs.between
	if runs.leading < length {
		r.feedUpTo(end-e164.Number(runs.trailing), end, p)
	}
}

// feedUpTo feeds the stretch from start to before end, if it is not empty.
func (r *runSearch) feedUpTo(start, end e164.Number, p offering) {
	if start < end {
		r.feed(start, end-1, p)
	}
}

// feed takes the next free matches.
func (r *runSearch) feed(start, end e164.Number, p offering) {
	if r.open.any && r.open.end+1 == start && r.open.group == p.group {
		r.open.end = end
		return
	}
	r.close()
	r.open = openRun{stretch{start, end, p}, true}
}

// close ends the open run: if it is long enough, it is counted, and added to
// the page. If the cursor is within the run (a number in it was released
// since), the page has the part after the cursor.
func (r *runSearch) close() {
	run := r.open
	r.open.any = false
	if !run.any || uint64(run.end-run.start)+1 < r.least {
		return
	}
	r.counts[r.offer(run.group)]++
	if start := max(run.start, r.tier(run.group).after+1); r.listing(run.group, run.end) &&
		uint64(run.end-start)+1 >= r.least {
		r.list(Run{Start: start, End: run.end, Range: run.rng}, run.group)
	}
}
