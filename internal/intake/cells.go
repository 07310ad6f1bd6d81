package intake

import (
	"context"
	"iter"
	"slices"
	"sort"

	"didpurchase/internal/e164"
)

// A cell is the numbers of one length in one partition: the unit in which
// inventory is held against rows. Its numbers are consecutive, no range and no
// block crosses it, and cells are ordered as their numbers are.

func cellOf(n e164.Number) e164.Span {
	width := e164.Number(pow10(max(n.Len()-4, 4)))
	return e164.Span{Start: n / width * width, End: n/width*width + width - 1}
}

// cellsOf are the cells of a partition, shortest numbers first.
func cellsOf(p e164.Partition) (cells []e164.Span) {
	least, most := p.Lengths()
	for length := least; length <= most; length++ {
		width := e164.Number(pow10(length - len(p.Digits())))
		cells = append(cells, e164.Span{Start: e164.Number(p) * width, End: e164.Number(p)*width + width - 1})
	}
	return cells
}

// byCell gives the rows that have numbers in each cell, ascending, by their
// places in the table.
type byCell struct {
	table    *table
	order    []uint32 // by number
	crossing []uint32 // those of order that cross a cell's border
}

func (t *table) byCell(wanted func(*row) bool) *byCell {
	c := &byCell{table: t, order: t.sorted(wanted)}
	for _, i := range c.order {
		if r := t.rows.at(i); !cellOf(r.span.Start).Contains(r.span.End) {
			c.crossing = append(c.crossing, i)
		}
	}
	return c
}

// in visits the rows that have numbers in the cell, those that begin before it
// first.
func (c *byCell) in(cell e164.Span) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for _, i := range c.crossing {
			span := c.table.rows.at(i).span
			if span.Start >= cell.Start {
				break
			}
			if span.End >= cell.Start && !yield(i) {
				return
			}
		}
		from := sort.Search(len(c.order), func(k int) bool { return c.table.rows.at(c.order[k]).span.Start >= cell.Start })
		for _, i := range c.order[from:] {
			if c.table.rows.at(i).span.Start > cell.End || !yield(i) {
				return
			}
		}
	}
}

// cells are those that the rows touch, ascending, together with others.
func (c *byCell) cells(others []e164.Span) (cells []e164.Span) {
	cells = slices.Clone(others)
	for _, i := range c.order {
		span := c.table.rows.at(i).span
		for at := cellOf(span.Start); at.Start <= span.End; at = (e164.Span{Start: at.End + 1, End: at.End + at.End - at.Start + 1}) {
			if len(cells) == 0 || cells[len(cells)-1] != at {
				cells = append(cells, at)
			}
		}
	}
	slices.SortFunc(cells, func(a, b e164.Span) int { return int(a.Start) - int(b.Start) })
	return slices.Compact(cells)
}

// inventory is what a carrier offers, as jobs read it.
type inventory struct {
	carrier string
	store   Store
	beat    func(context.Context) error
	at      e164.Partition
	ranges  []Offered // of the partition at
}

// shelf is what is offered in a cell. Cells come in order, so a partition that
// was read is mostly the one asked for next.
func (v *inventory) shelf(ctx context.Context, cell e164.Span) (shelf, error) {
	if p := cell.Start.Partition(); p != v.at {
		if err := v.beat(ctx); err != nil {
			return shelf{}, err
		}
		ranges, err := v.store.Offered(ctx, v.carrier, p)
		if err != nil {
			return shelf{}, err
		}
		v.at, v.ranges = p, ranges
	}
	var in []Offered
	for _, r := range v.ranges {
		if cell.Contains(r.Span.Start) {
			in = append(in, r)
		}
	}
	return newShelf(in), nil
}

// cells are all cells in which something may be offered, ascending.
func (v *inventory) cells(ctx context.Context) (cells []e164.Span, err error) {
	partitions, err := v.store.OfferedPartitions(ctx, v.carrier)
	for _, p := range partitions {
		cells = append(cells, cellsOf(p)...)
	}
	slices.SortFunc(cells, func(a, b e164.Span) int { return int(a.Start) - int(b.Start) })
	return cells, err
}

// reconcile holds each undecided row against what is offered.
func (p *plan) reconcile(ctx context.Context, v *inventory) error {
	cells, err := v.cells(ctx)
	if err != nil {
		return err
	}
	rows := p.table.byCell(func(r *row) bool { return r.verdict == undecided })
	partly := map[uint32]fact{} // of rows that cross borders
	for _, i := range rows.crossing {
		partly[i] = fact{}
	}
	for _, cell := range cells {
		there, err := v.shelf(ctx, cell)
		if err != nil {
			return err
		}
		for i := range rows.in(cell) {
			r := p.table.rows.at(i)
			if met, crosses := partly[i]; crosses {
				there.meet(cut(r.span, cell), p.table.wanted(r).pkg, &met)
				partly[i] = met
				continue
			}
			var met fact
			there.meet(r.span, p.table.wanted(r).pkg, &met)
			p.judge(r, met)
		}
	}
	for i := range uint32(p.table.rows.n) {
		if r := p.table.rows.at(i); r.verdict == undecided {
			p.judge(r, partly[i])
		}
	}
	return nil
}
