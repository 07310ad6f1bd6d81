// Package metered counts the work of functions as metrics: committed changes
// and answers. It decides nothing, and a function does the same without it.
package metered

// The metrics. infra/policy holds the alarms and the dashboard of template.yaml
// to them.
const (
	Searches           = "Searches"           // answered
	Holds              = "Holds"              // numbers taken into carts
	Refusals           = "Refusals"           // numbers that another customer had
	Orders             = "Orders"             // placed
	Revenue            = "Revenue"            // charged before tax, by currency
	Renewals           = "Renewals"           // periods charged
	RenewalsUnpaid     = "RenewalsUnpaid"     // periods that could not be charged
	ImportRowsApplied  = "ImportRowsApplied"  // of finished imports
	ImportRowsRejected = "ImportRowsRejected" // of finished imports
	ImportsFailed      = "ImportsFailed"      // files of which nothing could be made
	ReconcileFindings  = "ReconcileFindings"  // things that should agree and don't
	PaymentFindings    = "PaymentFindings"    // payments at a provider that were not credited
)

// Names are all of them.
var Names = []string{
	Searches, Holds, Refusals, Orders, Revenue, Renewals, RenewalsUnpaid,
	ImportRowsApplied, ImportRowsRejected, ImportsFailed, ReconcileFindings, PaymentFindings,
}
