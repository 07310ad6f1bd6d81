package report

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"didpurchase/internal/carrier"
	"didpurchase/internal/catalogue"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/revenue"
	"didpurchase/internal/shop"
	"didpurchase/internal/xlsxexport"
)

// isUS reports whether the number is of the United States or a territory of it: the
// countries with the FCC's rules about aging.
func isUS(n e164.Number) bool {
	country := e164.Country(n)
	return slices.ContainsFunc(carrier.Minimums, func(m carrier.Minimum) bool { return m.Country == country })
}

// isGeographic leaves out toll-free numbers, which their own administrator
// reports.
func isGeographic(n e164.Number) bool { return isUS(n) && e164.KindOf(n) != e164.TollFree }

// numberUseRows has the use of each US block of 1,000 numbers, in the categories of
// 47 CFR 52.15(f)(1) and the terms of the utilization sheet of FCC Form 502 (NRUF):
//
//	assigned        rented numbers of every state, also suspended and ported-out ones
//	intermediate    0: numbers that went to another carrier to be assigned are not kept
//	reserved        held in a cart, or for an order that is worked off
//	aging           in quarantine after their last rental
//	administrative  withheld by staff
//	available       the other offered numbers
//
// The rate center is the area of the block's first number: the form wants the
// abbreviation of the carrier's own code record. What else the carrier adds is in
// infra/design/wire.md.
type numberUseRows struct{ stock }

func (r *numberUseRows) columns() []xlsxexport.Column {
	return columnsOf("npa_nxx x rate_center assigned:number intermediate:number reserved:number aging:number " +
		"administrative:number available:number total:number utilization_percent:number as_of:time")
}

func (r *numberUseRows) step(ctx context.Context, place string, to *table) (string, error) {
	p, ok, err := r.partition(ctx, place)
	if err != nil || !ok {
		return "", err
	}
	if !strings.HasPrefix(p.Partition.Digits(), "1") {
		return placeOf(p), nil
	}
	used := thousands{}
	if err := r.walk(ctx, p, used.add); err != nil {
		return "", err
	}
	for _, block := range slices.Sorted(maps.Keys(used)) {
		if !isGeographic(block * thousand) {
			continue
		}
		digits, u := block.Digits()[1:], used[block] // without the 1
		err := to.row(digits[:3]+"-"+digits[3:6], digits[6:], u.area, count(u.rented), "0", count(u.held), count(u.aging),
			count(u.withheld), count(u.available), count(u.total()), u.percent(), r.asOf())
		if err != nil {
			return "", err
		}
	}
	return placeOf(p), nil
}

// thousands has the use of blocks of 1,000 numbers, by number / thousand.
type thousands map[e164.Number]*areaUse

type areaUse struct {
	area string
	uses
}

// add counts a run in each of its blocks.
func (t thousands) add(found run) error {
	for block := found.span.Start / thousand; block <= found.span.End/thousand; block++ {
		if t[block] == nil {
			t[block] = &areaUse{area: areaOf(found.in, found.span.Start)}
		}
		first, last := max(found.span.Start, block*thousand), min(found.span.End, block*thousand+thousand-1)
		t[block].add(found.state, uint64(last-first+1))
	}
	return nil
}

func areaOf(in *catalogue.Range, n e164.Number) string {
	if in != nil {
		return in.Area
	}
	return e164.Area(n)
}

// disconnectRows has the US numbers that were disconnected for good in the period,
// each with the day of its last disconnection: what 47 CFR 64.1200(l) and FCC
// DA 21-67 ask for the Reassigned Numbers Database, 10 digits and a date. The file
// for the database also has the company id that its administrator gave to the
// carrier. Toll-free numbers are left out, as their own administrator reports them,
// and so are numbers that their last customer took back. The day is in the carrier's
// time zone. A place is <month>/<key>: after that release of that month.
type disconnectRows struct{ basis }

func (r *disconnectRows) columns() []xlsxexport.Column {
	return columnsOf("telephone_number disconnect_date:date")
}

const releasesAtOnce = 1_000

func (r *disconnectRows) step(ctx context.Context, place string, to *table) (string, error) {
	period := r.report.Period
	month, after, _ := strings.Cut(place, "/")
	if month == "" {
		month = revenue.MonthOf(period.From.UTC())
	}
	list, next, err := r.data.Releases(ctx, r.report.Carrier, month, shop.Page{Limit: releasesAtOnce, After: after})
	if err != nil {
		return "", err
	}
	numbers := make([]e164.Number, len(list))
	for i, release := range list {
		numbers[i] = release.Number
	}
	items, err := r.data.DIDs(ctx, r.report.Carrier, distinct(numbers))
	if err != nil {
		return "", err
	}
	for _, release := range list {
		if err := r.release(ctx, release, items[release.Number], to); err != nil {
			return "", err
		}
	}
	if next != "" {
		return month + "/" + next, nil
	}
	return monthAfter(month, period.To)
}

// release writes the row of a release, if it has one.
func (r *disconnectRows) release(ctx context.Context, release did.Release, item did.DID, to *table) error {
	if !r.report.Period.Contains(release.At) || !isGeographic(release.Number) {
		return nil
	}
	last, err := r.isLast(ctx, release, item)
	if err != nil || !last {
		return err
	}
	return to.row(release.Number.Digits()[1:], DayOf(release.At, r.loc).String())
}

// isLast reports whether this release was the number's last in the period, and its
// customer did not take it back. If the number is still aging since this release,
// its item shows that; otherwise its history does.
func (r *disconnectRows) isLast(ctx context.Context, release did.Release, item did.DID) (bool, error) {
	if item.State == did.Aging && item.MovedAt.Equal(release.At) {
		return true, nil
	}
	steps, err := r.data.History(ctx, r.report.Carrier, release.Number)
	for _, step := range steps {
		if !step.At.After(release.At) {
			continue
		}
		takenBack := step.From == did.Aging && step.To == did.Assigned
		if takenBack || step.Releases() && r.report.Period.Contains(step.At) {
			return false, err
		}
	}
	return true, err
}

func distinct(numbers []e164.Number) []e164.Number {
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

// monthAfter returns the place of the month after one, "" if that begins after the
// end of a period.
func monthAfter(month string, end time.Time) (string, error) {
	at, err := revenue.ParseMonth(month)
	if err != nil {
		return "", fmt.Errorf("report: place %q: %w", month, err)
	}
	if at = at.AddDate(0, 1, 0); !at.Before(end) {
		return "", nil
	}
	return revenue.MonthOf(at) + "/", nil
}
