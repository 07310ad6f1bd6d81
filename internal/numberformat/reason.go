package numberformat

import (
	"fmt"
	"strings"

	"didpurchase/internal/e164"
)

// Code is a reason for programs.
type Code string

// The codes.
const (
	Empty          Code = "empty"
	NotANumber     Code = "not_a_number"    // it has something else than a number
	LostDigits     Code = "lost_digits"     // exponent form
	HasExtension   Code = "has_extension"   // an extension follows the number
	NeedsCountry   Code = "needs_country"   // national, and no country is known
	UnknownCalling Code = "unknown_calling" // no country has the calling code
	WrongLength    Code = "wrong_length"
	NotInPlan      Code = "not_in_plan" // the leading digits are of no known number
	WrongCountry   Code = "wrong_country"
	Ambiguous      Code = "ambiguous"
	LengthsDiffer  Code = "lengths_differ" // of a span's ends
	Reversed       Code = "reversed"       // a span's end comes before its start
	UnknownLength  Code = "unknown_length" // of a prefix: how many digits follow
	BadSize        Code = "bad_size"
)

// Reason explains why a text has no single reading.
type Reason struct {
	Code   Code
	Detail string // a sentence about the text, which it names
}

func (r *Reason) Error() string { return r.Detail }

func reasonf(code Code, format string, args ...any) *Reason {
	return &Reason{code, fmt.Sprintf(format, args...)}
}

func ambiguous(text string, readings []Reading) *Reason {
	var names []string
	for _, r := range readings {
		names = append(names, string(r.Notation)+" "+nameOf(r.Span))
	}
	last := len(names) - 1
	return reasonf(Ambiguous, "%q has %d meanings: %s or %s; write it with a plus and its country code",
		text, len(names), strings.Join(names[:last], ", "), names[last])
}

// nameOf returns a span in words for sentences.
func nameOf(s e164.Span) string {
	if s.Start == s.End {
		return s.Start.String()
	}
	return s.Start.String() + " to " + s.End.String()
}
