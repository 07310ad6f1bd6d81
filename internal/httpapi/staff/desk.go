// Package staff has the routes of a carrier's staff: the inventory (packages,
// ranges, imports, single numbers) and the desk (customers, payments, settings,
// users, keys, reports, webhooks, audit). Customers' own users call the routes
// of users, keys and webhooks, too.
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
	KeyService
	UserService
	ReportService
}

// Desk has the routes of customers, billing details, payments, settings, API keys, users, reports,
// webhooks and the audit.
type Desk struct {
	Customers Customers
	Service   DeskService
	Webhooks  WebhookService
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
	registerAPIKeys(r, d.Service)
	registerUsers(r, d.Service)
	registerReports(r, d.Service, d.Now)
	registerWebhooks(r, d.Webhooks)
	registerAudit(r, d.Audit, d.Now)
	registerFinder(r, d.Finder)
	registerDisconnected(r, d.Releases)
}
