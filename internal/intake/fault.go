package intake

import "fmt"

// Code is why a row had its outcome: the report's word for it.
type Code string

// The codes of rows.
const (
	// Applied.
	CodeAdded     Code = "added"
	CodeExtended  Code = "extended" // a part was offered under the same package
	CodeRepriced  Code = "repriced" // a part was offered under another package
	CodeWithdrawn Code = "withdrawn"
	CodeWithheld  Code = "withheld"
	CodeReturned  Code = "returned"
	CodeAdopted   Code = "adopted"

	// Unchanged.
	CodeAlreadyOffered  Code = "already_offered" // all of it, under the same package
	CodeNotThere        Code = "not_offered_already"
	CodeAlreadyWithheld Code = "already_withheld"
	CodeNotWithheld     Code = "not_withheld"
	CodeAlreadyRented   Code = "already_rented" // by the same customer

	// Rejected.
	CodeMalformed         Code = "malformed_row"
	CodeNotUTF8           Code = "not_utf8"
	CodeNotUTF16          Code = "not_utf16"
	CodeNotData           Code = "not_data"            // a title, a date; does not stop all_or_nothing
	CodeStatusNotAccepted Code = "status_not_accepted" // does not stop all_or_nothing
	CodeMissing           Code = "missing_value"
	CodeNotE164           Code = "not_e164" // no country's calling code, or not a length that it has
	CodeTooManyDigits     Code = "too_many_digits"
	CodeUnknownLength     Code = "unknown_length"
	CodeBadSize           Code = "bad_size"
	CodeBadLength         Code = "bad_length"
	CodeReversed          Code = "reversed"
	CodeLengthsDiffer     Code = "lengths_differ"
	CodeWrongCountry      Code = "wrong_country"
	CodeTooLarge          Code = "too_large"
	CodeBadArea           Code = "bad_area"
	CodeUnknownType       Code = "unknown_type"
	CodeUnknownFeature    Code = "unknown_feature"
	CodeUnknownPackage    Code = "unknown_package"
	CodeBadPrice          Code = "bad_price"
	CodeNoSuchPrice       Code = "no_package_of_price"
	CodeAmbiguousPrice    Code = "ambiguous_price"
	CodePriceDiffers      Code = "price_differs"
	CodeDuplicate         Code = "duplicate_row"
	CodeOverlap           Code = "overlap"
	CodeNotOffered        Code = "not_offered"
	CodeTaken             Code = "taken"
	CodeTooMany           Code = "too_many_numbers"
	CodeUnknownCustomer   Code = "unknown_customer"
	CodeBadTime           Code = "bad_time"
	CodeNotApplied        Code = "not_applied"        // another row stopped an all_or_nothing import, or a plan is out of date
	CodeChanged           Code = "changed_since_plan" // what the plan said would no longer happen
)

// Outcome is what came of a row.
type Outcome string

// The outcomes.
const (
	Planned   Outcome = "planned" // in the report of a dry run: it would be applied
	Applied   Outcome = "applied"
	Unchanged Outcome = "unchanged"
	Rejected  Outcome = "rejected"
)

// outcomes of the codes that don't reject.
var outcomes = map[Code]Outcome{
	CodeAdded: Planned, CodeExtended: Planned, CodeRepriced: Planned, CodeWithdrawn: Planned, CodeWithheld: Planned, CodeReturned: Planned, CodeAdopted: Planned,
	CodeAlreadyOffered: Unchanged, CodeNotThere: Unchanged, CodeAlreadyWithheld: Unchanged, CodeNotWithheld: Unchanged, CodeAlreadyRented: Unchanged,
}

// outcome of a code in a plan.
func (c Code) outcome() Outcome {
	if o, ok := outcomes[c]; ok {
		return o
	}
	return Rejected
}

// stops says whether a row with the fault stops an all_or_nothing job: one that
// is no offer, or that the file itself takes out, does not.
func (f *Fault) stops() bool { return f.Code != CodeStatusNotAccepted && f.Code != CodeNotData }

// Fault is why a row can't be applied, in a sentence that names the value.
type Fault struct {
	Code   Code
	Detail string
}

func faultf(code Code, format string, args ...any) *Fault {
	return &Fault{Code: code, Detail: fmt.Sprintf(format, args...)}
}
