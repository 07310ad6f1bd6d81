package httpapi

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
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
}

// Staff serves the routes of the carrier's staff; shop does on customers' behalf
// what they do themselves.
func Staff(records DeskRecords, desk Desk, shop AccountService, imports Imports, files Files, log *slog.Logger, now func() time.Time) http.Handler {
	return handler(log, now, func(api huma.API) { registerStaff(api, records, desk, shop, imports, files, now) })
}

func registerStaff(api huma.API, records DeskRecords, desk Desk, shop AccountService, imports Imports, files Files, now func() time.Time) {
	registerImports(api, imports, files)
	registerProfiles(api, imports)
	registerPackages(api, records, desk, now)
	registerCustomers(api, records, desk)
	registerPayments(api, desk)
	registerCustomerBooks(api, records, shop, now)
	registerInventory(api, records, desk)
	registerSettings(api, desk)
	registerAPIKeys(api, desk)
}
