package plan

import (
	"didpurchase/internal/intake/sheet"
)

// The codes of rows.
const (
	// Applied.
	CodeAdded     sheet.Code = "added"
	CodeExtended  sheet.Code = "extended" // a part was offered under the same package
	CodeRepriced  sheet.Code = "repriced" // a part was offered under another package
	CodeUpdated   sheet.Code = "updated"  // the whole row was offered, with another package, area, type or features
	CodeWithdrawn sheet.Code = "withdrawn"
	CodeWithheld  sheet.Code = "withheld"
	CodeReturned  sheet.Code = "returned"
	CodeAdopted   sheet.Code = "adopted"

	// Unchanged.
	CodeAlreadyOffered  sheet.Code = "already_offered" // the whole row, under the same package
	CodeNotThere        sheet.Code = "not_offered_already"
	CodeAlreadyWithheld sheet.Code = "already_withheld"
	CodeNotWithheld     sheet.Code = "not_withheld"
	CodeAlreadyRented   sheet.Code = "already_rented" // by the same customer

	// Rejected.
	CodeNotData           sheet.Code = "not_data"            // a title or a date; does not stop all_or_nothing
	CodeStatusNotAccepted sheet.Code = "status_not_accepted" // does not stop all_or_nothing
	CodeMissing           sheet.Code = "missing_value"
	CodeNotE164           sheet.Code = "not_e164" // no country has the calling code, or its numbers have another length
	CodeUnknownLength     sheet.Code = "unknown_length"
	CodeBadSize           sheet.Code = "bad_size"
	CodeBadLength         sheet.Code = "bad_length"
	CodeReversed          sheet.Code = "reversed"
	CodeLengthsDiffer     sheet.Code = "lengths_differ"
	CodeWrongCountry      sheet.Code = "wrong_country"
	CodeTooLarge          sheet.Code = "too_large"
	CodeBadArea           sheet.Code = "bad_area"
	CodeUnknownType       sheet.Code = "unknown_type"
	CodeUnknownFeature    sheet.Code = "unknown_feature"
	CodeUnknownPackage    sheet.Code = "unknown_package"
	CodeAmbiguousNumber   sheet.Code = "ambiguous_number"
	CodeAmbiguousAmount   sheet.Code = "ambiguous_amount"
	CodeBadInterval       sheet.Code = "bad_interval"
	CodeBadPrice          sheet.Code = "bad_price"
	CodeNoSuchPrice       sheet.Code = "no_package_of_price"
	CodeAmbiguousPrice    sheet.Code = "ambiguous_price"
	CodePriceDiffers      sheet.Code = "price_differs"
	CodeDuplicate         sheet.Code = "duplicate_row"
	CodeOverlap           sheet.Code = "overlap"
	CodeNotOffered        sheet.Code = "not_offered"
	CodeTaken             sheet.Code = "taken"
	CodeTooMany           sheet.Code = "too_many_numbers"
	CodeUnknownCustomer   sheet.Code = "unknown_customer"
	CodeBadTime           sheet.Code = "bad_time"
	CodeBadSetting        sheet.Code = "bad_setting" // a label or destination that a customer may not set
	// another row stopped an all_or_nothing import, or a plan is out of date
	CodeNotApplied sheet.Code = "not_applied"
	CodeChanged    sheet.Code = "changed_since_plan" // the plan's outcome is no longer possible
)

// Outcome is the outcome of a row.
type Outcome string

// The outcomes.
const (
	Planned   Outcome = "planned" // in the report of a dry run: it would be applied
	Applied   Outcome = "applied"
	Unchanged Outcome = "unchanged"
	Rejected  Outcome = "rejected"
)

// outcomes has the outcome of each code that does not reject.
var outcomes = map[sheet.Code]Outcome{
	CodeAdded: Planned, CodeExtended: Planned, CodeRepriced: Planned, CodeUpdated: Planned, CodeWithdrawn: Planned,
	CodeWithheld: Planned, CodeReturned: Planned, CodeAdopted: Planned,
	CodeAlreadyOffered: Unchanged, CodeNotThere: Unchanged, CodeAlreadyWithheld: Unchanged, CodeNotWithheld: Unchanged,
	CodeAlreadyRented: Unchanged,
}

// OutcomeOf returns the outcome of a code in a plan.
func OutcomeOf(c sheet.Code) Outcome {
	if o, ok := outcomes[c]; ok {
		return o
	}
	return Rejected
}

// stops reports whether a row with the fault stops an all_or_nothing job. A row
// that is not an offer, or that the file itself excludes, does not stop it.
func stops(f *sheet.Fault) bool { return f.Code != CodeStatusNotAccepted && f.Code != CodeNotData }
