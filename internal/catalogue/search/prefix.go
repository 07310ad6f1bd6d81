package search

import "didpurchase/internal/e164"

// Prefix returns the digits that every match begins with, "" for none.
func (q *Query) Prefix() string {
	prefix, state := []byte{}, uint32(startState)
	for left := e164.MaxDigits; left > 0; left-- {
		digit, next, only := q.automaton.only(state, left)
		if !only {
			break
		}
		prefix, state = append(prefix, digit), next
	}
	return string(prefix)
}

// only returns the one digit with which a match can continue from a state, with
// at most left digits; only is false if there are several, or if a match may
// end there.
func (a *automaton) only(state uint32, left int) (digit byte, next uint32, only bool) {
	if a.completions(state, 0) > 0 {
		return 0, 0, false
	}
	for d := range uint64(10) {
		to := a.step(state, d)
		if !a.goesOn(to, left-1) {
			continue
		}
		if only {
			return 0, 0, false
		}
		digit, next, only = '0'+byte(d), to, true
	}
	return digit, next, only
}

// goesOn reports whether at most left more digits can complete a match.
func (a *automaton) goesOn(state uint32, left int) bool {
	for n := 0; n <= left; n++ {
		if a.completions(state, n) > 0 {
			return true
		}
	}
	return false
}
