package ledger

import (
	"time"

	"didpurchase/internal/party"
)

// Period is the time whose charges share an invoice.
type Period struct {
	Name string    // 2026-01 for a month, 2026-01-31 for a day; "" for an invoice of one charge
	Ends time.Time // the invoice is issued then
}

// PeriodOf returns the period of a charge, in the carrier's time zone. of is the
// carrier's way of invoicing, which the account's own replaces.
func (a Account) PeriodOf(kind Kind, of party.Invoicing, at time.Time, loc *time.Location) Period {
	if a.Invoicing != "" {
		of = a.Invoicing
	}
	year, month, day := at.In(loc).Date()
	switch {
	case of == party.Monthly:
		return Period{at.In(loc).Format("2006-01"), time.Date(year, month+1, 1, 0, 0, 0, 0, loc).UTC()}
	case kind == Renewal:
		return Period{at.In(loc).Format(time.DateOnly), time.Date(year, month, day+1, 0, 0, 0, 0, loc).UTC()}
	default:
		return Period{Ends: at}
	}
}

// Gathers returns the id of the invoice that has the period's earlier charges;
// "" if there is none.
func (a Account) Gathers(p Period) string {
	if p.Name == "" || p.Name != a.OpenPeriod {
		return ""
	}
	return a.OpenInvoice
}

// InvoiceFor returns the invoice of a charge: the open one of its period, or an
// empty one if there is none or it was issued already.
func (a Account) InvoiceFor(p Period, open Invoice, now time.Time) Invoice {
	if open.ID != "" && open.Issued.Number == "" {
		return open
	}
	i := a.NextInvoice(now)
	i.Period, i.NextAt = p.Name, p.Ends
	return i
}
