package main

import (
	"encoding/binary"
	"fmt"
	"regexp/syntax"
	"slices"
)

// regexes runs many regular expressions over digits at once. If two texts lead
// to the same state, no expression distinguishes them.
type regexes struct {
	insts  []syntax.Inst // of all programs; Out and Arg shifted to this slice
	starts []uint32
	known  map[string]int // a state's key → its number
	states [][]uint32     // instructions that wait for a rune, or match
	next   [][10]int      // -1 = not computed yet
}

func newRegexes() *regexes { return &regexes{known: map[string]int{}} }

// add adds an expression that must match the whole text.
func (r *regexes) add(expr string) error {
	tree, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return fmt.Errorf("%q: %w", expr, err)
	}
	prog, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return fmt.Errorf("%q: %w", expr, err)
	}
	base := uint32(len(r.insts))
	for _, inst := range prog.Inst {
		inst.Out += base
		if inst.Op == syntax.InstAlt || inst.Op == syntax.InstAltMatch {
			inst.Arg += base
		}
		r.insts = append(r.insts, inst)
	}
	r.starts = append(r.starts, base+uint32(prog.Start))
	return nil
}

// start returns the state before any digit.
func (r *regexes) start() int { return r.state(r.starts) }

// step returns the state after one more digit.
func (r *regexes) step(state int, digit int) int {
	if to := r.next[state][digit]; to >= 0 {
		return to
	}
	var outs []uint32
	for _, pc := range r.states[state] {
		if inst := &r.insts[pc]; inst.Op != syntax.InstMatch && inst.MatchRune(rune('0'+digit)) {
			outs = append(outs, inst.Out)
		}
	}
	to := r.state(outs)
	r.next[state][digit] = to
	return to
}

func (r *regexes) state(pcs []uint32) int {
	set := map[uint32]bool{}
	for _, pc := range pcs {
		r.follow(pc, set)
	}
	var waiting []uint32
	for pc := range set {
		switch r.insts[pc].Op {
		case syntax.InstMatch, syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
			waiting = append(waiting, pc)
		}
	}
	slices.Sort(waiting)
	key := make([]byte, 0, 4*len(waiting))
	for _, pc := range waiting {
		key = binary.LittleEndian.AppendUint32(key, pc)
	}
	id, ok := r.known[string(key)]
	if !ok {
		id = len(r.states)
		r.known[string(key)] = id
		r.states = append(r.states, waiting)
		r.next = append(r.next, [10]int{-1, -1, -1, -1, -1, -1, -1, -1, -1, -1})
	}
	return id
}

// follow adds pc and all instructions that are reached from it without a rune.
func (r *regexes) follow(pc uint32, set map[uint32]bool) {
	if set[pc] {
		return
	}
	set[pc] = true
	switch inst := &r.insts[pc]; inst.Op {
	case syntax.InstAlt, syntax.InstAltMatch:
		r.follow(inst.Out, set)
		r.follow(inst.Arg, set)
	case syntax.InstCapture, syntax.InstNop, syntax.InstEmptyWidth:
		r.follow(inst.Out, set)
	}
}
