package numberformat

import (
	"slices"

	"didpurchase/internal/e164"
)

// ReadSpan reads the first and the last number of a span. Each end limits the
// other's meaning: both have one calling code and one length.
func ReadSpan(first, last string, c Context) Result {
	if r, ok := c.quickSpan(first, last); ok {
		return Result{Readings: []Reading{r}}
	}
	starts, reason := clean(first)
	if reason != nil {
		return Result{Reason: reason}
	}
	ends, reason := clean(last)
	if reason != nil {
		return Result{Reason: reason}
	}
	pairs := c.pairs(starts, ends)
	if !possible(pairs) {
		pairs = append(pairs, c.shortened(first, starts, ends)...)
	}
	return c.best(first+" to "+last, pairs)
}

func (c Context) pairs(starts, ends []written) (list []judged) {
	from, to := c.all(starts), c.all(ends)
	for _, start := range from {
		for _, end := range to {
			list = append(list, paired(start, end))
		}
	}
	return list
}

// possible reports whether a candidate is not refuted.
func possible(list []judged) bool {
	return slices.ContainsFunc(list, func(j judged) bool { return j.evidence > refuted })
}

func (c Context) all(forms []written) (list []judged) {
	for _, w := range forms {
		list = append(list, c.numbers(w)...)
	}
	return list
}

// paired returns the span from one number to another. It is enough if the plan
// knows one of them, as it is for a prefix: the other has the same length.
func paired(start, end judged) judged {
	s := e164.Span{Start: start.Span.Start, End: end.Span.Start}
	pair := judged{Reading: Reading{Span: s, Notation: start.Notation, Calling: start.Calling}}
	switch {
	case !start.shaped():
		pair.reason = start.reason
	case !end.shaped():
		pair.reason = end.reason
	case start.Calling != end.Calling:
		pair.reason = reasonf(LengthsDiffer, "%s and %s are not of one calling code", s.Start, s.End)
	case s.Start.Len() != s.End.Len():
		pair.reason = reasonf(LengthsDiffer, "%s and %s have %d and %d digits", s.Start, s.End, s.Start.Len(), s.End.Len())
	case s.End < s.Start:
		pair.reason = reasonf(Reversed, "the end %s comes before the start %s", s.End, s.Start)
	default:
		pair.evidence, pair.reason = max(start.evidence, end.evidence), start.reason
	}
	return pair
}

// shaped reports whether the candidate is a number of an existing length, known
// or not, and of an expected country.
func (j judged) shaped() bool {
	return j.Span.Start != 0 && (j.reason == nil || j.reason.Code != WrongCountry)
}

// ReadRun reads the first of size consecutive numbers.
func ReadRun(first string, size uint64, c Context) Result {
	if size < 1 || size > maxSize {
		return Result{Reason: reasonf(BadSize, "the size %d is not 1 to %d", size, uint64(maxSize))}
	}
	return c.choose(first, func(w written) (list []judged) {
		for _, j := range c.numbers(w) {
			list = append(list, j.run(size))
		}
		return list
	})
}

// maxSize is larger than every span of E.164 numbers.
const maxSize = 1e14

// run returns the span of size numbers from the judged one on.
func (j judged) run(size uint64) judged {
	if j.evidence == refuted {
		return j
	}
	end := j.Span.Start + e164.Number(size-1)
	if end.Len() != j.Span.Start.Len() || callingOf(end) != j.Calling {
		j.evidence, j.reason = refuted,
			reasonf(BadSize, "%d numbers from %s on are more than numbers of its length", size, j.Span.Start)
		return j
	}
	if !e164.InPlan(end) {
		j.evidence = min(j.evidence, form)
	}
	j.Span.End = end
	return j
}

func callingOf(n e164.Number) int {
	calling, _ := e164.SplitCalling(n.Digits())
	return calling
}
