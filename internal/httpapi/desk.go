package httpapi

import (
	"log/slog"
	"net/http"
	"time"
)

// DeskRecords is what the desk's routes read.
type DeskRecords interface {
	Customers
	CustomerBooks
}

// DeskService is what staff do for customers and for the carrier; *desk.Service
// is one.
type DeskService interface {
	CustomerService
	PaymentService
	SettingsService
	KeyService
	UserService
	ReportService
}

// Desk serves the routes of customers, payments, settings, API keys and reports.
// With shop, staff do for a customer what the customer can do too.
func Desk(records DeskRecords, desk DeskService, shop AccountService, log *slog.Logger, now func() time.Time) http.Handler {
	return handler(log, now, func(r *routes) { registerDesk(r, records, desk, shop, now) })
}

func registerDesk(r *routes, records DeskRecords, desk DeskService, shop AccountService, now func() time.Time) {
	registerCustomers(r, records, desk)
	registerPayments(r, desk)
	registerCustomerBooks(r, records, shop, now)
	registerSettings(r, desk)
	registerAPIKeys(r, desk)
	registerUsers(r, desk)
	registerReports(r, desk, now)
}
