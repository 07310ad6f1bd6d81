// Package staff has the routes of a carrier's staff: the inventory (packages,
// ranges, imports, single numbers), the desk (customers, payments, settings,
// reports, audit) and access (users, keys, webhooks). Customers' own users call
// the routes of access, too.
package staff

import (
	"time"

	"didpurchase/internal/httpapi"
)

// DeskService has staff's use cases for customers and for the carrier;
// *desk.Service implements it.
type DeskService interface {
	CustomerService
	BillingService
	PaymentService
	SettingsService
	ReportService
}

// Desk has the routes of customers, billing details, payments, settings, reports and
// the audit.
type Desk struct {
	Customers Customers
	Service   DeskService
	Audit     AuditRecords
	Finder    Finder
	Releases  Releases
	Now       func() time.Time
}

// Register implements httpapi.Group.
func (d Desk) Register(r *httpapi.Routes) {
	registerCustomers(r, d.Customers, d.Service)
	registerBilling(r, d.Service)
	registerPayments(r, d.Service)
	registerSettings(r, d.Service)
	registerReports(r, d.Service, d.Now)
	registerAudit(r, d.Audit, d.Now)
	registerFinder(r, d.Finder)
	registerDisconnected(r, d.Releases)
}
