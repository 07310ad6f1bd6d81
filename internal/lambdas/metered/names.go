// Package metered counts the work of functions as metrics: committed changes and
// answers. It decides nothing: a function works in the same way without it.
package metered

// The metrics. infra/policy compares them with the alarms and the dashboard of
// template.yaml.
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
	ImportsFailed      = "ImportsFailed"      // files that could not be imported
	ReconcileFindings  = "ReconcileFindings"  // records that should agree and don't
	PaymentFindings    = "PaymentFindings"    // payments at a provider that were not credited
)

// Names lists all metrics.
var Names = []string{
	Searches, Holds, Refusals, Orders, Revenue, Renewals, RenewalsUnpaid,
	ImportRowsApplied, ImportRowsRejected, ImportsFailed, ReconcileFindings, PaymentFindings,
}
