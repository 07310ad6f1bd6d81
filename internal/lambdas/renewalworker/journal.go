package renewalworker

import (
	"context"
	"log/slog"

	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/lambdas/metered"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
)

// journal writes a log line for each committed batch, with its customer and
// correlation id. It names no number.
type journal struct {
	metered.Store
	log *slog.Logger
}

// Commit implements commit.Store.
func (j journal) Commit(ctx context.Context, b commit.Batch) error {
	err := j.Store.Commit(ctx, b)
	if err == nil {
		j.log.LogAttrs(ctx, slog.LevelInfo, "committed", attributes(b.Changes)...)
	}
	return err
}

// attributes describe the changes of a batch, at least one, all of one customer.
// A single move has its hold's or rental's id.
func attributes(changes []commit.Change) (about []slog.Attr) {
	moved := map[did.Event]int{}
	var last did.Move
	for _, c := range changes {
		switch c := c.(type) {
		case did.Move:
			moved[c.Event]++
			last = c
		case shop.Update:
			about = append(about, whose(c.To.Customer), slog.Int("cart_lines", len(c.To.Lines)))
		case shop.OrderUpdate:
			about = append(about, whose(c.To.Customer), slog.String("order", c.To.ID),
				slog.String("status", string(c.To.Status)))
		case ledger.Update:
			about = append(about, whose(c.To.Customer))
		case ledger.SeriesUpdate:
			about = append(about, whose(ledger.Customer{Carrier: c.To.Carrier}), slog.String("invoice_series", c.To.Prefix))
		case ledger.Entry:
			about = append(about, slog.Int("entry", c.Seq), slog.String("invoice", c.InvoiceID))
		}
	}
	if i, is := changes[0].(ledger.Invoice); is && len(changes) == 1 { // its document was archived
		about = append(about, whose(i.Customer), slog.String("invoice", i.ID))
	}
	if len(changes) == 1 && len(moved) == 1 {
		about = append(about, whose(ledger.Customer{Carrier: last.To.Carrier, ID: last.To.Customer}),
			slog.String("hold", last.HoldID), slog.String("rental", last.RentalID))
	}
	return append(about, slog.Any("moves", moved))
}

// whose returns the customer as attributes of the line, without unknown parts.
func whose(c ledger.Customer) slog.Attr {
	attrs := []any{slog.String("carrier", c.Carrier)}
	if c.ID != "" {
		attrs = append(attrs, slog.String("customer", c.ID))
	}
	return slog.Group("", attrs...) // "" adds them to the line's own attributes
}
