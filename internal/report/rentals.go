package report

import (
	"context"
	"fmt"
	"strings"
	"time"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/usage"
	"didpurchase/internal/xlsxexport"
)

// rentalsAtOnce is the most rentals of one step.
const rentalsAtOnce = 500

// customers walks through the rentals of all customers, by customer, then by
// number. A place is <customer>/<digits>: after that number.
type customers struct {
	basis
	account ledger.Account // of the last step
}

// rentals returns the rentals after a place. There may be none although there are
// more.
func (c *customers) rentals(ctx context.Context, place string) (list []did.DID, next string, err error) {
	id, after, within := strings.Cut(place, "/")
	if !within {
		if id, err = c.data.CustomerAfter(ctx, c.report.Carrier, id); err != nil || id == "" {
			return nil, "", err
		}
	}
	of := c.of(id)
	if c.account.Customer != of {
		if c.account, err = c.data.Account(ctx, of); err != nil {
			return nil, "", err
		}
	}
	numbers, last, err := c.data.OwnedAfter(ctx, of, after, rentalsAtOnce)
	if err != nil {
		return nil, "", err
	}
	next = id
	if last != "" {
		next = id + "/" + last
	}
	list, err = c.data.RentalsOf(ctx, of, numbers)
	return list, next, err
}

// rentalRows has each rental with its price: those of all states from the start of
// the rental to the end of the quarantine.
type rentalRows struct {
	customers
	known costs
}

func (r *rentalRows) columns() []xlsxexport.Column {
	return columnsOf("did customer customer_name state package package_name package_version:number country area type " +
		"label tags recurring:number currency interval monthly_equivalent:number assigned_at:time period_start:time " +
		"period_end:time next_event_at:time as_of:time cost:number margin:number monthly_margin:number")
}

func (r *rentalRows) about(ctx context.Context) (sum uint64, err error) {
	for id := ""; ; {
		if id, err = r.data.CustomerAfter(ctx, r.report.Carrier, id); err != nil || id == "" {
			return sum, err
		}
		n, err := r.data.CountOwned(ctx, r.of(id))
		if err != nil {
			return 0, err
		}
		sum += n
	}
}

func (r *rentalRows) step(ctx context.Context, place string, to *table) (string, error) {
	list, next, err := r.rentals(ctx, place)
	if err != nil {
		return "", err
	}
	for _, d := range list {
		t := d.Terms
		margin, err := r.known.cells(t)
		if err != nil {
			return "", err
		}
		err = to.row(d.Number.String(), d.Customer, r.account.Name, d.State.Word(), t.Package, t.Name, fmt.Sprint(t.Version),
			d.Country, d.Area, string(d.Type), d.Label, strings.Join(d.Tags, ", "),
			t.Recurring.Number(), t.Recurring.Currency(), intervalText(t), t.MonthlyEquivalent().Number(),
			timeText(d.AssignedAt), timeText(d.PeriodStart), timeText(d.PeriodEnd), timeText(d.NextAt), r.asOf(),
			margin[0], margin[1], margin[2])
		if err != nil {
			return "", err
		}
	}
	return next, nil
}

// idleDays is the number of days without a call that make a rental idle.
const idleDays = 90

// lateReport is the number of days by which the reports of switches may be late.
const lateReport = 3

// checkCovered checks that usage was reported for all of the days: otherwise a
// number without a report would seem idle. Errors: *Unmakeable.
func (b *basis) checkCovered(ctx context.Context) error {
	covered, err := b.data.Coverage(ctx, b.report.Carrier)
	if err != nil {
		return err
	}
	switch from := b.idleFrom(); {
	case !covered.Reported():
		return &Unmakeable{"no switch reports usage, so no number is known to be idle"}
	case covered.First.After(from), covered.Last.Before(b.report.AsOf.AddDate(0, 0, -lateReport)):
		return &Unmakeable{fmt.Sprintf("usage is reported for %s to %s, which is less than the last %d days",
			covered.First.Format(time.DateOnly), covered.Last.Format(time.DateOnly), idleDays)}
	}
	return nil
}

func (b *basis) idleFrom() time.Time { return b.report.AsOf.AddDate(0, 0, -idleDays) }

// idleRows has the rentals in service without a call, and what each costs a year.
type idleRows struct{ customers }

func (r *idleRows) columns() []xlsxexport.Column {
	return columnsOf("did customer customer_name state label package idle_since:time idle_days:number last_call_at:time " +
		"monthly_equivalent:number yearly_cost:number currency as_of:time")
}

func (r *idleRows) step(ctx context.Context, place string, to *table) (string, error) {
	list, next, err := r.rentals(ctx, place)
	if err != nil {
		return "", err
	}
	records, err := r.data.Usage(ctx, r.report.Carrier, numbersOf(list))
	if err != nil {
		return "", err
	}
	for _, d := range list {
		sum := records[d.Number].Of(d, r.report.AsOf)
		since := usage.IdleSince(d, sum)
		if !isServed(d) || since.After(r.idleFrom()) {
			continue
		}
		days := uint64(r.report.AsOf.Sub(since) / (24 * time.Hour))
		t := d.Terms
		err := to.row(d.Number.String(), d.Customer, r.account.Name, d.State.Word(), d.Label, t.Package, timeText(since),
			count(days), timeText(sum.LastCall), t.MonthlyEquivalent().Number(), t.YearlyEquivalent().Number(),
			t.Recurring.Currency(), r.asOf())
		if err != nil {
			return "", err
		}
	}
	return next, nil
}

// isServed reports whether the number is rented and will be charged again, or could
// be.
func isServed(d did.DID) bool {
	return d.State == did.Assigned || d.State == did.PastDue || d.State == did.Suspended
}

func numbersOf(rentals []did.DID) []e164.Number {
	numbers := make([]e164.Number, len(rentals))
	for i, d := range rentals {
		numbers[i] = d.Number
	}
	return numbers
}
