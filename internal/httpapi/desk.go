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

// Desk serves the routes of customers, payments, settings, API keys and
// reports. By shop, staff act for a customer.
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
