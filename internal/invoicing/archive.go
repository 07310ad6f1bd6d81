package invoicing

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"didpurchase/internal/commit"
	"didpurchase/internal/invoicesheet"
	"didpurchase/internal/ledger"
)

// Archive prints and stores the documents of issued invoices.
type Archive interface {
	// Keep stores the document of an invoice. A document that is stored already is
	// not changed.
	Keep(ctx context.Context, i ledger.Invoice, s invoicesheet.Sheet) error
}

// maxLines is the largest number of lines in a document: some 110 pages. The
// document of a longer invoice has the sums, and a note that the lines are on the
// invoice's page.
const maxLines = 5_000

// entriesAtOnce is the number of entries in one read.
const entriesAtOnce = 20

// keep archives each invoice that was issued and is not archived yet.
func (s *Service) keep(ctx context.Context, refs []ledger.InvoiceRef) error {
	invoices, err := s.store.InvoicesAt(ctx, refs)
	if err != nil {
		return err
	}
	for _, i := range invoices {
		if i.Issued.Number == "" || i.NextAt.IsZero() {
			continue
		}
		if err := s.keepOne(ctx, i); err != nil {
			return err
		}
	}
	return nil
}

// keepOne archives an invoice, and removes it from the timers. If the invoice was
// written in the meantime, the next sweep finds it again.
func (s *Service) keepOne(ctx context.Context, i ledger.Invoice) error {
	sheet, err := s.sheet(ctx, i)
	if err != nil {
		return err
	}
	if err := s.archive.Keep(ctx, i, sheet); err != nil {
		return err
	}
	i.Ver, i.NextAt = i.Ver+1, time.Time{}
	err = commit.Write(ctx, s.store, s.now(), i)
	var refused *commit.Refused
	if errors.As(err, &refused) {
		return nil
	}
	return err
}

// sheet reads the invoice's lines and returns its sheet.
func (s *Service) sheet(ctx context.Context, i ledger.Invoice) (invoicesheet.Sheet, error) {
	of, err := s.store.Carrier(ctx, i.Customer.Carrier)
	if err != nil {
		return invoicesheet.Sheet{}, err
	}
	loc, err := of.Location()
	if err != nil {
		return invoicesheet.Sheet{}, err
	}
	lines, all, err := s.lines(ctx, i)
	if err != nil {
		return invoicesheet.Sheet{}, err
	}
	names, err := s.names(ctx, of.ID, lines)
	if err != nil {
		return invoicesheet.Sheet{}, err
	}
	return invoicesheet.Of(invoicesheet.Source{Invoice: i, Lines: lines, LinesElsewhere: !all, Packages: names, Loc: loc}), nil
}

// lines returns all lines of the invoice, or none if there are too many.
func (s *Service) lines(ctx context.Context, i ledger.Invoice) (lines []ledger.InvoiceLine, all bool, err error) {
	for seqs := range slices.Chunk(i.Entries, entriesAtOnce) {
		entries, err := s.store.EntriesAt(ctx, i.Customer, seqs)
		if err != nil {
			return nil, false, err
		}
		for _, e := range entries {
			read, err := ledger.Lines([]ledger.Entry{e})
			if err != nil {
				return nil, false, err
			}
			lines = append(lines, read...)
		}
		if len(lines) > maxLines {
			return nil, false, nil
		}
	}
	return lines, true, nil
}

// names returns the names of the lines' packages, by id.
func (s *Service) names(ctx context.Context, carrier string, lines []ledger.InvoiceLine) (map[string]string, error) {
	ids := map[string]bool{}
	for _, l := range lines {
		if l.Package != "" {
			ids[l.Package] = true
		}
	}
	packages, err := s.store.PackagesOf(ctx, carrier, slices.Sorted(maps.Keys(ids)))
	names := map[string]string{}
	for id, p := range packages {
		names[id] = p.Name
	}
	return names, err
}
