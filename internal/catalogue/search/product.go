package search

import "didpurchase/internal/e164"

// product is the automaton of a query beside the automaton of the price rules, for
// numbers of known lengths. A node is a state of both with the digits left, so equal
// states of the rules are one node: rules on the last four digits make nodes only there.
// The numbers of each slot that a node can be completed to are known.
type product struct {
	query   *automaton
	book    *Rulebook
	width   int
	parts   []node
	ids     map[node]uint32
	next    []uint32 // [node<<4 | digit] → node; 0 matches nothing
	totals  []uint64 // [node*width + slot] → completions; slot 0 = all of them
	grown   []bool
	belowAt []uint32 // of a node: where its part of below begins; 0 = not computed
	below   []uint64 // for each digit the completions with a smaller one, by slot
	roots   [e164.MaxDigits + 1]uint32
	equals  [e164.MaxDigits + 1][]uint32 // of the query's states, by digits left; nil = none are merged
}

type node struct {
	query uint32
	rules uint32
	left  uint8
}

// newProduct makes the nodes of all sections in which the query has matches.
func newProduct(c *Catalogue, q *automaton) *product {
	p := &product{query: q, book: c.rules, width: c.rules.width(), ids: map[node]uint32{},
		below: make([]uint64, 1)}
	const many = 512
	p.parts, p.grown, p.belowAt = make([]node, 0, many), make([]bool, 0, many), make([]uint32, 0, many)
	p.next, p.totals = make([]uint32, 0, many<<4), make([]uint64, 0, many*p.width)
	p.add(node{}) // 0
	if len(q.finals) >= manyStates {
		p.equals = equalStates(len(q.finals), func(state, digit int) int { return int(q.next[state<<4|digit]) },
			func(state int) int { return int(q.completions(uint32(state), 0)) })
	}
	for _, s := range c.sections {
		if p.roots[s.length] == 0 {
			p.roots[s.length] = p.add(node{left: uint8(s.length)})
		}
		at := p.roots[s.length]
		for i := 0; i < s.depth && at != 0; i++ {
			at = p.child(at, int(s.digits.at(i)))
		}
		p.grow(at)
	}
	return p
}

// nodeOf returns the node after the digits of a section.
func (p *product) nodeOf(s *section) (at uint32) {
	at = p.roots[s.length]
	for i := range s.depth {
		at = p.next[at<<4|uint32(s.digits.at(i))]
	}
	return at
}

func (p *product) add(n node) uint32 {
	id := uint32(len(p.parts))
	p.parts, p.grown, p.belowAt = append(p.parts, n), append(p.grown, false), append(p.belowAt, 0)
	p.next, p.totals = append(p.next, make([]uint32, 16)...), append(p.totals, make([]uint64, p.width)...)
	return id
}

// child returns the node after one more digit.
func (p *product) child(id uint32, digit int) uint32 {
	from := p.parts[id]
	n := node{query: p.query.next[from.query<<4|uint32(digit)], left: from.left - 1}
	if p.query.completions(n.query, int(n.left)) == 0 {
		return 0
	}
	if equal := p.equals[n.left]; equal != nil {
		n.query = equal[n.query]
	}
	n.rules = p.book.equals[n.left][p.book.next[from.rules][digit]]
	to, known := p.ids[n]
	if !known {
		to = p.add(n)
		p.ids[n] = to
	}
	p.next[id<<4|uint32(digit)] = to
	return to
}

// manyStates is the number of states of a query from which it is worth finding equal
// ones: the automaton of memorable numbers has 420, of which one is left before the last
// four digits.
const manyStates = 128

// grow counts the completions of a node.
func (p *product) grow(id uint32) {
	if id == 0 || p.grown[id] {
		return
	}
	p.grown[id] = true
	if n := p.parts[id]; n.left == 0 {
		p.totals[int(id)*p.width] = 1
		for _, slot := range p.book.slotsAt(p.book.first[n.rules]) {
			p.totals[int(id)*p.width+slot] = 1
		}
		return
	}
	for digit := range 10 {
		to := p.child(id, digit)
		if to == 0 {
			continue
		}
		p.grow(to)
		sum(p.of(id), p.of(to))
	}
}

// of returns the completions of a node, by slot.
func (p *product) of(id uint32) []uint64 { return p.totals[int(id)*p.width : int(id+1)*p.width] }

func sum(to, more []uint64) {
	to = to[:len(more)]
	for i, n := range more {
		to[i] += n
	}
}

// smaller returns the completions of a node whose next digit is smaller, by slot.
func (p *product) smaller(id uint32, digit uint64) []uint64 {
	at := p.belowAt[id]
	if at == 0 {
		at = p.addBelow(id)
	}
	from := int(at) + int(digit)*p.width
	return p.below[from : from+p.width]
}

func (p *product) addBelow(id uint32) uint32 {
	at, row := len(p.below), make([]uint64, p.width)
	for d := range uint32(10) {
		p.below = append(p.below, row...)
		sum(row, p.of(p.next[id<<4|d]))
	}
	p.belowAt[id] = uint32(at)
	return uint32(at)
}

// view returns the automaton of the matches that value counts: its states are the
// nodes, and it counts only for the digits that are left.
func (p *product) view(value func(totals []uint64) uint64) *automaton {
	a := &automaton{next: p.next, counts: make([]uint64, len(p.parts)<<4), finals: make([]uint16, len(p.parts))}
	for id, n := range p.parts {
		a.counts[id<<4|int(n.left)] = value(p.of(uint32(id)))
	}
	for id, n := range p.parts {
		for d := 0; d < 10 && n.left == 1; d++ {
			a.finals[id] |= uint16(a.counts[p.next[id<<4|d]<<4]) << d
		}
	}
	return a
}
