package books

import (
	"context"

	"didpurchase/internal/carrier"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/ledger"
	"didpurchase/internal/pricing"
)

// PackageNames has the names of packages.
type PackageNames interface {
	// PackagesOf returns the highest versions of packages, by id; missing ones are
	// omitted.
	PackagesOf(ctx context.Context, carrier string, ids []string) (map[string]pricing.Package, error)
}

// WireCreditNote returns a credit note with all its lines, which are the entries'.
func WireCreditNote(ctx context.Context, packages PackageNames, note ledger.Invoice, entries []ledger.Entry,
	account ledger.Account,
	of carrier.Carrier) (Invoice, error) {
	lines, err := ledger.Lines(entries)
	if err != nil {
		return Invoice{}, err
	}
	names, err := namesOfPackages(ctx, packages, of.ID, lines)
	if err != nil {
		return Invoice{}, err
	}
	shown := wireInvoice(note, account, of)
	shown.Lines = wireLines(note, lines, 1, names)
	return shown, nil
}

// wireLines returns a page of an invoice's lines; first is the position of its
// first line.
func wireLines(of ledger.Invoice, lines []ledger.InvoiceLine, first int, names map[string]string) []InvoiceLine {
	credited := map[int]bool{}
	for _, position := range of.CreditedLines {
		credited[position] = true
	}
	shown := httpapi.Each(lines, func(l ledger.InvoiceLine) InvoiceLine { return wireInvoiceLine(l, names) })
	for i := range shown {
		shown[i].Line, shown[i].Credited = first+i, credited[first+i]
	}
	return shown
}
