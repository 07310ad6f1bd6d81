package e164

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

//go:generate go run ./gen .

//go:embed plan.bin
var planFile []byte

// plan is the numbering table without the names of areas, read at first use.
var plan = sync.OnceValue(func() *planTable { return decodePlan(newTableReader(planFile)) })

// planTable finds the class of a number by its calling code, its length and its
// digits, with a tree for each code and length.
type planTable struct {
	classes []class
	nodes   [][10]tree
	codes   map[int]*callingCode
	byISO   map[string]*callingCode
}

// class has the properties of all numbers at a leaf.
type class struct {
	country string
	kind    Type
	groups  string // "XX XXXX XXXX": the display after the calling code
}

// tree is a class (an even number) or a node of ten trees (an odd one).
type tree uint16

type callingCode struct {
	code    int
	trunk   string
	regions []string // main one first
	rules   map[string]trunkRule
	trees   [MaxDigits + 1]tree // by digits of the national number
	lengths [MaxDigits + 1]bool // which of these exist
}

// find returns the calling code of the number and its national digits; nil if
// no country has the code.
func (p *planTable) find(n Number) (code *callingCode, national string) {
	digits := n.Digits()
	value := 0
	for i := 0; i < 3 && i < len(digits); i++ {
		value = value*10 + int(digits[i]-'0')
		if code := p.codes[value]; code != nil {
			return code, digits[i+1:]
		}
	}
	return nil, digits
}

// class looks a number up. All numbers in the range of the given size around
// it, from a multiple of size on, have the same class. The class is nil if the
// plan has no such code or length.
func (p *planTable) class(n Number) (c *class, size Number) {
	code, national := p.find(n)
	if code == nil || !code.lengths[len(national)] {
		return nil, 1
	}
	t := code.trees[len(national)]
	for i := 0; ; i++ {
		if t&1 == 0 {
			return &p.classes[t>>1], pow10(len(national) - i)
		}
		t = p.nodes[t>>1][national[i]-'0']
	}
}

// known reports whether the tree has a class of a known type.
func (p *planTable) known(t tree) bool {
	if t&1 == 0 {
		return p.classes[t>>1].kind != Unknown
	}
	for _, below := range p.nodes[t>>1] {
		if p.known(below) {
			return true
		}
	}
	return false
}

func pow10(n int) Number {
	p := Number(1)
	for range n {
		p *= 10
	}
	return p
}

// display writes the number in the groups of its country.
func (c *class) display(calling int, national string) string {
	var b strings.Builder
	b.WriteString("+" + strconv.Itoa(calling) + " ")
	i := 0
	for _, r := range c.groups {
		if r == 'X' {
			b.WriteByte(national[i])
			i++
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// decodePlan reads what gen's plan.encode writes.
func decodePlan(r *tableReader) *planTable {
	p := &planTable{codes: map[int]*callingCode{}, byISO: map[string]*callingCode{}}
	countries, groups := r.texts(), r.texts()
	p.classes = make([]class, r.int())
	for i := range p.classes {
		p.classes[i] = class{country: countries[r.int()], kind: Type(r.text()), groups: groups[r.int()]}
	}
	p.nodes = make([][10]tree, r.int())
	for i := range p.nodes {
		for d := range p.nodes[i] {
			p.nodes[i][d] = tree(r.int())
		}
	}
	for range r.int() {
		c := &callingCode{code: r.int(), trunk: r.text(), regions: r.texts(), rules: map[string]trunkRule{}}
		for range r.int() {
			c.rules[r.text()] = newTrunkRule(r.text(), r.text())
		}
		for range r.int() {
			length := r.int()
			c.trees[length], c.lengths[length] = tree(r.int()), true
		}
		p.codes[c.code] = c
		for _, region := range c.regions {
			p.byISO[region] = c
		}
	}
	return p
}
