package httpapi

import (
	"log/slog"
	"net/http"
	"time"
)

// DeskRecords has the records that the desk's routes read.
type DeskRecords interface {
	Customers
	CustomerBooks
}

// DeskService has staff's use cases for customers and for the carrier;
// *desk.Service implements it.
type DeskService interface {
	CustomerService
	PaymentService
	SettingsService
	KeyService
	UserService
	ReportService
}

// Desk serves the routes of customers, payments, settings, API keys, reports and
// webhooks. By shop, staff act for a customer.
func Desk(records DeskRecords, desk DeskService, shop AccountService, hooks WebhookService, log *slog.Logger, now func() time.Time) http.Handler {
	return handler(log, now, func(r *routes) { registerDesk(r, records, desk, shop, hooks, now) })
}

func registerDesk(r *routes, records DeskRecords, desk DeskService, shop AccountService, hooks WebhookService, now func() time.Time) {
	registerCustomers(r, records, desk)
	registerPayments(r, desk)
	registerCustomerBooks(r, records, shop, now)
	registerSettings(r, desk)
	registerAPIKeys(r, desk)
	registerUsers(r, desk)
	registerReports(r, desk, now)
	registerWebhooks(r, hooks)
}
