package httpapi

import (
	"log/slog"
	"net/http"
	"time"
)

// InventoryRecords has the records that the inventory's routes read.
type InventoryRecords interface {
	Packages
	DIDRecords
}

// InventoryService has staff's use cases for prices and porting out;
// *desk.Service implements it.
type InventoryService interface {
	PackageService
	PortOutService
}

// Inventory serves the routes of packages, ranges, imports, import profiles and
// single numbers.
func Inventory(records InventoryRecords, service InventoryService, imports Imports, files Files, log *slog.Logger, now func() time.Time) http.Handler {
	return handler(log, now, func(r *routes) { registerInventory(r, records, service, imports, files, now) })
}

func registerInventory(r *routes, records InventoryRecords, service InventoryService, imports Imports, files Files, now func() time.Time) {
	registerImports(r, imports, files)
	registerProfiles(r, imports)
	registerPackages(r, records, service, now)
	registerInventoryDIDs(r, records, service)
}
