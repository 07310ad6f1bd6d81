package auth

// Rule says which roles may call an operation. A role in neither list may not.
type Rule struct {
	Customers []Role
	Staff     []Role
}

// Rules is the matrix of roles and routes, the only place that grants
// anything. A route that is not in it is forbidden to everybody. The key is the
// method and the path as the operation is registered.
var Rules = map[string]Rule{
	"GET /v1/me": {Customers: CustomerRoles, Staff: StaffRoles},

	"GET /v1/available-dids":         {Customers: CustomerRoles, Staff: StaffRoles},
	"POST /v1/available-dids/search": {Customers: CustomerRoles, Staff: StaffRoles},
	"GET /v1/coverage":               {Customers: CustomerRoles, Staff: StaffRoles},

	// Staff have no cart, no orders and no rentals of their own.
	"GET /v1/cart":                {Customers: CustomerRoles},
	"POST /v1/cart/items":         {Customers: buyers},
	"DELETE /v1/cart/items/{did}": {Customers: buyers},
	"POST /v1/cart/extend":        {Customers: buyers},
	"POST /v1/orders":             {Customers: buyers},
	"GET /v1/orders":              {Customers: CustomerRoles},
	"GET /v1/orders/{id}":         {Customers: CustomerRoles},
	"GET /v1/dids":                {Customers: CustomerRoles},
	"GET /v1/dids/{did}":          {Customers: CustomerRoles},
	"PATCH /v1/dids/{did}":        {Customers: buyers},
	"DELETE /v1/dids/{did}":       {Customers: buyers},
	"POST /v1/dids/{did}/restore": {Customers: buyers},
	"POST /v1/dids/{did}/reclaim": {Customers: buyers},
	"GET /v1/dids/{did}/charges":  {Customers: CustomerRoles},
	"GET /v1/account":             {Customers: CustomerRoles},
	"GET /v1/account/charges":     {Customers: CustomerRoles},
	"GET /v1/account/ledger":      {Customers: CustomerRoles},
	"GET /v1/account/statement":   {Customers: CustomerRoles},
	"GET /v1/invoices":            {Customers: CustomerRoles},
	"GET /v1/invoices/{invoice}":  {Customers: CustomerRoles},

	"GET /v1/imports":                {Staff: StaffRoles},
	"POST /v1/imports":               {Staff: admins},
	"GET /v1/imports/{id}":           {Staff: StaffRoles},
	"POST /v1/imports/{id}/apply":    {Staff: successors}, // whose jobs; the others' are for who may begin them
	"GET /v1/imports/{id}/report":    {Staff: StaffRoles},
	"GET /v1/ranges":                 {Staff: StaffRoles},
	"POST /v1/ranges/withdraw":       {Staff: admins},
	"POST /v1/ranges/reprice":        {Staff: admins},
	"POST /v1/ranges/withhold":       {Staff: successors},
	"POST /v1/ranges/return":         {Staff: successors},
	"GET /v1/import-profiles":        {Staff: StaffRoles},
	"GET /v1/import-profiles/{name}": {Staff: StaffRoles},
	"PUT /v1/import-profiles/{name}": {Staff: admins},
	"GET /v1/packages":               {Staff: StaffRoles},
	"POST /v1/packages":              {Staff: admins},
	"GET /v1/settings":               {Staff: StaffRoles},
	"PATCH /v1/settings":             {Staff: admins},
	"GET /v1/api-keys":               {Staff: StaffRoles},
	"POST /v1/api-keys":              {Staff: admins},
	"DELETE /v1/api-keys/{key}":      {Staff: admins},

	"GET /v1/customers":                          {Staff: StaffRoles},
	"POST /v1/customers":                         {Staff: admins},
	"GET /v1/customers/{id}":                     {Staff: StaffRoles},
	"PATCH /v1/customers/{id}":                   {Staff: billers}, // NameCustomers has the rest
	"POST /v1/customers/{id}/payments":           {Staff: []Role{Admin, Billing, Payments}},
	"POST /v1/customers/{id}/refunds":            {Staff: billers},
	"POST /v1/customers/{id}/adjustments":        {Staff: billers},
	"GET /v1/customers/{id}/ledger":              {Staff: StaffRoles},
	"GET /v1/customers/{id}/statement":           {Staff: StaffRoles},
	"GET /v1/customers/{id}/orders":              {Staff: StaffRoles},
	"GET /v1/customers/{id}/invoices":            {Staff: StaffRoles},
	"GET /v1/customers/{id}/invoices/{invoice}":  {Staff: StaffRoles},
	"POST /v1/customers/{id}/dids":               {Staff: sellers},
	"GET /v1/customers/{id}/dids":                {Staff: StaffRoles},
	"DELETE /v1/customers/{id}/dids/{did}":       {Staff: successes},
	"POST /v1/customers/{id}/dids/{did}/restore": {Staff: successes},
	"POST /v1/inventory/{did}/port-out":          {Staff: admins},
	"GET /v1/inventory/{did}":                    {Staff: StaffRoles},
	"GET /v1/reports/revenue":                    {Staff: StaffRoles},
	"GET /v1/reports/renewals":                   {Staff: StaffRoles},
}

var (
	buyers = []Role{Buyer}
	admins = []Role{Admin}

	successors = []Role{Admin, CustomerSuccess}

	billers   = []Role{Admin, Billing}
	sellers   = []Role{Admin, Sales}
	successes = []Role{Admin, CustomerSuccess}
)

// NameCustomers is who may change a customer's name and status; the others whom
// PATCH /v1/customers/{id} lets in change what concerns money.
var NameCustomers = Rule{Staff: admins}

// RuleFor is the rule of an operation: its method and its path as registered.
func RuleFor(method, path string) (Rule, bool) {
	rule, ok := Rules[method+" "+path]
	return rule, ok
}
