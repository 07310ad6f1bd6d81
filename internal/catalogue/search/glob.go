package search

import "didpurchase/internal/e164"

// glob is a pattern over the digits of a number: digits, ? (any digit) and *
// (any digits, or none). It runs as a set of positions, one bit each: bit i
// means that the first i tokens are matched.
type glob struct {
	accept [10]uint16 // bit i: token i takes the digit
	loops  uint16     // bit i: a * is before token i or, for the last bit, at the end
	n      int        // tokens other than *, at most e164.MaxDigits
}

// newGlob makes a glob of digits, ? and *; ok is false if it could only match
// numbers that are too long.
func newGlob(tokens string) (g glob, ok bool) {
	for _, token := range tokens {
		if token == '*' {
			g.loops |= 1 << g.n
			continue
		}
		if g.n == e164.MaxDigits {
			return g, false
		}
		for d := range g.accept {
			if token == '?' || int(token-'0') == d {
				g.accept[d] |= 1 << g.n
			}
		}
		g.n++
	}
	return g, true
}

// step moves the positions on by a digit, after which at most left may follow.
func (g *glob) step(at uint16, digit, left int) uint16 {
	return g.prune(at&g.accept[digit]<<1|at&g.loops, left)
}

// prune removes positions that make no difference: those before a reached * (it
// accepts whatever they accept), and those that can't end in time.
func (g *glob) prune(at uint16, left int) uint16 {
	for i := g.n; i >= 0; i-- {
		if at&g.loops>>i&1 == 1 {
			at = at >> i << i
			break
		}
	}
	if hopeless := g.n - left; hopeless > 0 {
		at = at >> hopeless << hopeless
	}
	return at
}

func (g *glob) matched(at uint16) bool { return at>>g.n&1 == 1 }

// universal reports whether every continuation matches.
func (g *glob) universal(at uint16) bool { return at&g.loops>>g.n&1 == 1 }
