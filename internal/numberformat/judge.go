package numberformat

import (
	"slices"
	"strconv"
	"strings"

	"didpurchase/internal/e164"
)

// judged is a candidate with its evidence in the numbering plan.
type judged struct {
	Reading
	evidence evidence
	reason   *Reason // why it is refuted; nil if it is possible
}

// evidence is the plan's support for a candidate.
type evidence int

const (
	refuted    evidence = iota
	form                // its length exists, and its form leaves no other meaning
	afterTrunk          // its leading digits are known once a trunk prefix is taken off
	inThePlan           // its leading digits are known
)

// numbers judges every candidate for one number.
func (c Context) numbers(w written) (list []judged) {
	for _, found := range c.candidates(w, true) {
		list = append(list, c.judge(found))
	}
	return list
}

func (c Context) judge(found candidate) judged {
	j := judged{Reading: Reading{Notation: found.notation, Calling: found.calling}}
	n, reason := number(found.digits)
	if j.reason = reason; reason != nil {
		return j
	}
	j.Span = e164.Span{Start: n, End: n}
	switch known := e164.InPlan(n); {
	case c.Only && !c.has(found.calling):
		j.reason = reasonf(WrongCountry, "%s is not of %s", n, c.codes())
	case known:
		j.evidence = found.known()
	default:
		j.evidence, j.reason = byForm(found, n.Len())
	}
	return j
}

// known returns the evidence for a candidate with leading digits that the plan
// knows.
func (found candidate) known() evidence {
	if found.trimmed {
		return afterTrunk
	}
	return inThePlan
}

// byForm returns the evidence for digits that the plan doesn't know at this
// length. If the plan knows them at other lengths, digits are missing or too
// many.
func byForm(found candidate, length int) (evidence, *Reason) {
	if lengths := e164.LengthsInPlan(found.digits); len(lengths) > 0 {
		return refuted, reasonf(WrongLength, "numbers that begin with +%s have %s digits in all, not %d", found.digits,
			e164.LengthList(lengths), length)
	}
	if zero := missingZero(found); zero != "" {
		return refuted, reasonf(NotInPlan, "the numbering plan has no numbers that begin with +%s; its numbers keep their "+
			"0: maybe +%s", found.digits, zero)
	}
	if !found.evident {
		return refuted, reasonf(NotInPlan, "the numbering plan has no numbers that begin with +%s; if they exist, write "+
			"them with their plus", found.digits)
	}
	return form, nil
}

// missingZero returns the digits with a 0 after the calling code, if the country
// has no trunk prefix and its national numbers begin with that 0. An international
// form or a spreadsheet may have dropped it: +39 6 1234 5678 is +39 06 1234 5678.
func missingZero(found candidate) string {
	if found.calling == 0 || e164.TrunkPrefix(found.calling) != "" {
		return ""
	}
	code := strconv.Itoa(found.calling)
	with := code + "0" + strings.TrimPrefix(found.digits, code)
	if n, reason := number(with); reason == nil && e164.InPlan(n) {
		return with
	}
	return ""
}

// number reads digits that begin with a calling code; their length must exist.
func number(digits string) (e164.Number, *Reason) {
	calling, national := e164.SplitCalling(digits)
	switch {
	case calling == 0:
		return 0, reasonf(UnknownCalling, "no country has the calling code that +%s begins with", shortened(digits))
	case !e164.HasLength(calling, len(national)):
		return 0, reasonf(WrongLength, "numbers of +%d have %s digits after it, and +%s has %d", calling,
			e164.LengthList(e164.NationalLengths(calling)), shortened(digits), len(national))
	}
	value, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		return 0, reasonf(WrongLength, "+%s has more than %d digits", shortened(digits), e164.MaxDigits)
	}
	return e164.Number(value), nil
}

// choose takes the readings with the best evidence from all meanings of a text.
func (c Context) choose(text string, judge func(written) []judged) Result {
	forms, reason := clean(text)
	if reason != nil {
		return Result{Reason: reason}
	}
	var all []judged
	for _, w := range forms {
		all = append(all, judge(w)...)
	}
	return c.best(text, all)
}

func (c Context) best(text string, all []judged) Result {
	top := refuted
	for _, j := range all {
		top = max(top, j.evidence)
	}
	if top == refuted {
		return Result{Reason: c.nearest(text, all)}
	}
	var readings []Reading
	for _, j := range all {
		if j.evidence == top && !slices.ContainsFunc(readings, func(r Reading) bool { return r.Span == j.Span }) {
			readings = append(readings, j.Reading)
		}
	}
	if len(readings) > 1 {
		return Result{Readings: readings, Reason: ambiguous(text, readings)}
	}
	return Result{Readings: readings}
}

// nearest returns the reason of the candidate that is most like a number.
func (c Context) nearest(text string, all []judged) *Reason {
	for _, code := range []Code{WrongCountry, NotInPlan, UnknownLength, BadSize, Reversed, LengthsDiffer, WrongLength,
		UnknownCalling, LostDigits, HasExtension, NotANumber} {
		for _, j := range all {
			if j.reason != nil && j.reason.Code == code {
				return reasonf(code, "%q: %s", shortened(text), j.reason.Detail)
			}
		}
	}
	return reasonf(NeedsCountry, "%q is a national number, and no country is given; write it with a plus and its "+
		"country code", shortened(text))
}

// codes names the calling codes of the context's countries.
func (c Context) codes() string {
	text := ""
	for i, country := range c.Countries {
		if i > 0 {
			text += " or "
		}
		text += "+" + strconv.Itoa(country.Calling)
	}
	return text
}
