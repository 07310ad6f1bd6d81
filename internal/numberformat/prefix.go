package numberformat

import (
	"strconv"
	"strings"

	"didpurchase/internal/e164"
)

// ReadPrefix reads the common prefix of a span. The number of following digits
// comes from national, the length of a national number, else from the size,
// else from the country if its numbers have only one length; 0 = not known.
// With a size the span is the first size numbers.
func ReadPrefix(text string, national int, size uint64, c Context) Result {
	if size > maxSize {
		return Result{Reason: reasonf(BadSize, "the size %d is not 1 to %d", size, uint64(maxSize))}
	}
	p := prefix{national: national, size: size}
	return c.choose(text, func(w written) (list []judged) {
		for _, found := range c.candidates(w, false) {
			list = append(list, c.judgePrefix(found, p))
		}
		return list
	})
}

type prefix struct {
	national int    // digits of a national number, 0 = not known
	size     uint64 // 0 = all
}

func (c Context) judgePrefix(found candidate, p prefix) judged {
	j := judged{Reading: Reading{Notation: found.notation, Calling: found.calling}}
	span, reason := p.expand(found)
	if j.reason = reason; reason != nil {
		return j
	}
	j.Span = span
	switch known := e164.PrefixInPlan(found.digits, span.Start.Len()); {
	case c.Only && !c.has(found.calling):
		j.reason = reasonf(WrongCountry, "+%s is not of %s", found.digits, c.codes())
	case known:
		j.evidence = found.known()
	default:
		j.evidence, j.reason = byForm(found, span.Start.Len())
	}
	return j
}

// expand returns the span of all numbers that begin with the candidate's
// digits, or of the first of them.
func (p prefix) expand(found candidate) (e164.Span, *Reason) {
	open, reason := p.open(found)
	if reason != nil {
		return e164.Span{}, reason
	}
	start, reason := number(found.digits + strings.Repeat("0", open))
	if reason != nil {
		return e164.Span{}, reason
	}
	count := pow10(open)
	if p.size > count {
		return e164.Span{}, reasonf(BadSize, "the size %d is more than the %d numbers that begin with +%s",
			p.size, count, found.digits)
	}
	if p.size > 0 {
		count = p.size
	}
	return e164.Span{Start: start, End: start + e164.Number(count-1)}, nil
}

// open counts the digits that follow the prefix.
func (p prefix) open(found candidate) (int, *Reason) {
	national := p.national
	if national == 0 && p.size > 0 {
		return digitsFor(p.size), nil
	}
	if national == 0 {
		lengths := wholeLengths(found.calling)
		if len(lengths) != 1 {
			return 0, reasonf(UnknownLength, "the number of digits after the prefix +%s is not known", found.digits)
		}
		national = lengths[0]
	}
	open := len(strconv.Itoa(found.calling)) + national - len(found.digits)
	if open < 0 {
		return 0, reasonf(WrongLength, "the prefix +%s has more than the %d digits of a national number after +%d",
			found.digits, national, found.calling)
	}
	return open, nil
}

// wholeLengths returns the lengths of a calling code's national numbers. Those
// of +1 have ten digits; the numbering plan also knows the seven that are
// dialled within an area.
func wholeLengths(calling int) []int {
	if calling == 1 {
		return []int{10}
	}
	return e164.NationalLengths(calling)
}

// digitsFor returns the number of digits that distinguish size numbers: 0 for
// 1, 4 for 10,000.
func digitsFor(size uint64) (n int) {
	for ; pow10(n) < size; n++ {
	}
	return n
}

func pow10(n int) uint64 {
	p := uint64(1)
	for range n {
		p *= 10
	}
	return p
}
