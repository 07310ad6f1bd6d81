package auth

import (
	"maps"
	"slices"
	"strings"
)

// Rule names the roles and the API keys' scopes that may call an operation.
// Everybody else may not.
type Rule struct {
	Customers []Role
	Staff     []Role
	Scopes    []Scope // empty: no API key
	Reads     bool    // changes nothing, so that <scope>:read is enough
	Buys      bool    // refused to a customer that is only allowed to search
	Signed    bool    // there is no caller: the operation checks the signature of the body
}

// AcceptPath is where a newcomer accepts an invitation. It is the only operation
// for a valid token without a user.
const AcceptPath = "/v1/invitations/accept"

// ApprovePath is the operation by which a customer's owner approves an order.
const ApprovePath = "POST /v1/orders/{id}/approve"

// ProviderEventsPath is where a payment provider reports payments. It is the only
// operation without a token.
const ProviderEventsPath = "/v1/payment-providers/{provider}/{carrier}/events"

// Rules is the matrix of roles, scopes and routes, the only place that grants
// anything. A route that is not in it is forbidden to everybody. The key is the
// operation's method and its registered path. Every GET reads.
var Rules = reading(map[string]Rule{
	"GET /v1/me":          {Customers: CustomerRoles, Staff: StaffRoles, Scopes: anyScope},
	"GET /v1/permissions": {Customers: CustomerRoles, Staff: StaffRoles, Scopes: anyScope},

	"GET /v1/available-dids":         {Customers: CustomerRoles, Staff: StaffRoles, Scopes: searching},
	"POST /v1/available-dids/search": {Customers: CustomerRoles, Staff: StaffRoles, Scopes: searching, Reads: true},
	"GET /v1/coverage":               {Customers: CustomerRoles, Staff: StaffRoles, Scopes: searching},

	// Staff have no cart, no orders and no rentals of their own.
	ApprovePath:                    {Customers: owners},
	"POST /v1/orders/{id}/decline": {Customers: owners},
	"GET /v1/approvals":            {Customers: CustomerRoles, Staff: StaffRoles, Scopes: []Scope{Buy, Customers}},

	"GET /v1/cart":                {Customers: CustomerRoles, Scopes: buying},
	"POST /v1/cart/items":         {Customers: buyers, Scopes: buying, Buys: true},
	"DELETE /v1/cart/items/{did}": {Customers: buyers, Scopes: buying},
	"POST /v1/cart/extend":        {Customers: buyers, Scopes: buying, Buys: true},
	"POST /v1/orders":             {Customers: buyers, Scopes: buying, Buys: true},
	"GET /v1/orders":              {Customers: CustomerRoles, Scopes: buying},
	"GET /v1/orders/{id}":         {Customers: CustomerRoles, Scopes: buying},
	"GET /v1/orders/{id}/lines":   {Customers: CustomerRoles, Scopes: buying},
	"POST /v1/orders/{id}/cancel": {Customers: buyers, Scopes: buying},
	"GET /v1/dids":                {Customers: CustomerRoles, Scopes: renting},
	"GET /v1/dids/{did}":          {Customers: CustomerRoles, Scopes: renting},
	"PATCH /v1/dids/{did}":        {Customers: buyers, Scopes: renting},
	"DELETE /v1/dids/{did}":       {Customers: buyers, Scopes: renting},
	"POST /v1/dids/{did}/restore": {Customers: buyers, Scopes: renting},
	"POST /v1/dids/{did}/reclaim": {Customers: buyers, Scopes: buying, Buys: true},
	"GET /v1/dids/{did}/charges":  {Customers: CustomerRoles, Scopes: renting},
	"POST /v1/dids/edits":         {Customers: buyers, Scopes: renting}, // a reclaim also needs the right to reclaim one
	"POST /v1/dids/edits/file":    {Customers: buyers, Scopes: renting},
	"GET /v1/dids/edits":          {Customers: CustomerRoles, Scopes: renting},
	"GET /v1/edits/{id}":          {Customers: CustomerRoles, Scopes: renting},
	"GET /v1/edits/{id}/report":   {Customers: CustomerRoles, Scopes: renting},
	"POST /v1/edits/{id}/apply":   {Customers: buyers, Scopes: renting},
	"POST /v1/edits/{id}/undo":    {Customers: buyers, Scopes: renting},
	"POST /v1/edits/{id}/cancel":  {Customers: buyers, Scopes: renting},
	"GET /v1/account":             {Customers: CustomerRoles, Scopes: accounting},
	"GET /v1/account/idle-dids":   {Customers: CustomerRoles, Scopes: renting},
	"GET /v1/account/charges":     {Customers: CustomerRoles, Scopes: accounting},
	"GET /v1/account/billing":     {Customers: CustomerRoles, Scopes: accounting},
	"PATCH /v1/account/billing":   {Customers: buyers, Scopes: accounting},
	"GET /v1/account/ledger":      {Customers: CustomerRoles, Scopes: accounting},
	"GET /v1/account/statement":   {Customers: CustomerRoles, Scopes: accounting},
	"GET /v1/invoices":            {Customers: CustomerRoles, Scopes: accounting},
	"GET /v1/invoices/{invoice}":  {Customers: CustomerRoles, Scopes: accounting},

	"POST /v1/account/top-ups":       {Customers: buyers, Scopes: accounting},
	"GET /v1/account/top-ups":        {Customers: CustomerRoles, Scopes: accounting},
	"GET /v1/account/top-ups/{id}":   {Customers: CustomerRoles, Scopes: accounting},
	"GET /v1/customers/{id}/top-ups": {Staff: StaffRoles, Scopes: serving},
	"GET /v1/payment-findings":       {Staff: StaffRoles, Scopes: paying},
	"GET /v1/payment-providers":      {Staff: StaffRoles},
	"POST " + ProviderEventsPath:     {Signed: true},

	"GET /v1/imports":            {Staff: StaffRoles, Scopes: importing},
	"POST /v1/imports":           {Staff: admins, Scopes: importing},
	"GET /v1/imports/{id}":       {Staff: StaffRoles, Scopes: importing},
	"POST /v1/imports/{id}/plan": {Staff: careRoles, Scopes: importing}, // the same as apply
	// jobs of customer success; other jobs need the role that may begin them
	"POST /v1/imports/{id}/apply":                          {Staff: careRoles, Scopes: importing},
	"GET /v1/imports/{id}/report":                          {Staff: StaffRoles, Scopes: importing},
	"GET /v1/ranges":                                       {Staff: StaffRoles, Scopes: stocking},
	"POST /v1/ranges/withdraw":                             {Staff: admins, Scopes: stocking},
	"POST /v1/ranges/reprice":                              {Staff: admins, Scopes: stocking},
	"POST /v1/ranges/withhold":                             {Staff: careRoles, Scopes: stocking},
	"POST /v1/ranges/return":                               {Staff: careRoles, Scopes: stocking},
	"GET /v1/import-profiles":                              {Staff: StaffRoles, Scopes: importing},
	"GET /v1/import-profiles/{name}":                       {Staff: StaffRoles, Scopes: importing},
	"PUT /v1/import-profiles/{name}":                       {Staff: admins, Scopes: importing},
	"POST /v1/usage":                                       {Staff: admins, Scopes: []Scope{Routes, Imports}},
	"GET /v1/packages":                                     {Staff: StaffRoles, Scopes: stocking},
	"POST /v1/packages":                                    {Staff: admins, Scopes: stocking},
	"GET /v1/price-rules":                                  {Staff: StaffRoles, Scopes: stocking},
	"PUT /v1/price-rules":                                  {Staff: admins, Scopes: stocking},
	"POST /v1/packages/{id}/price-changes":                 {Staff: admins, Scopes: stocking},
	"GET /v1/packages/{id}/price-changes":                  {Staff: StaffRoles, Scopes: stocking},
	"GET /v1/packages/{id}/price-changes/{change}":         {Staff: StaffRoles, Scopes: stocking},
	"GET /v1/packages/{id}/price-changes/{change}/report":  {Staff: StaffRoles, Scopes: stocking},
	"POST /v1/packages/{id}/price-changes/{change}/cancel": {Staff: admins, Scopes: stocking},

	"GET /v1/settings":               {Staff: StaffRoles},
	"PATCH /v1/settings":             {Staff: admins},
	"GET /v1/api-keys":               {Customers: owners, Staff: StaffRoles},
	"POST /v1/api-keys":              {Customers: owners, Staff: admins},
	"POST /v1/api-keys/{key}/rotate": {Customers: owners, Staff: admins},
	"DELETE /v1/api-keys/{key}":      {Customers: owners, Staff: admins},

	"GET /v1/users":                  {Customers: owners, Staff: StaffRoles},
	"POST /v1/users":                 {Customers: owners, Staff: admins},
	"PATCH /v1/users/{id}":           {Customers: owners, Staff: admins},
	"DELETE /v1/users/{id}":          {Customers: owners, Staff: admins},
	"POST /v1/users/{id}/invitation": {Customers: owners, Staff: admins},
	"POST " + AcceptPath:             {}, // for a newcomer, who has no role yet

	"GET /v1/routes":         {Staff: StaffRoles, Scopes: switching},
	"GET /v1/routes/{did}":   {Customers: CustomerRoles, Staff: StaffRoles, Scopes: switching}, // a customer's own numbers
	"GET /v1/routes/changes": {Staff: StaffRoles, Scopes: switching},

	"GET /v1/webhooks":                                    {Customers: CustomerRoles, Staff: StaffRoles, Scopes: telling},
	"POST /v1/webhooks":                                   {Customers: buyers, Staff: admins, Scopes: telling},
	"GET /v1/webhooks/{id}":                               {Customers: CustomerRoles, Staff: StaffRoles, Scopes: telling},
	"PATCH /v1/webhooks/{id}":                             {Customers: buyers, Staff: admins, Scopes: telling},
	"DELETE /v1/webhooks/{id}":                            {Customers: buyers, Staff: admins, Scopes: telling},
	"POST /v1/webhooks/{id}/rotate":                       {Customers: buyers, Staff: admins, Scopes: telling},
	"POST /v1/webhooks/{id}/test":                         {Customers: buyers, Staff: admins, Scopes: telling},
	"GET /v1/webhooks/{id}/deliveries":                    {Customers: CustomerRoles, Staff: StaffRoles, Scopes: telling},
	"POST /v1/webhooks/{id}/deliveries/{delivery}/resend": {Customers: buyers, Staff: admins, Scopes: telling},

	"GET /v1/customers/{id}/orders/{order}":          {Staff: StaffRoles, Scopes: serving},
	"GET /v1/customers/{id}/orders/{order}/lines":    {Staff: StaffRoles, Scopes: serving},
	"POST /v1/customers/{id}/orders/{order}/approve": {Staff: sellers},
	"POST /v1/customers/{id}/orders/{order}/decline": {Staff: sellers},

	"GET /v1/customers":                           {Staff: StaffRoles, Scopes: serving},
	"POST /v1/customers":                          {Staff: admins, Scopes: serving},
	"GET /v1/customers/{id}":                      {Staff: StaffRoles, Scopes: serving},
	"PATCH /v1/customers/{id}":                    {Staff: billers, Scopes: serving}, // NameCustomers has the rest
	"POST /v1/customers/{id}/payments":            {Staff: billers, Scopes: paying},
	"POST /v1/customers/{id}/refunds":             {Staff: billers},
	"POST /v1/customers/{id}/adjustments":         {Staff: billers},
	"POST /v1/customers/{id}/credit-notes":        {Staff: billers, Scopes: paying},
	"GET /v1/customers/{id}/billing":              {Staff: StaffRoles, Scopes: serving},
	"PATCH /v1/customers/{id}/billing":            {Staff: billers, Scopes: serving},
	"GET /v1/customers/{id}/ledger":               {Staff: StaffRoles, Scopes: serving},
	"GET /v1/customers/{id}/statement":            {Staff: StaffRoles, Scopes: serving},
	"GET /v1/customers/{id}/orders":               {Staff: StaffRoles, Scopes: serving},
	"GET /v1/customers/{id}/invoices":             {Staff: StaffRoles, Scopes: serving},
	"GET /v1/customers/{id}/invoices/{invoice}":   {Staff: StaffRoles, Scopes: serving},
	"POST /v1/customers/{id}/dids":                {Staff: sellers, Scopes: serving},
	"GET /v1/customers/{id}/idle-dids":            {Staff: StaffRoles, Scopes: serving},
	"GET /v1/customers/{id}/dids":                 {Staff: StaffRoles, Scopes: serving},
	"GET /v1/rentals":                             {Staff: StaffRoles, Scopes: serving},
	"DELETE /v1/customers/{id}/dids/{did}":        {Staff: careRoles, Scopes: serving},
	"POST /v1/customers/{id}/dids/{did}/restore":  {Staff: careRoles, Scopes: serving},
	"POST /v1/customers/{id}/dids/edits":          {Staff: careRoles, Scopes: serving},
	"POST /v1/customers/{id}/dids/edits/file":     {Staff: careRoles, Scopes: serving},
	"GET /v1/customers/{id}/dids/edits":           {Staff: StaffRoles, Scopes: serving},
	"GET /v1/customers/{id}/edits/{edit}":         {Staff: StaffRoles, Scopes: serving},
	"GET /v1/customers/{id}/edits/{edit}/report":  {Staff: StaffRoles, Scopes: serving},
	"POST /v1/customers/{id}/edits/{edit}/apply":  {Staff: careRoles, Scopes: serving},
	"POST /v1/customers/{id}/edits/{edit}/undo":   {Staff: careRoles, Scopes: serving},
	"POST /v1/customers/{id}/edits/{edit}/cancel": {Staff: careRoles, Scopes: serving},
	"POST /v1/inventory/{did}/port-out":           {Staff: admins, Scopes: stocking},
	"GET /v1/inventory/{did}":                     {Staff: StaffRoles, Scopes: stocking},
	"GET /v1/audit":                               {Staff: StaffRoles},
	"GET /v1/find":                                {Staff: StaffRoles},
	"GET /v1/reports/revenue":                     {Staff: StaffRoles, Scopes: reporting},
	"GET /v1/reports/disconnected":                {Staff: StaffRoles, Scopes: reporting},
	"GET /v1/reports/renewals":                    {Staff: StaffRoles, Scopes: reporting},

	"GET /v1/reports":                   {Staff: StaffRoles, Scopes: reporting},
	"POST /v1/reports":                  {Staff: reporters, Scopes: reporting},
	"GET /v1/reports/{id}":              {Staff: StaffRoles, Scopes: reporting},
	"POST /v1/reports/{id}/cancel":      {Staff: reporters, Scopes: reporting},
	"GET /v1/reports/{id}/download":     {Staff: StaffRoles, Scopes: reporting},
	"GET /v1/audit-schedules":           {Staff: StaffRoles, Scopes: reporting},
	"GET /v1/audit-schedules/{name}":    {Staff: StaffRoles, Scopes: reporting},
	"PUT /v1/audit-schedules/{name}":    {Staff: admins, Scopes: reporting},
	"DELETE /v1/audit-schedules/{name}": {Staff: admins, Scopes: reporting},
})

var (
	searching  = []Scope{Search, Inventory}
	buying     = []Scope{Buy}
	renting    = []Scope{Rentals}
	accounting = []Scope{Account}
	importing  = []Scope{Imports}
	stocking   = []Scope{Inventory}
	serving    = []Scope{Customers}
	paying     = []Scope{Payments}
	reporting  = []Scope{Reports}
	switching  = []Scope{Routes}
	telling    = []Scope{Webhooks}
	anyScope   = slices.Concat(CustomerScopes, CarrierScopes)

	owners = []Role{Owner}
	buyers = []Role{Owner, Buyer}
	admins = []Role{Admin}

	billers   = []Role{Admin, Billing}
	sellers   = []Role{Admin, Sales}
	careRoles = []Role{Admin, CustomerSuccess}
	reporters = []Role{Admin, CustomerSuccess, Sales, Billing}
)

// NameCustomers is the rule for changing a customer's name and status. Other
// callers of PATCH /v1/customers/{id} change only the money fields.
var NameCustomers = Rule{Staff: admins, Scopes: serving}

// reading marks the rules of operations that only read.
func reading(rules map[string]Rule) map[string]Rule {
	for route, rule := range rules {
		rule.Reads = rule.Reads || strings.HasPrefix(route, "GET ")
		rules[route] = rule
	}
	return rules
}

// Allowed lists the operations that the principal may call, such as
// "GET /v1/orders", in the order of their text.
func Allowed(p Principal) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(Rules)), func(route string) bool { return !p.May(Rules[route]) })
}

// RuleFor returns the rule of an operation: its method and its registered path.
func RuleFor(method, path string) (Rule, bool) {
	rule, ok := Rules[method+" "+path]
	return rule, ok
}
