package report

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"sort"
	"time"

	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/revenue"
	"didpurchase/internal/xlsxexport"
)

// revenueRows has the revenue of the period before tax, from the ledgers: by
// customer, then by month in the carrier's time zone, package and currency. A step
// is a customer; a place is the last one that is done.
type revenueRows struct {
	basis
	known costs
}

func (r *revenueRows) columns() []xlsxexport.Column {
	return columnsOf("customer customer_name month package setup:number recurring:number total:number currency " +
		"cost:number margin:number charges_without_cost:number")
}

const (
	entriesAtOnce = 100
	// clockSkew is how much earlier than the entry before it an entry of one ledger
	// may be dated, because two clocks differ.
	clockSkew = 10 * time.Minute
)

func (r *revenueRows) step(ctx context.Context, place string, to *table) (string, error) {
	id, err := r.data.CustomerAfter(ctx, r.report.Carrier, place)
	if err != nil || id == "" {
		return "", err
	}
	account, err := r.data.Account(ctx, r.of(id))
	if err != nil {
		return "", err
	}
	sums, costs, err := r.earned(ctx, account)
	if err != nil {
		return "", err
	}
	rows := map[revenue.Line]earning{}
	for line, amount := range sums {
		of := revenue.Line{Month: line.Month, Package: line.Package, Currency: line.Currency}
		if rows[of], err = rows[of].with(line.Book, amount); err != nil {
			return "", err
		}
	}
	for _, line := range slices.SortedFunc(maps.Keys(rows), func(a, b revenue.Line) int {
		return cmp.Or(cmp.Compare(a.Month, b.Month), cmp.Compare(a.Package, b.Package), cmp.Compare(a.Currency, b.Currency))
	}) {
		e := rows[line]
		total, err := e.setup.Add(e.recurring)
		if err != nil {
			return "", err
		}
		margin, err := costs[earningKey{line.Month, line.Package, line.Currency}].cells(total)
		if err != nil {
			return "", err
		}
		err = to.row(id, account.Name, line.Month, line.Package, e.setup.Number(), e.recurring.Number(), total.Number(),
			line.Currency, margin[0], margin[1], margin[2])
		if err != nil {
			return "", err
		}
	}
	return id, nil
}

type earning struct{ setup, recurring money.Amount }

func (e earning) with(book ledger.Book, a money.Amount) (_ earning, err error) {
	if e.setup.Currency() == "" {
		e = earning{money.Zero(a.Currency()), money.Zero(a.Currency())}
	}
	if book == ledger.Setup {
		e.setup, err = e.setup.Add(a)
	} else {
		e.recurring, err = e.recurring.Add(a)
	}
	return e, err
}

// earned adds up the entries of the period, and what their charges cost the
// carrier.
func (r *revenueRows) earned(ctx context.Context, a ledger.Account) (revenue.Sums, spending, error) {
	period := r.report.Period
	seq, err := r.before(ctx, a, period.From.Add(-clockSkew))
	sums, costs := revenue.Sums{}, spending{}
	for err == nil {
		var entries []ledger.Entry
		if entries, err = r.data.EntriesAfter(ctx, a.Customer, seq, entriesAtOnce); err != nil || len(entries) == 0 {
			break
		}
		for _, e := range entries {
			if seq = e.Seq; period.Contains(e.At) {
				month := revenue.MonthOf(e.At.In(r.loc))
				if err := errors.Join(sums.Count(e, r.loc), costs.count(e, r.known, month, r.loc)); err != nil {
					return nil, nil, err
				}
			}
		}
		if !entries[len(entries)-1].At.Before(period.To.Add(clockSkew)) {
			break
		}
		err = r.beat(ctx)
	}
	return sums, costs, err
}

// before returns the seq of the last entry before a moment, by halving.
func (r *revenueRows) before(ctx context.Context, a ledger.Account, at time.Time) (int, error) {
	var failed error
	seq := sort.Search(a.Seq, func(n int) bool { // whether entry n+1 is not before the moment
		if failed != nil {
			return true
		}
		entries, err := r.data.EntriesAfter(ctx, a.Customer, n, 1)
		failed = err
		return err != nil || len(entries) == 0 || !entries[0].At.Before(at)
	})
	return seq, failed
}
