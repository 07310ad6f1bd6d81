package staff

import (
	"time"

	"didpurchase/internal/httpapi"
)

// Inventory has the routes of ranges, imports, import profiles, usage and single
// numbers.
type Inventory struct {
	Records DIDRecords
	Service PortOutService
	Imports Imports
	Files   Files
	Usage   UsageService
	Now     func() time.Time
}

// Register implements httpapi.Group.
func (i Inventory) Register(r *httpapi.Routes) {
	registerImports(r, i.Imports, i.Files)
	registerProfiles(r, i.Imports)
	registerUsage(r, i.Usage)
	registerInventoryDIDs(r, i.Records, i.Service, i.Now)
}
