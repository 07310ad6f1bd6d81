package search

import (
	"didpurchase/internal/catalogue/bitset"
	"didpurchase/internal/e164"
)

// maxStates limits the memory and the time of a query. Patterns with a * before
// and after many ? would grow without limit.
const maxStates = 2048

// maxWithEndings is the limit of a query for memorable numbers. Any of them
// takes 420 states alone, and each state of the other filters multiplies them.
// 8,192 states are 1.3 MB.
const maxWithEndings = 8192

// automaton is the conditions of a query as a deterministic automaton over
// digits, with the number of completions of each state. All counting is
// arithmetic on these tables; no number is ever tried.
type automaton struct {
	next   []uint32 // [state<<4 | digit] → state
	counts []uint64 // [state<<4 | digits left] → accepted completions
	finals []uint16 // [state] → bit d: digit d, as the last one, is accepted
}

const startState = 0

// compile builds the automaton; ok is false if it has too many states.
func (cs *conditions) compile() (a *automaton, ok bool) {
	a = &automaton{}
	known := map[position]uint32{cs.start(): startState}
	states := []position{cs.start()}
	depths := []int{0} // fewest digits that lead to the state
	for s := 0; s < len(states); s++ {
		a.next = append(a.next, make([]uint32, 16)...)
		left := e164.MaxDigits - depths[s] - 1
		if left < 0 {
			continue // no number is longer: its transitions are never followed
		}
		for d := range 10 {
			p := cs.step(states[s], d, left)
			to, seen := known[p]
			if !seen {
				if len(states) == cs.maxStates() {
					return nil, false
				}
				to = uint32(len(states))
				known[p] = to
				states, depths = append(states, p), append(depths, depths[s]+1)
			}
			a.next[s<<4|d] = to
		}
	}
	a.tabulate(cs, states)
	return a, true
}

func (cs *conditions) maxStates() int {
	if cs.endings != nil {
		return maxWithEndings
	}
	return maxStates
}

func (a *automaton) tabulate(cs *conditions, states []position) {
	a.counts = make([]uint64, len(states)<<4)
	a.finals = make([]uint16, len(states))
	for s, p := range states {
		if cs.matched(p) {
			a.counts[s<<4] = 1
		}
	}
	for left := 1; left <= e164.MaxDigits; left++ {
		for s := range states {
			for d := range 10 {
				a.counts[s<<4|left] += a.counts[int(a.next[s<<4|d])<<4|left-1]
			}
		}
	}
	for s := range states {
		for d := range 10 {
			a.finals[s] |= uint16(a.counts[int(a.next[s<<4|d])<<4]) << d
		}
	}
}

func (a *automaton) step(state uint32, digit uint64) uint32 {
	return a.next[uint64(state)<<4|digit]
}

// completions returns the number of accepted completions with left more digits.
func (a *automaton) completions(state uint32, left int) uint64 {
	return a.counts[int(state)<<4|left]
}

// suffixes fills b with the accepted places of a block; state is the state
// after the block's digits.
func (a *automaton) suffixes(state uint32, b *bitset.Set) {
	for place := uint(0); place < e164.BlockSize; {
		thousands := a.step(state, uint64(place/1000))
		if a.completions(thousands, 3) == 0 {
			place += 1000
			continue
		}
		hundreds := a.step(thousands, uint64(place/100%10))
		if a.completions(hundreds, 2) == 0 {
			place += 100
			continue
		}
		bits := uint64(a.finals[a.step(hundreds, uint64(place/10%10))])
		b[place>>6] |= bits << (place & 63)
		if spill := place&63 + 10; spill > 64 {
			b[place>>6+1] |= bits >> (10 - (spill - 64))
		}
		place += 10
	}
}
