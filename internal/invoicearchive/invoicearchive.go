// Package invoicearchive keeps the PDFs of issued invoices in a bucket. It prints
// a sheet and stores it once; it decides nothing about invoices.
package invoicearchive

import (
	"context"

	"didpurchase/internal/invoicepdf"
	"didpurchase/internal/invoicesheet"
	"didpurchase/internal/ledger"
)

// Bucket stores objects; s3store.Bucket is one.
type Bucket interface {
	WriteOnce(ctx context.Context, key, contentType string, body []byte) error
}

// Archive is an archive in a bucket.
type Archive struct{ Bucket Bucket }

// Keep implements invoicing.Archive.
func (a Archive) Keep(ctx context.Context, i ledger.Invoice, s invoicesheet.Sheet) error {
	document, err := invoicepdf.Print(s, i.Issued.At)
	if err != nil {
		return err
	}
	return a.Bucket.WriteOnce(ctx, i.DocumentKey(), "application/pdf", document)
}

// KeepXML implements invoicing.Archive.
func (a Archive) KeepXML(ctx context.Context, i ledger.Invoice, document []byte) error {
	return a.Bucket.WriteOnce(ctx, i.XMLKey(), "application/xml", document)
}
