package report

import (
	"context"
	"fmt"
	"strings"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/pricing"
	"didpurchase/internal/xlsxexport"
)

// inventoryRows has every number, in rows of consecutive numbers of one range, one
// state and one customer.
type inventoryRows struct {
	stock
	packages map[string]pricing.Package
}

func (r *inventoryRows) columns() []xlsxexport.Column {
	return columnsOf("start end count:number state customer country area type features package package_name " +
		"setup:number recurring:number currency interval as_of:time")
}

func (r *inventoryRows) step(ctx context.Context, place string, to *table) (string, error) {
	p, ok, err := r.partition(ctx, place)
	if err != nil || !ok {
		return "", err
	}
	return placeOf(p), r.walk(ctx, p, func(found run) error {
		row := []string{found.span.Start.String(), found.span.End.String(), count(found.span.Count()), found.state.Word(),
			found.customer}
		return to.row(append(append(row, r.offer(found)...), r.asOf())...)
	})
}

// offer returns the cells of a run's range, and its package as it is sold now.
func (r *inventoryRows) offer(found run) []string {
	if found.in == nil { // taken, but not offered any more
		n := found.span.Start
		return []string{e164.Country(n), e164.Area(n), string(e164.KindOf(n)), "", "", "", "", "", "", ""}
	}
	in := found.in
	cells := []string{in.Country, in.Area, string(in.Type), strings.Join(in.Offers(), " "), in.Package}
	p, known := r.packages[in.Package]
	if !known {
		return append(cells, "", "", "", "", "")
	}
	return append(cells, p.Name, p.Setup.Number(), p.Recurring.Number(), p.Recurring.Currency(), intervalText(p.Terms))
}

// uses counts numbers by their use.
type uses struct{ available, held, rented, aging, withheld uint64 }

func (u *uses) add(s did.State, n uint64) {
	switch s {
	case did.None:
		u.available += n
	case did.Held, did.Reserved:
		u.held += n
	case did.Aging:
		u.aging += n
	case did.Withheld:
		u.withheld += n
	default:
		u.rented += n
	}
}

func (u *uses) total() uint64 { return u.available + u.held + u.rented + u.aging + u.withheld }

// percent is the share of rented numbers with one decimal, cut off.
func (u *uses) percent() string {
	tenths := u.rented * 1000 / max(1, u.total())
	return fmt.Sprintf("%d.%d", tenths/10, tenths%10)
}

func (u *uses) cells() []string {
	return []string{count(u.total()), count(u.available), count(u.held), count(u.rented), count(u.aging),
		count(u.withheld), u.percent()}
}

// utilisationRows has a row for each range, then rows for its blocks of 1,000
// numbers. Neighbouring blocks with only available numbers share a row. A block in
// which the range begins or ends counts only the range's own numbers.
type utilisationRows struct{ stock }

func (r *utilisationRows) columns() []xlsxexport.Column {
	return columnsOf("level start end total:number available:number held:number rented:number aging:number " +
		"withheld:number rented_percent:number package country area as_of:time")
}

// blockUse is the use of consecutive blocks of a range.
type blockUse struct {
	first, last e164.Number // divided by thousand
	uses
}

type rangeUse struct {
	uses
	blocks []blockUse
}

func (r *utilisationRows) step(ctx context.Context, place string, to *table) (string, error) {
	p, ok, err := r.partition(ctx, place)
	if err != nil || !ok {
		return "", err
	}
	used := map[*catalogue.Range]*rangeUse{}
	err = r.walk(ctx, p, func(found run) error {
		if found.in == nil {
			return nil
		}
		if used[found.in] == nil {
			used[found.in] = &rangeUse{}
		}
		used[found.in].add(found)
		return nil
	})
	if err != nil {
		return "", err
	}
	for i := range p.Ranges {
		if err := r.rows(&p.Ranges[i], used[&p.Ranges[i]], to); err != nil {
			return "", err
		}
	}
	return placeOf(p), nil
}

// add counts a run, and its parts in each block of 1,000.
func (u *rangeUse) add(found run) {
	u.uses.add(found.state, found.span.Count())
	first, last := found.span.Start/thousand, found.span.End/thousand
	if whole := found.state == did.None && last > first; whole {
		u.part(found, first, first)
		if last-first > 1 {
			u.part(found, first+1, last-1)
		}
		u.part(found, last, last)
		return
	}
	for n := first; n <= last; n++ {
		u.part(found, n, n)
	}
}

// part counts the numbers of a run in some blocks.
func (u *rangeUse) part(found run, first, last e164.Number) {
	if n := len(u.blocks); n == 0 || u.blocks[n-1].last < first {
		u.blocks = append(u.blocks, blockUse{first: first, last: last})
	}
	numbers := min(found.span.End, last*thousand+thousand-1) - max(found.span.Start, first*thousand) + 1
	u.blocks[len(u.blocks)-1].add(found.state, uint64(numbers))
}

func (r *utilisationRows) rows(in *catalogue.Range, u *rangeUse, to *table) error {
	if u == nil {
		return nil
	}
	about := []string{in.Package, in.Country, in.Area, r.asOf()}
	row := func(level string, start, end e164.Number, u *uses) error {
		return to.row(append(append([]string{level, start.String(), end.String()}, u.cells()...), about...)...)
	}
	if err := row("range", in.Span.Start, in.Span.End, &u.uses); err != nil {
		return err
	}
	for _, b := range joined(u.blocks) {
		start, end := max(in.Span.Start, b.first*thousand), min(in.Span.End, b.last*thousand+thousand-1)
		if err := row("block", start, end, &b.uses); err != nil {
			return err
		}
	}
	return nil
}

// joined joins neighbouring blocks with only available numbers.
func joined(blocks []blockUse) (list []blockUse) {
	for _, b := range blocks {
		if n := len(list); n > 0 && list[n-1].last+1 == b.first && isUnused(list[n-1]) && isUnused(b) {
			list[n-1].last = b.last
			list[n-1].available += b.available
			continue
		}
		list = append(list, b)
	}
	return list
}

func isUnused(b blockUse) bool { return b.available == b.total() }
