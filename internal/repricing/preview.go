package repricing

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"didpurchase/internal/money"
	"didpurchase/internal/rentals"
	"didpurchase/internal/validate"
)

// The bounds of a preview.
const (
	maxPreviewed        = 50_000 // rentals
	maxPreviewCustomers = 20_000
	customersAtOnce     = 16
	customersPerPage    = 200
	rentalsPerLook      = 500
)

// Preview is what a price change would do now.
type Preview struct {
	Change
	Customers []CustomerPreview // with a rental that would get the price, ascending by id
}

// CustomerPreview is the effect on one customer.
type CustomerPreview struct {
	Customer      string
	Numbers       int
	First         time.Time // the earliest start of the new price
	Before, Later money.Amount
}

// Preview returns what a price change would do now, and writes nothing. Errors: as
// of Begin; *validate.Invalid for a selection that is too large to look at.
func (s *Service) Preview(ctx context.Context, wanted Wanted) (Preview, error) {
	c, err := s.prepare(ctx, wanted)
	if err != nil {
		return Preview{}, err
	}
	w, err := s.walk(ctx, c)
	if err != nil {
		return Preview{}, err
	}
	p := Preview{Change: c}
	for after, seen := "", 0; ; {
		customers, err := w.nextCustomers(ctx, after, customersPerPage)
		if err != nil || len(customers) == 0 {
			return p, err
		}
		if seen += len(customers); seen > maxPreviewCustomers {
			return Preview{}, tooMany("customers", maxPreviewCustomers)
		}
		after = customers[len(customers)-1]
		if err := p.look(ctx, w, customers); err != nil {
			return Preview{}, err
		}
	}
}

// look adds the rentals of customers to the preview.
func (p *Preview) look(ctx context.Context, w *walk, customers []string) error {
	of, err := w.previewOf(ctx, customers)
	if err != nil {
		return err
	}
	for _, one := range of {
		if err := p.add(one); err != nil {
			return err
		}
	}
	if p.looked() > maxPreviewed {
		return tooMany("rentals", maxPreviewed)
	}
	return nil
}

func tooMany(what string, most int) error {
	var f validate.Faults
	f.Add("/select", "selects more than %d %s, which is too many for a dry run: look at fewer customers at a time",
		most, what)
	return f.Err()
}

// previewOf looks at customers in parallel, and returns the progress of each.
func (w *walk) previewOf(ctx context.Context, customers []string) ([]Progress, error) {
	of := make([]Progress, len(customers))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(customersAtOnce)
	for i, customer := range customers {
		g.Go(func() error {
			one := *w
			one.reader = rentals.NewReader() // it is not for parallel use
			var err error
			of[i], err = one.previewOne(ctx, customer)
			return err
		})
	}
	return of, g.Wait()
}

func (w *walk) previewOne(ctx context.Context, customer string) (Progress, error) {
	p := Progress{Customer: customer, Before: w.change.Before, Later: w.change.Later}
	for after := ""; ; {
		all, next, err := w.look(ctx, customer, after, rentalsPerLook)
		if err != nil {
			return p, err
		}
		for _, f := range all {
			if err := p.add(f, w.change.To); err != nil {
				return p, err
			}
		}
		if after = next; next == "" {
			return p, nil
		}
	}
}

// add adds a customer's rentals to the preview.
func (p *Preview) add(one Progress) (err error) {
	if p.Counts == nil {
		p.Counts = map[Outcome]int{}
	}
	for outcome, n := range one.Counts {
		p.Counts[outcome] += n
	}
	if one.Counts[Agreed] == 0 {
		return nil
	}
	p.Reached++
	if p.First.IsZero() || one.First.Before(p.First) {
		p.First = one.First
	}
	p.Customers = append(p.Customers, CustomerPreview{one.Customer, one.Counts[Agreed], one.First, one.Before, one.Later})
	if p.Before, err = p.Before.Add(one.Before); err != nil {
		return err
	}
	p.Later, err = p.Later.Add(one.Later)
	return err
}

// looked counts the rentals that were decided.
func (p Preview) looked() (n int) {
	for _, count := range p.Counts {
		n += count
	}
	return n
}
