package invoicing

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"didpurchase/internal/commit"
	"didpurchase/internal/einvoice"
	"didpurchase/internal/invoicesheet"
	"didpurchase/internal/ledger"
)

// Archive prints and stores the documents of issued invoices.
type Archive interface {
	// Keep stores the document of an invoice. A document that is stored already is
	// not changed.
	Keep(ctx context.Context, i ledger.Invoice, s invoicesheet.Sheet) error
	// KeepXML stores the e-invoice in the same way.
	KeepXML(ctx context.Context, i ledger.Invoice, document []byte) error
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

// keepOne archives an invoice, and takes it out of the timers. If the invoice was
// written meanwhile, the next sweep finds it again.
func (s *Service) keepOne(ctx context.Context, i ledger.Invoice) error {
	d, err := s.data(ctx, i)
	if err != nil {
		return err
	}
	if err := s.archive.Keep(ctx, i, invoicesheet.Of(d.sheet())); err != nil {
		return err
	}
	if i.HasXML, err = s.keepXML(ctx, i, d); err != nil {
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

// keepXML archives the invoice as XML; kept is false for one that lacks fields which
// the standard demands.
func (s *Service) keepXML(ctx context.Context, i ledger.Invoice, d data) (kept bool, err error) {
	if !d.all {
		return false, nil
	}
	document, err := einvoice.Write(einvoice.Source{Invoice: i, Lines: d.lines, Packages: d.names, Loc: d.loc})
	if errors.Is(err, einvoice.ErrIncomplete) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, s.archive.KeepXML(ctx, i, document)
}

// data is the content of an invoice's documents.
type data struct {
	invoice ledger.Invoice
	lines   []ledger.PlacedLine
	all     bool // the lines are all of the invoice's; else there are none
	names   map[string]string
	loc     *time.Location
}

func (d data) sheet() invoicesheet.Source {
	source := invoicesheet.Source{Invoice: d.invoice, LinesElsewhere: !d.all, Packages: d.names, Loc: d.loc}
	for _, l := range d.lines {
		source.Lines = append(source.Lines, l.InvoiceLine)
	}
	return source
}

// data reads the invoice's lines and the names on them.
func (s *Service) data(ctx context.Context, i ledger.Invoice) (d data, err error) {
	of, err := s.store.Carrier(ctx, i.Customer.Carrier)
	if err != nil {
		return d, err
	}
	d.invoice = i
	if d.loc, err = of.Location(); err != nil {
		return d, err
	}
	if d.lines, d.all, err = s.lines(ctx, i); err != nil {
		return d, err
	}
	d.names, err = s.names(ctx, of.ID, d.lines)
	return d, err
}

// lines returns all lines of the invoice, or none where it has too many.
func (s *Service) lines(ctx context.Context, i ledger.Invoice) (lines []ledger.PlacedLine, all bool, err error) {
	for seqs := range slices.Chunk(i.Entries, entriesAtOnce) {
		entries, err := s.store.EntriesAt(ctx, i.Customer, seqs)
		if err != nil {
			return nil, false, err
		}
		read, err := i.PlaceLines(entries)
		if err != nil {
			return nil, false, err
		}
		if lines = append(lines, read...); len(lines) > maxLines {
			return nil, false, nil
		}
	}
	return lines, true, nil
}

// names returns the names of the lines' packages, by id.
func (s *Service) names(ctx context.Context, carrier string, lines []ledger.PlacedLine) (map[string]string, error) {
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
