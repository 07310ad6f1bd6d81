package search

import "slices"

// class is the part of a query's matches that have one reason to be easy to
// remember, or none.
type class struct {
	reason    Memorable
	automaton *automaton
}

// readClasses splits the conditions by reason, the most striking first; numbers
// without a reason come last, unless the filter leaves them out. ok is false if an
// automaton has too many states.
func (q *Query) readClasses(list []condition) (ok bool) {
	for _, reason := range q.order() {
		ends := newEndings(endingsOf([]Memorable{reason}))
		if reason == "" {
			ends = newEndings(endingsOf(Memorables)).invert()
		}
		a, ok := newConditions(list, q.callings, ends).compile()
		if !ok {
			return false
		}
		q.classes = append(q.classes, class{reason, a})
	}
	return true
}

// order returns the reasons of the query's numbers in the order of their rows.
func (q *Query) order() []Memorable {
	if len(q.reasons) == 0 {
		return append(slices.Clone(Memorables), "")
	}
	return slices.DeleteFunc(slices.Clone(Memorables), func(m Memorable) bool { return !slices.Contains(q.reasons, m) })
}

// searchClasses finds a page in the order of the reasons, then of the numbers. Each
// class is a search of its own, so no number is tried. Example: a page of 50 has all
// 30 repeats, and the first 20 of 900 ladders.
func (c *Catalogue) searchClasses(q *Query, prices Prices) Result {
	all := newSearch(c, q, prices)
	all.count()
	r := all.counted()
	skip, begun := q.offset, q.after.Number == 0
	for _, class := range q.classes {
		part := *q
		part.automaton, part.classes, part.after, part.offset = class.automaton, nil, Cursor{}, skip
		if !begun {
			if begun = class.reason == MemorableOf(q.after.Number); !begun {
				continue
			}
			part.after = q.after
		}
		part.limit = q.limit + 1 - len(r.Rows) // one row more shows whether there is another page
		found := c.Search(&part, prices)
		r.Rows = append(r.Rows, found.Rows...)
		if len(r.Rows) > q.limit {
			r.Rows = r.Rows[:q.limit]
			r.Next = Cursor{Number: r.Rows[q.limit-1].Number}
			break
		}
		skip -= min(skip, int(found.Total))
	}
	return r
}
