package party_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/party"
	"didpurchase/internal/validate"
	"didpurchase/internal/wanttest"
)

var complete = party.Billing{
	Party: party.Party{LegalName: "Żółw & Söhne Ltd", TaxID: "GB123456789", Address: party.Address{
		Street: "1 High Street", PostalCode: "SW1A 1AA", City: "London", Region: "Greater London", Country: "GB",
	}},
	Email: "books@example.com", PurchaseOrder: "PO-7", Locale: "de",
}

func TestCheckNamesEachFault(t *testing.T) {
	t.Parallel()
	for pointer, spoil := range map[string]func(*party.Billing){
		"":                     func(*party.Billing) {},
		"/legal_name":          func(b *party.Billing) { b.LegalName = "\u200b" },
		"/tax_id":              func(b *party.Billing) { b.TaxID = strings.Repeat("1", 41) },
		"/address/street":      func(b *party.Billing) { b.Address.Street = "1\nHigh Street" },
		"/address/postal_code": func(b *party.Billing) { b.Address.PostalCode = " " },
		"/address/country":     func(b *party.Billing) { b.Address.Country = "gb" },
		"/email":               func(b *party.Billing) { b.Email = "Books <books@example.com>" },
		"/purchase_order":      func(b *party.Billing) { b.PurchaseOrder = strings.Repeat("7", 41) },
		"/locale":              func(b *party.Billing) { b.Locale = "xx" },
	} {
		b := complete
		spoil(&b)
		var faults validate.Faults
		b.Check(&faults)
		var pointers []string
		for _, f := range faults {
			pointers = append(pointers, f.Pointer)
		}
		wanttest.Equal(t, "faults of "+pointer, strings.Join(pointers, " "), pointer)
	}
}

func TestNoticesAreWantedUntilMuted(t *testing.T) {
	t.Parallel()
	wanttest.True(t, "a new customer wants notices of being suspended", complete.Wants("suspended"))
	muted := complete.Setting("suspended", false).Setting("invoice", false).Setting("invoice", false)
	if diff := cmp.Diff([]party.Notice{"invoice", "suspended"}, muted.Muted); diff != "" {
		t.Errorf("muted (-want +got):\n%s", diff)
	}
	wanttest.True(t, "a muted notice is not wanted", !muted.Wants("invoice"))
	wanttest.True(t, "a notice can be wanted again", muted.Setting("invoice", true).Wants("invoice"))
}

func TestAddressHasNoEmptyLines(t *testing.T) {
	t.Parallel()
	wanttest.Diff(t, "lines", party.Address{City: "Paris", Country: "FR"}.Lines(), []string{"Paris", "FR"})
}
