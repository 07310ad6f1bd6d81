// Package party has the two parties of an invoice as it names them, the carrier
// that issues it and the customer that it is for, and the language and the mails
// that a customer chose. It knows neither accounts nor stores.
package party

import (
	"net/mail"
	"regexp"
	"slices"
	"strings"

	"didpurchase/internal/validate"
)

// Party is a person or a company on an invoice.
type Party struct {
	LegalName string
	Address   Address
	TaxID     string // such as a VAT number
}

// Address is a postal address.
type Address struct {
	Street     string // and number; a second line after a comma
	PostalCode string
	City       string
	Region     string // or state
	Country    string // ISO 3166-1 alpha-2
}

// Lines returns the address as it is printed, without empty lines.
func (a Address) Lines() []string {
	city := strings.TrimSpace(a.PostalCode + " " + a.City)
	return slices.DeleteFunc([]string{a.Street, city, a.Region, a.Country}, func(line string) bool { return line == "" })
}

// Billing has the customer's details for invoices and mails.
type Billing struct {
	Party
	Ver           int    // +1 at each write, 0 = never written
	Email         string // for invoices and notices; "" = none are sent
	PurchaseOrder string // printed on each invoice
	Locale        string // one of Locales; "" = the first
	Muted         []Notice
}

// Locales are the languages of invoices and notices, as BCP 47 tags.
var Locales = []string{"en", "de", "fr", "es"}

// Language returns the locale, the first of Locales if none was chosen.
func (b Billing) Language() string {
	if b.Locale == "" {
		return Locales[0]
	}
	return b.Locale
}

// Notice is a kind of mail to a customer.
type Notice string

// Notices lists every kind.
var Notices = []Notice{
	"balance_short", "payment_received", "order_receipt", "past_due", "suspended", "cancelled", "invoice", "credit_note",
	"price_changed", "order_waits",
}

// Wants reports whether the customer wants notices of a kind. Every kind is sent
// until the customer says otherwise.
func (b Billing) Wants(n Notice) bool { return !slices.Contains(b.Muted, n) }

// Setting returns the billing details with a notice switched on or off.
func (b Billing) Setting(n Notice, wanted bool) Billing {
	muted := slices.DeleteFunc(slices.Clone(b.Muted), func(m Notice) bool { return m == n })
	if !wanted {
		muted = append(muted, n)
	}
	slices.Sort(muted)
	b.Muted = muted
	return b
}

// The most characters of a field.
const (
	maxName  = 200
	maxLine  = 200
	maxShort = 40
	maxEmail = 254
)

var country = regexp.MustCompile(`^[A-Z]{2}$`)

// Check notes the faults of the party; at is the JSON pointer of its object.
func (p Party) Check(f *validate.Faults, at string) {
	f.Unless(optional(p.LegalName, maxName), at+"/legal_name", "must be at most %d characters, of which one is visible",
		maxName)
	f.Unless(optional(p.TaxID, maxShort), at+"/tax_id", "must be at most %d characters, of which one is visible", maxShort)
	for member, text := range map[string]string{"street": p.Address.Street, "city": p.Address.City,
		"region": p.Address.Region} {
		f.Unless(optional(text, maxLine), at+"/address/"+member, "must be at most %d characters, of which one is visible",
			maxLine)
	}
	f.Unless(optional(p.Address.PostalCode, maxShort), at+"/address/postal_code",
		"must be at most %d characters, of which one is visible", maxShort)
	f.Unless(p.Address.Country == "" || country.MatchString(p.Address.Country), at+"/address/country",
		"must be two capital letters of ISO 3166-1, such as GB")
}

// Check notes the faults of the billing details.
func (b Billing) Check(f *validate.Faults) {
	b.Party.Check(f, "")
	f.Unless(b.Email == "" || isEmail(b.Email), "/email", "must be an address such as books@example.com")
	f.Unless(optional(b.PurchaseOrder, maxShort), "/purchase_order",
		"must be at most %d characters, of which one is visible", maxShort)
	f.Unless(b.Locale == "" || slices.Contains(Locales, b.Locale), "/locale", "must be one of %s",
		strings.Join(Locales, ", "))
}

// optional reports whether a text is absent, or a text of at most most characters.
func optional(text string, most int) bool { return text == "" || validate.Text(text, 1, most) }

func isEmail(text string) bool {
	address, err := mail.ParseAddress(text)
	return err == nil && address.Address == text && len(text) <= maxEmail
}
