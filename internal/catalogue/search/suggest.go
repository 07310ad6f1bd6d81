package search

import (
	"maps"
	"slices"
	"strings"
	"unicode"
)

// Suggestion is a filter that a person may have meant by a text.
type Suggestion struct {
	Field string // the query parameter: area, package or type
	Value string // of the parameter
	Label string // for people
	Exact bool   // the text is the whole name
	Count uint64 // the available numbers that pass it
}

// maxSuggestions bounds the suggestions for one text.
const maxSuggestions = 5

// HasLetters reports whether a text of the search box could be a name.
func HasLetters(text string) bool { return strings.ContainsFunc(text, unicode.IsLetter) }

// Suggest names the filters that a text may mean: the names that it is, then those
// that begin with it. A text with digits or wildcards is no name.
//
//	london  →  area London
//	gol     →  package gold
func (c *Catalogue) Suggest(text string, prices Prices) []Suggestion {
	asked := fold(text)
	if len([]rune(asked)) < 2 || strings.ContainsAny(asked, "0123456789?*+") {
		return nil
	}
	m, d := meanings{asked: asked}, c.dictionary
	for i, name := range d.areas.list {
		m.note("area", name, name, d.areas.folded[i])
	}
	for _, id := range slices.Sorted(maps.Keys(prices)) {
		if slices.Contains(d.packages.list, id) {
			m.note("package", id, prices[id].Name, fold(id), fold(prices[id].Name))
		}
	}
	for i, name := range d.types.list {
		m.note("type", name, strings.ReplaceAll(name, "_", " "), d.types.folded[i],
			strings.ReplaceAll(d.types.folded[i], "_", " "))
	}
	list := append(m.exact, m.begun...)
	list = list[:min(len(list), maxSuggestions)]
	c.countEach(list, prices)
	return list
}

// meanings collects the values that a text may mean.
type meanings struct {
	asked        string
	exact, begun []Suggestion // one of whose names is the text, and begins with it
}

// note notes a value if the text is one of its names or begins one.
func (m *meanings) note(field, value, label string, names ...string) {
	switch {
	case slices.Contains(names, m.asked):
		m.exact = append(m.exact, Suggestion{Field: field, Value: value, Label: label, Exact: true})
	case len([]rune(m.asked)) > 2 && len(m.begun) < maxSuggestions &&
		slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, m.asked) }):
		m.begun = append(m.begun, Suggestion{Field: field, Value: value, Label: label})
	}
}

// countEach counts the available numbers of each suggestion.
func (c *Catalogue) countEach(list []Suggestion, prices Prices) {
	if len(list) == 0 {
		return
	}
	s := newSearch(c, everything, prices)
	s.count()
	d := c.dictionary
	for i, g := range s.groups {
		value := map[string]string{"area": d.areas.list[g.area], "package": d.packages.list[g.pack],
			"type": d.types.list[g.kind]}
		for at := range list {
			if value[list[at].Field] == list[at].Value {
				list[at].Count += s.counts[i]
			}
		}
	}
}
