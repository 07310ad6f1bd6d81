package httpapi

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// Desk is what the staff's routes need.
type Desk interface {
	Packages
	Customers
	Inventory
}

// Staff serves the routes of the carrier's staff.
func Staff(desk Desk, imports Imports, files Files, log *slog.Logger, now func() time.Time) http.Handler {
	return handler(log, now, func(api huma.API) { registerStaff(api, desk, imports, files) })
}

func registerStaff(api huma.API, desk Desk, imports Imports, files Files) {
	registerImports(api, imports, files)
	registerProfiles(api, imports)
	registerPackages(api, desk)
	registerCustomers(api, desk)
	registerInventory(api, desk)
}
