package search

import (
	"slices"

	"didpurchase/internal/e164"
)

// condition is one filter on the digits: it holds if one of its alternatives
// does. Only the box (q) has several.
type condition struct {
	field        string // the query parameter, for errors
	alternatives []alternative
}

// alternative is a glob over the whole number or, if it is national, over the
// digits after the calling code.
type alternative struct {
	glob     glob
	national bool
}

// maxAlternatives: one for each of starts_with, ends_with, contains, pattern,
// and five for q.
const maxAlternatives = 9

// position is the progress of all conditions after some digits, which is a
// state of the automaton. Equal positions have equal futures.
type position struct {
	at      [maxAlternatives]uint16 // positions in each alternative's glob
	calling uint16                  // digits of the calling code so far; codePast = over
	ending  uint16                  // state of the wanted endings
}

const codePast = 1<<16 - 1

// conditions must all hold for a match.
type conditions struct {
	list     []condition
	callings map[int]bool // codes after which a national alternative may begin
	prefixes map[int]bool // what these codes begin with
	endings  *endings     // of which a number must have one; nil = any ending
}

// newConditions prepares the conditions. National alternatives begin after the
// calling codes of countries with the trunk prefix 0; if codes are given, only after
// these.
func newConditions(list []condition, callings []int, ends *endings) *conditions {
	cs := &conditions{list: list, endings: ends}
	if !cs.hasNational() {
		return cs
	}
	cs.callings, cs.prefixes = make(map[int]bool, 256), make(map[int]bool, 128)
	for _, code := range e164.CallingCodes() {
		if e164.TrunkPrefix(code) != "0" || len(callings) > 0 && !slices.Contains(callings, code) {
			continue
		}
		cs.callings[code] = true
		for prefix := code / 10; prefix > 0; prefix /= 10 {
			cs.prefixes[prefix] = true
		}
	}
	return cs
}

func (cs *conditions) hasNational() bool {
	for _, c := range cs.list {
		for _, a := range c.alternatives {
			if a.national {
				return true
			}
		}
	}
	return false
}

// start returns the position before the first digit.
func (cs *conditions) start() position {
	p := position{calling: codePast}
	i := 0
	for _, c := range cs.list {
		for _, a := range c.alternatives {
			if a.national {
				p.calling = 0
			} else {
				p.at[i] = a.glob.prune(1, e164.MaxDigits)
			}
			i++
		}
	}
	return cs.canonical(p)
}

// step returns the position after one more digit, if at most left may follow.
func (cs *conditions) step(p position, digit, left int) position {
	entered := false
	if cs.endings != nil {
		p.ending = cs.endings.next[p.ending][digit]
	}
	if p.calling != codePast {
		p.calling, entered = cs.call(p.calling, digit)
	}
	i := 0
	for _, c := range cs.list {
		for _, a := range c.alternatives {
			p.at[i] = a.glob.step(p.at[i], digit, left)
			if a.national && entered {
				p.at[i] = a.glob.prune(1, left)
			}
			i++
		}
	}
	return cs.canonical(p)
}

// call moves on through the calling code; entered reports whether it is
// complete.
func (cs *conditions) call(calling uint16, digit int) (next uint16, entered bool) {
	switch code := int(calling)*10 + digit; {
	case cs.callings[code]:
		return codePast, true
	case cs.prefixes[code]:
		return uint16(code), false
	default:
		return codePast, false
	}
}

// canonical gives equal positions one form: a condition that is certainly met
// keeps one alternative, and one that can't be met ends everything.
func (cs *conditions) canonical(p position) position {
	i := 0
	for _, c := range cs.list {
		hope, national := false, false
		for k, a := range c.alternatives {
			if a.glob.universal(p.at[i+k]) {
				p.keep(i, i+k, len(c.alternatives))
				hope, national = true, false
				if c.hasNational() {
					p.calling = codePast
				}
				break
			}
			hope = hope || p.at[i+k] != 0
			national = national || a.national
		}
		if !hope && !(national && p.calling != codePast) {
			return position{calling: codePast}
		}
		i += len(c.alternatives)
	}
	return p
}

// keep drops the other alternatives of a condition.
func (p *position) keep(first, kept, n int) {
	for k := first; k < first+n; k++ {
		if k != kept {
			p.at[k] = 0
		}
	}
}

func (c *condition) hasNational() bool {
	for _, a := range c.alternatives {
		if a.national {
			return true
		}
	}
	return false
}

// matched reports whether a number may end here.
func (cs *conditions) matched(p position) bool {
	if cs.endings != nil && !cs.endings.accepted[p.ending] {
		return false
	}
	i := 0
	for _, c := range cs.list {
		met := false
		for _, a := range c.alternatives {
			met = met || a.glob.matched(p.at[i])
			i++
		}
		if !met {
			return false
		}
	}
	return true
}
