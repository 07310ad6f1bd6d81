package search

import (
	"math/bits"

	"didpurchase/internal/e164"
)

// digits is a number as decimal digits, four bits each, the first in the
// highest bits: an automaton reads them without dividing.
type digits uint64

func digitsOf(n uint64) (d digits) {
	for shift := 60; n > 0; n /= 10 {
		d = d>>4 | digits(n%10)<<shift
	}
	return d
}

// at returns the digit at a place counted from the first.
func (d digits) at(i int) uint64 { return uint64(d) >> (60 - 4*i) & 15 }

// nines has left nines after the first skipped digits.
func nines(left int) digits { return digits(0x9999_9999_9999_9999 << (64 - 4*left)) }

// walker remembers the states along the last digits that it read. Numbers come
// in order, so most of a walk is known from the previous one.
type walker struct {
	*automaton
	roots  *[e164.MaxDigits + 1]uint32 // the first state by the number's length; nil = startState
	length int
	last   digits
	depth  int
	states [e164.MaxDigits + 1]uint32
}

// begin prepares for numbers of a length.
func (w *walker) begin(length int) {
	if w.roots != nil && w.length != length {
		w.length, w.depth, w.states[0] = length, 0, w.roots[length]
	}
}

// state returns the state after the first n digits of d.
func (w *walker) state(d digits, n int) uint32 {
	same := min(bits.LeadingZeros64(uint64(d^w.last))/4, w.depth)
	for ; same < n; same++ {
		w.states[same+1] = w.step(w.states[same], d.at(same))
	}
	w.last, w.depth = d, max(same, n)
	return w.states[n]
}

// count returns the number of matches from lo to hi, both of the given length.
func (w *walker) count(lo, hi digits, length int) uint64 {
	common := min(bits.LeadingZeros64(uint64(lo^hi))/4, length)
	state := w.state(lo, common)
	left := length - common
	if w.completions(state, left) == 0 {
		return 0
	}
	lo, hi = lo<<(4*common), hi<<(4*common)
	if left == 0 || lo == 0 && hi == nines(left) {
		return w.completions(state, left)
	}
	n := w.atLeast(w.step(state, lo.at(0)), lo<<4, left-1) + w.atMost(w.step(state, hi.at(0)), hi<<4, left-1)
	for d := lo.at(0) + 1; d < hi.at(0); d++ {
		n += w.completions(w.step(state, d), left-1)
	}
	return n
}

// atLeast returns the number of accepted completions of left digits that are
// rest or greater.
func (a *automaton) atLeast(state uint32, rest digits, left int) (n uint64) {
	for ; rest != 0 && a.completions(state, left) > 0; left-- {
		for d := rest.at(0) + 1; d < 10; d++ {
			n += a.completions(a.step(state, d), left-1)
		}
		state, rest = a.step(state, rest.at(0)), rest<<4
	}
	return n + a.completions(state, left)
}

// atMost returns the number of accepted completions of left digits that are
// rest or smaller.
func (a *automaton) atMost(state uint32, rest digits, left int) (n uint64) {
	for ; rest != nines(left) && a.completions(state, left) > 0; left-- {
		for d := uint64(0); d < rest.at(0); d++ {
			n += a.completions(a.step(state, d), left-1)
		}
		state, rest = a.step(state, rest.at(0)), rest<<4
	}
	return n + a.completions(state, left)
}

// first returns the smallest match that is at least from, with from's length; 0
// if there is none.
func (w *walker) first(from e164.Number) e164.Number {
	length, d := from.Len(), digitsOf(uint64(from))
	if w.completions(w.state(d, length), 0) > 0 {
		return from
	}
	for i := length - 1; i >= 0; i-- {
		head := from / pow10[length-i] * 10 // the digits before i, and a place for one more
		for digit := d.at(i) + 1; digit < 10; digit++ {
			state := w.step(w.states[i], digit)
			if left := length - 1 - i; w.completions(state, left) > 0 {
				return w.smallest(state, head+e164.Number(digit), left)
			}
		}
	}
	return 0
}

// smallest completes head with the smallest accepted digits.
func (a *automaton) smallest(state uint32, head e164.Number, left int) e164.Number {
	for ; left > 0; left-- {
		digit := uint64(0)
		for a.completions(a.step(state, digit), left-1) == 0 {
			digit++
		}
		state, head = a.step(state, digit), head*10+e164.Number(digit)
	}
	return head
}

var pow10 = func() (p [e164.MaxDigits + 1]e164.Number) {
	p[0] = 1
	for i := range p[1:] {
		p[i+1] = p[i] * 10
	}
	return p
}()
