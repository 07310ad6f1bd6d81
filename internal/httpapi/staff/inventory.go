package staff

import (
	"time"

	"didpurchase/internal/httpapi"
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

// Inventory has the routes of packages, ranges, imports, import profiles, usage and
// single numbers.
type Inventory struct {
	Records InventoryRecords
	Service InventoryService
	Imports Imports
	Files   Files
	Usage   UsageService
	Now     func() time.Time
}

// Register implements httpapi.Group.
func (i Inventory) Register(r *httpapi.Routes) {
	registerImports(r, i.Imports, i.Files)
	registerProfiles(r, i.Imports)
	registerPackages(r, i.Records, i.Service, i.Now)
	registerUsage(r, i.Usage)
	registerInventoryDIDs(r, i.Records, i.Service)
}
