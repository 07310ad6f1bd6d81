package search

import (
	"errors"
	"fmt"
	"slices"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
)

// Rulebook is a carrier's price rules as one automaton over digits. It never changes
// and may be used concurrently; the nil Rulebook has no rules.
//
// Its states are numbered, 0 is the start. Two states are equal for a number of
// digits left if the same rules hold after any such digits. In the example, only the
// last two digits decide, so before them all states are equal:
//
//	rules *77 and *?0; digits 4 4 7 7
//	left   4  3  2  1  0
//	state  0  0  0  7  77
type Rulebook struct {
	rules []catalogue.PriceRule
	slots []slot // from 1 on: the distinct packages of the rules; 0 = every number

	next   [][10]uint16
	first  []ending // [state] → what holds for a number that ends here
	equals [e164.MaxDigits + 1][]uint32
	blocks map[uint32]*blockRules // by state with four digits left
}

// slot is a package that rules give to numbers.
type slot struct{ currency, pack string }

// ending has the first rule of each currency that holds; none = no rule does.
type ending []int

// blockRules has the ending of each place of a block, as an index.
type blockRules struct {
	at      [e164.BlockSize]uint8
	endings []ending // 0 = no rule holds
}

// The limits of an automaton of rules: of its states before equal ones are merged,
// and of the different blocks.
const (
	maxRuleStates   = 2048
	maxRuledBlocks  = 64
	maxBlockEndings = 255
)

// RuleError is the fault of one rule, counted from 0.
type RuleError struct {
	Index  int
	Detail string
}

func (e *RuleError) Error() string { return fmt.Sprintf("rule %d: %s", e.Index+1, e.Detail) }

// NewRulebook compiles rules. Errors: *RuleError.
func NewRulebook(rules []catalogue.PriceRule) (*Rulebook, error) {
	if len(rules) == 0 {
		return nil, nil
	}
	globs := make([]glob, len(rules))
	for i, rule := range rules {
		g, err := ruleGlob(rule.Pattern)
		if err != nil {
			return nil, &RuleError{i, err.Error()}
		}
		globs[i] = g
	}
	b := &Rulebook{rules: rules, slots: []slot{{}}}
	for _, r := range rules {
		if s := (slot{r.Currency, r.Package}); !slices.Contains(b.slots, s) {
			b.slots = append(b.slots, s)
		}
	}
	if !b.compile(globs) || !b.merge() {
		return nil, b.tooWide()
	}
	return b, nil
}

// tooWide names the first rule that is too much beside the earlier ones.
func (b *Rulebook) tooWide() error {
	for i := range b.rules {
		var wide *RuleError
		if _, err := NewRulebook(b.rules[:i]); errors.As(err, &wide) {
			return err
		}
	}
	return &RuleError{len(b.rules) - 1, "has too many wildcards beside the rules above it: give fewer ? between two *, " +
		"or fewer rules"}
}

// ruleGlob reads the pattern of a rule.
func ruleGlob(pattern string) (glob, error) {
	tokens, _, err := lex(pattern, nil)
	if err != nil {
		return glob{}, err
	}
	if tokens == "" {
		return glob{}, errors.New("has no digits")
	}
	g, ok := newGlob(tokens)
	if !ok {
		return glob{}, fmt.Errorf("is longer than %d digits", e164.MaxDigits)
	}
	return g, nil
}

// Pattern returns a pattern in its one form: without separators, and without
// repeated stars.
func Pattern(text string) (string, error) {
	if _, err := ruleGlob(text); err != nil {
		return "", err
	}
	tokens, _, err := lex(text, nil)
	return tokens, err
}

// compile finds the states: sets of positions in the globs.
func (b *Rulebook) compile(globs []glob) bool {
	start := make([]uint16, len(globs))
	for i := range globs {
		start[i] = globs[i].prune(1, e164.MaxDigits)
	}
	known, states, depths := map[string]uint16{}, [][]uint16{}, []int{}
	add := func(at []uint16, depth int) uint16 {
		key := fmt.Sprint(at)
		id, seen := known[key]
		if !seen {
			id = uint16(len(states))
			known[key] = id
			states, depths = append(states, at), append(depths, depth)
		}
		return id
	}
	add(start, 0)
	for s := 0; s < len(states); s++ {
		if len(states) > maxRuleStates {
			return false
		}
		b.first = append(b.first, b.endingOf(globs, states[s]))
		b.next = append(b.next, [10]uint16{})
		left := e164.MaxDigits - depths[s] - 1
		for d := 0; d < 10 && left >= 0; d++ {
			b.next[s][d] = add(b.step(globs, states[s], d, left), depths[s]+1)
		}
	}
	return true
}

// step moves every rule on. A rule that holds whatever follows ends the later ones
// of its currency.
func (b *Rulebook) step(globs []glob, at []uint16, digit, left int) []uint16 {
	to, ended := make([]uint16, len(at)), map[string]bool{}
	for i := range globs {
		if ended[b.rules[i].Currency] {
			continue
		}
		to[i] = globs[i].step(at[i], digit, left)
		ended[b.rules[i].Currency] = globs[i].universal(to[i])
	}
	return to
}

func (b *Rulebook) endingOf(globs []glob, at []uint16) (e ending) {
	found := map[string]bool{}
	for i := range globs {
		if currency := b.rules[i].Currency; globs[i].matched(at[i]) && !found[currency] {
			e, found[currency] = append(e, i), true
		}
	}
	return e
}

// merge finds the equal states, and what holds in the blocks after them. It reports
// whether there are few enough different blocks.
func (b *Rulebook) merge() bool {
	numbered := map[string]int{}
	for s := range b.first {
		if key := fmt.Sprint(b.first[s]); numbered[key] == 0 {
			numbered[key] = len(numbered) + 1
		}
	}
	b.equals = equalStates(len(b.next), func(state, digit int) int { return int(b.next[state][digit]) },
		func(state int) int { return numbered[fmt.Sprint(b.first[state])] })
	b.blocks = map[uint32]*blockRules{}
	for _, s := range b.equals[4] {
		if b.blocks[s] != nil {
			continue
		}
		if b.blocks[s] = b.blockRules(s); b.blocks[s] == nil || len(b.blocks) > maxRuledBlocks {
			return false
		}
	}
	return true
}

// equalStates returns, for each number of digits left, the first state that has the same
// endings as each state after any such digits.
func equalStates(states int, next func(state, digit int) int,
	ending func(state int) int) (equal [e164.MaxDigits + 1][]uint32) {
	for left := range equal {
		equal[left] = make([]uint32, states)
		same := map[[10]uint32]uint32{}
		for s := range states {
			var future [10]uint32
			for d := range future {
				if left > 0 {
					future[d] = equal[left-1][next(s, d)]
				}
			}
			if left == 0 {
				future[0] = uint32(ending(s))
			}
			first, seen := same[future]
			if !seen {
				first, same[future] = uint32(s), uint32(s)
			}
			equal[left][s] = first
		}
	}
	return equal
}

// blockRules returns what holds in a block after a state; nil if it is too much.
func (b *Rulebook) blockRules(state uint32) *blockRules {
	rules, known := &blockRules{endings: []ending{nil}}, map[string]uint8{"[]": 0}
	for place := range e164.BlockSize {
		s := uint16(state)
		for _, d := range []int{place / 1000, place / 100 % 10, place / 10 % 10, place % 10} {
			s = b.next[s][d]
		}
		id, seen := known[fmt.Sprint(b.first[s])]
		if !seen {
			if len(rules.endings) > maxBlockEndings {
				return nil
			}
			id = uint8(len(rules.endings))
			known[fmt.Sprint(b.first[s])] = id
			rules.endings = append(rules.endings, b.first[s])
		}
		rules.at[place] = id
	}
	return rules
}

// Rule returns the rule that holds for a number whose range has a package in a
// currency; ok is false if there is none.
func (b *Rulebook) Rule(n e164.Number, currency string) (rule catalogue.PriceRule, ok bool) {
	if b == nil {
		return rule, false
	}
	d, state := digitsOf(uint64(n)), uint16(0)
	for i := range n.Len() {
		state = b.next[state][d.at(i)]
	}
	for _, i := range b.first[state] {
		if b.rules[i].Currency == currency {
			return b.rules[i], true
		}
	}
	return rule, false
}

// hit returns the hit of a number of a range whose package is on sale.
func (b *Rulebook) hit(n e164.Number, r *catalogue.Range, prices Prices) Hit {
	rule, ok := b.Rule(n, prices[r.Package].Recurring.Currency())
	if !ok {
		return Hit{Number: n, Range: r}
	}
	ruled := *r
	ruled.Package = rule.Package
	return Hit{n, &ruled, rule.Pattern}
}

// slotsAt returns the slots of the rules that hold.
func (b *Rulebook) slotsAt(e ending) (list []int) {
	for _, i := range e {
		list = append(list, b.slotOf(b.rules[i].Currency, b.rules[i].Package))
	}
	return list
}

func (b *Rulebook) slotOf(currency, pack string) int {
	return slices.Index(b.slots, slot{currency, pack})
}

// width returns the number of slots.
func (b *Rulebook) width() int {
	if b == nil {
		return 1
	}
	return len(b.slots)
}
