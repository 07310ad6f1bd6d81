package httpapi

// Tags group the operations in the document.
const (
	TagSearch  = "Search"
	TagCart    = "Cart"
	TagOrders  = "Orders"
	TagRentals = "Rentals"
	TagAccount = "Account"
	TagRoutes  = "Routes"
	TagStaff   = "Staff"
	TagAccess  = "Access"
	TagEvents  = "Events"
)
