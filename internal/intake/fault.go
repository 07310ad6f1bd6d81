package intake

import "fmt"

// Code is why a row had its outcome: the report's word for it.
type Code string

// The codes of rows.
const (
	CodeAdded          Code = "added"           // applied
	CodeAlreadyOffered Code = "already_offered" // unchanged: all of it, under the same package

	// Rejected.
	CodeMalformed         Code = "malformed_row"
	CodeNotUTF8           Code = "not_utf8"
	CodeStatusNotAccepted Code = "status_not_accepted" // does not stop all_or_nothing
	CodeMissing           Code = "missing_value"
	CodeNotE164           Code = "not_e164" // no country's calling code, or not a length that it has
	CodeTooManyDigits     Code = "too_many_digits"
	CodeUnknownLength     Code = "unknown_length"
	CodeBadSize           Code = "bad_size"
	CodeBadLength         Code = "bad_length"
	CodeReversed          Code = "reversed"
	CodeLengthsDiffer     Code = "lengths_differ"
	CodeUnknownPackage    Code = "unknown_package"
	CodeDuplicate         Code = "duplicate_row"
	CodeOverlap           Code = "overlap"
	CodeNotApplied        Code = "not_applied" // another row stopped an all_or_nothing import
)

// Outcome is what came of a row.
type Outcome string

// The outcomes.
const (
	Applied   Outcome = "applied"
	Unchanged Outcome = "unchanged"
	Rejected  Outcome = "rejected"
)

// outcome of a code: all but two reject.
func (c Code) outcome() Outcome {
	switch c {
	case CodeAdded:
		return Applied
	case CodeAlreadyOffered:
		return Unchanged
	default:
		return Rejected
	}
}

// Fault is why a row can't be applied, in a sentence that names the value.
type Fault struct {
	Code   Code
	Detail string
}

func faultf(code Code, format string, args ...any) *Fault {
	return &Fault{Code: code, Detail: fmt.Sprintf(format, args...)}
}
