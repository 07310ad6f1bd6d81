package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

type treeBuilder struct {
	*plan
	rs      *regexes
	calling int
	main    string
	length  int
	known   map[[2]int]int // state and digits so far → tree
}

// tree returns the tree of the national numbers that begin with the digits.
func (b *treeBuilder) tree(state int, digits string) int {
	key := [2]int{state, len(digits)}
	if t, ok := b.known[key]; ok {
		return t
	}
	t := b.children(state, digits)
	b.known[key] = t
	return t
}

func (b *treeBuilder) children(state int, digits string) int {
	if len(digits) == b.length {
		return leaf(b.class(digits))
	}
	var node [10]int
	same := true
	for d := range node {
		node[d] = b.tree(b.rs.step(state, d), digits+strconv.Itoa(d))
		same = same && node[d] == node[0]
	}
	if same {
		return node[0]
	}
	id, ok := b.nodeIDs[node]
	if !ok {
		id = len(b.nodes)
		b.nodes, b.nodeIDs[node] = append(b.nodes, node), id
	}
	return inner(id)
}

// class asks the library about one number. The answer holds for all numbers
// that the library's expressions can't distinguish from it.
func (b *treeBuilder) class(national string) int {
	number := libraryNumber(b.calling, national)
	region := phonenumbers.GetRegionCodeForNumber(number)
	kind := types[phonenumbers.GetNumberType(number)]
	if region == "" {
		region = b.main
	}
	if region == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY {
		region = ""
	}
	display := phonenumbers.Format(number, phonenumbers.INTERNATIONAL)
	template := template(strings.TrimPrefix(display, fmt.Sprintf("+%d ", b.calling)), national)
	return b.classes.id(fmt.Sprintf("%d %s %d", b.countries.id(region), kind, b.templates.id(template)))
}
