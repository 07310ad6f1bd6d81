package party

// Invoicing chooses the charges of a customer that share an invoice.
type Invoicing string

// The ways of invoicing.
const (
	PerCharge Invoicing = "per_charge" // an invoice for each order, and one for each day of renewals
	Monthly   Invoicing = "monthly"    // one invoice for all charges of a calendar month
)

// Known reports whether the way exists.
func (i Invoicing) Known() bool { return i == PerCharge || i == Monthly }
