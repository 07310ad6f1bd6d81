package search

import (
	"didpurchase/internal/e164"
)

// branchRuns describes the matches in a branch (the numbers that share all but some
// last digits) as far as runs need it: the number of consecutive matches at its
// beginning and end, and the number of long enough runs between. It is computed
// once for each state and number of left digits, so that branches are combined
// without reading their numbers.
type branchRuns struct {
	known            bool
	leading, between uint64
	trailing         uint64
}

// branch returns the branchRuns after a state. It is not for a branch in which every
// number matches.
func (r *runSearch) branch(state uint32, left int) branchRuns {
	at := int(state)<<4 | left
	if !r.branches[at].known {
		r.branches[at] = r.newBranch(state, left)
	}
	return r.branches[at]
}

func (r *runSearch) newBranch(state uint32, left int) branchRuns {
	c, run, begun := branchRuns{known: true}, uint64(0), true
	end := func() {
		switch {
		case begun:
			c.leading, begun = run, false
		case run >= r.least:
			c.between++
		}
		run = 0
	}
	for digit := range uint64(10) {
		switch next := r.walker.step(state, digit); r.walker.completions(next, left-1) {
		case 0:
			end()
		case uint64(pow10[left-1]):
			run += uint64(pow10[left-1])
		default:
			inner := r.branch(next, left-1)
			run += inner.leading
			end()
			c.between += inner.between
			run = inner.trailing
		}
	}
	c.trailing = run
	return c
}

// feedSpan feeds the matches between two numbers of a span without taken
// numbers.
func (r *runSearch) feedSpan(lo, hi e164.Number, p offering) {
	left := 0
	for first, last := lo, hi; first != last; left++ {
		first, last = first/10, last/10
	}
	start := lo / pow10[left] * pow10[left]
	r.feedBranch(r.walker.state(digitsOf(uint64(start)), r.section.length-left), left, start, lo, hi, p)
}

// feedBranch feeds the matches of a branch between two numbers.
func (r *runSearch) feedBranch(state uint32, left int, start, lo, hi e164.Number, p offering) {
	end := start + pow10[left] - 1
	whole := lo <= start && end <= hi
	switch matching := r.walker.completions(state, left); {
	case matching == 0:
	case matching == uint64(pow10[left]):
		r.feed(max(lo, start), min(hi, end), p)
	case whole && r.skipBranch(state, left, start, p):
	default:
		width := pow10[left-1]
		first, last := (max(lo, start)-start)/width, (min(hi, end)-start)/width
		for digit := first; digit <= last; digit++ {
			r.feedBranch(r.walker.step(state, uint64(digit)), left-1, start+digit*width, lo, hi, p)
		}
	}
}

// skipBranch feeds a whole branch without looking inside, unless runs in it may be
// rows of the page.
func (r *runSearch) skipBranch(state uint32, left int, start e164.Number, p offering) bool {
	end := start + pow10[left]
	c := r.branch(state, left)
	if c.between > 0 && r.listing(p.group, end-1) {
		return false
	}
	r.feedUpTo(start, start+e164.Number(c.leading), p)
	r.counts[r.offer(p.group)] += c.between
	r.feedUpTo(end-e164.Number(c.trailing), end, p)
	return true
}
