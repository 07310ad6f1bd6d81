package seed

import (
	"fmt"
	"slices"
	"strings"

	"didpurchase/internal/auth"
	"didpurchase/internal/carrier"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
)

const (
	acme   = "acme"
	globex = "globex"
)

var carriers = []carrier.Carrier{
	paidBy("stripe", carrier.New(acme, "Acme Telecom", "UTC", "USD")),
	carrier.New(globex, "Globex", "UTC", "USD"),
}

func paidBy(provider string, c carrier.Carrier) carrier.Carrier {
	c.Payments = provider
	return c
}

// Carriers lists the carriers' ids.
func Carriers() (ids []string) {
	for _, c := range carriers {
		ids = append(ids, c.ID)
	}
	return ids
}

// User is a person who can get a token.
type User struct {
	Sub string // the token's sub, by which a token is also requested
	auth.Principal
}

// Newcomer has tokens of the issuer but is not a user yet: for trying invitations.
const Newcomer = "nina"

// buyers is the number of acme's customers in addition to alice and bob.
const buyers = 64

// Users lists all users: some customers, the staff, then the many buyers.
func Users() []User {
	users := []User{
		customer(acme, "alice", "alice", auth.Buyer),
		customer(acme, "alice", "amy", auth.Viewer),
		customer(acme, "alice", "olga", auth.Owner),
		customer(acme, "bob", "bob", auth.Buyer),
		customer(globex, "carol", "carol", auth.Buyer),
		staff(acme, "ada", auth.Admin),
		staff(acme, "cleo", auth.CustomerSuccess),
		staff(acme, "sam", auth.Sales),
		staff(acme, "bill", auth.Billing),
		staff(acme, "vera", auth.Viewer),
		staff(globex, "grace", auth.Admin),
	}
	for i := range buyers {
		id := fmt.Sprintf("buyer%02d", i+1)
		users = append(users, customer(acme, id, id, auth.Buyer))
	}
	return append(users, customer(acme, "buyer47", "otto", auth.Owner))
}

func staff(carrier, name string, role auth.Role) User { return customer(carrier, "", name, role) }

func customer(carrier, customer, name string, role auth.Role) User {
	return User{Sub: name, Principal: auth.Principal{
		Carrier: carrier, Customer: customer, User: name, Name: called(name), Roles: []auth.Role{role},
	}}
}

// called returns a name with a capital first letter.
func called(id string) string { return string(id[0]-'a'+'A') + id[1:] }

// opening is the first balance of each customer.
var opening = money.MustParse("1000.00", "USD")

// customers returns the empty accounts of all customers that have a buyer.
func customers() (all []ledger.Account) {
	for _, u := range Users() {
		if u.Customer != "" && u.Customer == u.Sub {
			all = append(all, ledger.Account{
				Customer: ledger.Customer{Carrier: u.Carrier, ID: u.Customer}, Name: u.Name,
				Status: ledger.Active, Currency: opening.Currency(),
				Balance: money.Zero(opening.Currency()), CreditLimit: money.Zero(opening.Currency()),
			})
		}
	}
	return all
}

// listed returns the user in the form of the table's list.
func (c Config) listed(u User) auth.User {
	subject := u.Sub
	if c.Subject != nil {
		subject = c.Subject(u.Sub)
	}
	return auth.User{
		Carrier: u.Carrier, Customer: u.Customer, ID: u.User, Name: u.Name, Roles: u.Roles,
		Issuer: c.Issuer, Subject: subject, CreatedAt: c.Now(),
	}
}

// String describes the user.
func (u User) String() string {
	if u.IsStaff() {
		return fmt.Sprintf("%s (%s of %s)", u.Sub, u.Roles[0], u.Carrier)
	}
	return fmt.Sprintf("%s (%s for %s, a customer of %s)", u.Sub, u.Roles[0], u.Customer, u.Carrier)
}

// About describes the user's role and customer to a reader who knows the
// carrier.
func (u User) About() string {
	if u.IsStaff() {
		return strings.ReplaceAll(string(u.Roles[0]), "_", " ")
	}
	switch u.Roles[0] {
	case auth.Viewer:
		return "looks only, for " + u.Customer
	case auth.Owner:
		return "buys and manages users and keys, for " + u.Customer
	}
	return "buys for " + u.Customer
}

// Admin returns the user who imports files for a carrier, "" for an unknown
// carrier.
func Admin(carrier string) string {
	for _, u := range Users() {
		if u.Carrier == carrier && u.IsStaff() && slices.Contains(u.Roles, auth.Admin) {
			return u.Sub
		}
	}
	return ""
}
