package carrier

import (
	"math"
	"regexp"
	"strconv"

	"didpurchase/internal/party"
	"didpurchase/internal/validate"
)

// Issuer is the carrier's part of its invoices: its details, its look and its
// terms.
type Issuer struct {
	party.Party
	Prefix      string // of the numbers of invoices, such as ACME; "" = DefaultPrefix
	PaymentDays int    // from an invoice's date to its due date
	Colour      string // of headings, as #RRGGBB; "" = black
}

// DefaultPrefix begins the numbers of invoices until the carrier chooses another.
const DefaultPrefix = "INV"

const maxPaymentDays = 365

var (
	prefix = regexp.MustCompile(`^[A-Z0-9]{1,10}$`)
	colour = regexp.MustCompile(`^#[0-9a-f]{6}$`)
)

// CreditNotePrefix returns the prefix of the numbers of credit notes, which have a
// series of their own. No invoice has it: the prefix of an invoice has no hyphen.
func (i Issuer) CreditNotePrefix() string { return i.NumberPrefix() + "-CN" }

// NumberPrefix returns the prefix of the numbers of invoices.
func (i Issuer) NumberPrefix() string {
	if i.Prefix == "" {
		return DefaultPrefix
	}
	return i.Prefix
}

// Check notes the faults of the issuer; at is the JSON pointer of its object.
func (i Issuer) Check(f *validate.Faults, at string) {
	i.Party.Check(f, at)
	f.Unless(i.Prefix == "" || prefix.MatchString(i.Prefix), at+"/invoice_prefix",
		"must be 1 to 10 capital letters and digits, such as ACME")
	f.Unless(i.PaymentDays >= 0 && i.PaymentDays <= maxPaymentDays, at+"/payment_days", "must be 0 to %d", maxPaymentDays)
	f.Unless(i.Colour == "" || colour.MatchString(i.Colour), at+"/colour",
		"must be six hexadecimal digits in small letters, such as #1a4b8c")
	f.Unless(!colour.MatchString(i.Colour) || onWhite(i.Colour) >= leastContrast, at+"/colour",
		"is too light to be read on white: choose a darker one")
}

// leastContrast is the contrast that WCAG 2.2 demands for text.
const leastContrast = 4.5

// onWhite returns the contrast of a colour with white, from 1 to 21, as WCAG 2.2
// defines it.
func onWhite(colour string) float64 {
	share := [...]float64{0.2126, 0.7152, 0.0722} // of red, green and blue in the luminance
	luminance := 0.0
	for i := range share {
		value, _ := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8) // the expression above allows no other digits
		c := float64(value) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		luminance += share[i] * c
	}
	return 1.05 / (luminance + 0.05)
}
