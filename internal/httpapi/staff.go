package httpapi

import (
	"log/slog"
	"net/http"
	"time"
)

// DeskRecords is what the staff's routes read.
type DeskRecords interface {
	Packages
	Customers
	Inventory
	CustomerBooks
}

// Desk is what staff do; *desk.Service is one.
type Desk interface {
	PackageService
	CustomerService
	PaymentService
	SettingsService
	KeyService
	InventoryService
	ReportService
}

// Staff serves the routes of the carrier's staff; shop does on customers' behalf
// what they do themselves.
func Staff(records DeskRecords, desk Desk, shop AccountService, imports Imports, files Files, log *slog.Logger, now func() time.Time) http.Handler {
	return handler(log, now, func(r *routes) { registerStaff(r, records, desk, shop, imports, files, now) })
}

func registerStaff(r *routes, records DeskRecords, desk Desk, shop AccountService, imports Imports, files Files, now func() time.Time) {
	registerImports(r, imports, files)
	registerProfiles(r, imports)
	registerPackages(r, records, desk, now)
	registerCustomers(r, records, desk)
	registerPayments(r, desk)
	registerCustomerBooks(r, records, shop, now)
	registerInventory(r, records, desk)
	registerSettings(r, desk)
	registerAPIKeys(r, desk)
	registerReports(r, desk, now)
}
