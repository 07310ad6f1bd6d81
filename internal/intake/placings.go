package intake

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
)

// placing is a range to write, with what of the file is done by it.
type placing struct {
	Placed
	written bool   // by an earlier attempt of the same job
	rows    uint64 // whose last range it is
	numbers uint64 // newly offered
}

// placings makes the ranges of the rows that add, ascending by block: spans cut
// at borders, and single numbers gathered to one set for each block and package.
func (p *plan) placings(ctx context.Context, shelf loadShelf) iter.Seq2[placing, error] {
	return func(yield func(placing, error) bool) {
		for rows := range p.byBlock() {
			list, err := p.placingsOf(ctx, rows, shelf)
			if err != nil {
				yield(placing{}, err)
				return
			}
			for _, pl := range list {
				if !yield(pl, nil) {
					return
				}
			}
		}
	}
}

// byBlock gives the rows that add, by the block that they start in, ascending.
func (p *plan) byBlock() iter.Seq[[]uint32] {
	var rows []uint32
	for i := range p.rows {
		if p.rows[i].verdict == adds {
			rows = append(rows, uint32(i))
		}
	}
	slices.SortFunc(rows, func(a, b uint32) int { return cmp.Compare(p.rows[a].span.Start, p.rows[b].span.Start) })
	return func(yield func([]uint32) bool) {
		for from, to := 0, 0; from < len(rows); from = to {
			block := p.rows[rows[from]].span.Start.Block()
			for to = from; to < len(rows) && p.rows[rows[to]].span.Start.Block() == block; to++ {
			}
			if !yield(rows[from:to]) {
				return
			}
		}
	}
}

func (p *plan) placingsOf(ctx context.Context, rows []uint32, shelf loadShelf) (list []placing, err error) {
	var singles []uint32
	for _, i := range rows {
		if span := p.rows[i].span; span.Start == span.End {
			singles = append(singles, i)
		} else {
			list = append(list, p.spans(&p.rows[i])...)
		}
	}
	if len(singles) == 0 {
		return list, nil
	}
	there, err := shelf(ctx, p.rows[singles[0]].span.Start.Partition())
	if err != nil {
		return nil, err
	}
	for _, same := range p.byPackage(singles) {
		sets, err := p.set(there, same)
		if err != nil {
			return nil, err
		}
		list = append(list, sets...)
	}
	return list, nil
}

// byPackage parts rows by their package, in the order of the packages' first rows.
func (p *plan) byPackage(rows []uint32) (parts [][]uint32) {
	at := map[uint32]int{}
	for _, i := range rows {
		pkg := p.rows[i].pkg
		if _, ok := at[pkg]; !ok {
			at[pkg] = len(parts)
			parts = append(parts, nil)
		}
		parts[at[pkg]] = append(parts[at[pkg]], i)
	}
	return parts
}

// spans are the ranges of a row of consecutive numbers.
func (p *plan) spans(row *planned) []placing {
	pieces := e164.Borders(row.span)
	list := make([]placing, len(pieces))
	for i, piece := range pieces {
		list[i] = p.span(row, piece)
	}
	list[len(list)-1].rows = 1
	return list
}

// span is one piece of a row. The file's word for its area counts, else the
// numbering plan's.
func (p *plan) span(row *planned, piece e164.Span) placing {
	n := piece.Start
	area := p.texts.list[row.area]
	if area == "" {
		area = e164.Area(n)
	}
	return placing{
		Placed: Placed{Offered: Offered{Range: catalogue.Range{
			Carrier: p.carrier, Span: piece, Package: p.texts.list[row.pkg], ImportID: p.job, Ver: 1,
			Country: e164.Country(n), Area: area, Type: e164.KindOf(n),
		}}},
		written: row.own == row.span.Count(),
		numbers: piece.Count(),
	}
}

// set puts single numbers of one block and package into the set that there is
// of them, or a new one. A set has one country, area and type, those of its
// first number; a number that differs becomes a range of its own.
func (p *plan) set(there shelf, singles []uint32) (list []placing, err error) {
	first := p.rows[singles[0]]
	set := p.span(&first, first.span)
	set.numbers = 0
	before, exists := there.set(first.span.Start.Block(), set.Package)
	prior := before.Set
	if before.ImportID == p.job {
		prior = before.Prior
	}
	if exists {
		set.Country, set.Area, set.Type, set.Features = before.Country, before.Area, before.Type, before.Features
	}
	var places []uint16
	for _, i := range singles {
		single := p.span(&p.rows[i], p.rows[i].span)
		if single.Country != set.Country || single.Area != set.Area || single.Type != set.Type {
			single.rows = 1
			list = append(list, single)
			continue
		}
		set.written = set.written && single.written
		set.rows, set.numbers = set.rows+1, set.numbers+1
		places = append(places, single.Span.Start.Suffix())
	}
	if len(places) == 0 {
		return list, nil
	}
	added, err := catalogue.NewSuffixes(places)
	if err != nil {
		return nil, err
	}
	set.Range = set.SetRange(first.span.Start.Block(), prior.Union(added))
	set.Prior = prior
	set.SeenVer, set.Ver = before.Ver, before.Ver+1
	if set.written {
		set.Ver = before.Ver
	}
	return append(list, set), nil
}
