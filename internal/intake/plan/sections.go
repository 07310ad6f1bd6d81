package plan

import (
	"context"
	"slices"

	"didpurchase/internal/e164"
)

// A section is the numbers of one length in one partition: the unit in which
// inventory is compared with rows. Its numbers are consecutive, no range and no
// block crosses it, and sections are in the order of their numbers.

func sectionOf(n e164.Number) e164.Span {
	width := e164.Number(pow10(max(n.Len()-4, 4)))
	return e164.Span{Start: n / width * width, End: n/width*width + width - 1}
}

// sectionsOf returns the sections of a partition, shortest numbers first.
func sectionsOf(p e164.Partition) (sections []e164.Span) {
	least, most := p.Lengths()
	for length := least; length <= most; length++ {
		width := e164.Number(pow10(length - len(p.Digits())))
		sections = append(sections, e164.Span{Start: e164.Number(p) * width, End: e164.Number(p)*width + width - 1})
	}
	return sections
}

// sweep finds the rows that have numbers in a part of the numbering space; parts
// are asked for in ascending order.
type sweep struct {
	table *table
	order []uint32 // by number
	next  int      // index in order of the first row that begins in a later part
	open  []uint32 // rows that began earlier and go on
}

func (t *table) sweep(wanted func(*row) bool) *sweep {
	return &sweep{table: t, order: t.sorted(wanted)}
}

// in returns the rows that have numbers in the part, by their first numbers.
func (s *sweep) in(part e164.Span) (rows []uint32) {
	for s.next < len(s.order) && s.table.rows.at(s.order[s.next]).span.Start <= part.End {
		s.open = append(s.open, s.order[s.next])
		s.next++
	}
	open := s.open[:0]
	for _, i := range s.open {
		span := s.table.rows.at(i).span
		if span.End >= part.Start {
			rows = append(rows, i)
		}
		if span.End > part.End {
			open = append(open, i)
		}
	}
	s.open = open
	return rows
}

// windowRows is the number of rows that are worked on together; tests lower it.
var windowRows = 5_000

// window returns the next part of a section, from a number on: whole blocks, in
// which about windowRows rows begin.
func (s *sweep) window(from e164.Number, section e164.Span) e164.Span {
	if last := s.next + windowRows; last < len(s.order) {
		if at := s.table.rows.at(s.order[last]).span.Start; at <= section.End {
			return e164.Span{Start: from, End: max(at, from).Block().Last()}
		}
	}
	return e164.Span{Start: from, End: section.End}
}

// sections returns the parts of the catalogue that the rows touch, and others,
// ascending.
func (s *sweep) sections(others []e164.Span) (sections []e164.Span) {
	sections = slices.Clone(others)
	for _, i := range s.order {
		span := s.table.rows.at(i).span
		for at := sectionOf(span.Start); at.Start <= span.End; at = (e164.Span{Start: at.End + 1,
			End: at.End + at.End - at.Start + 1}) {
			if len(sections) == 0 || sections[len(sections)-1] != at {
				sections = append(sections, at)
			}
		}
	}
	slices.SortFunc(sections, func(a, b e164.Span) int { return int(a.Start) - int(b.Start) })
	return slices.Compact(sections)
}

// Inventory reads a carrier's offer.
type Inventory interface {
	// Offered returns the ranges of one partition.
	Offered(ctx context.Context, carrier string, p e164.Partition) ([]Offered, error)
	// OfferedPartitions returns the partitions in which the carrier may offer numbers.
	OfferedPartitions(ctx context.Context, carrier string) ([]e164.Partition, error)
}

// Offers is a carrier's offer as jobs read it.
type Offers struct {
	carrier string
	store   Inventory
	beat    func(context.Context) error
	at      e164.Partition
	ranges  []Offered // of the partition at
}

// newInventory reads a carrier's; beat is called at each partition.
func NewOffers(carrier string, store Inventory, beat func(context.Context) error) *Offers {
	return &Offers{carrier: carrier, store: store, beat: beat}
}

// offered returns the ranges that begin in a part of a section. Parts come in
// order, so the next part is mostly in the partition that was read last.
func (v *Offers) offered(ctx context.Context, part e164.Span) (in []Offered, err error) {
	if p := part.Start.Partition(); p != v.at {
		if err := v.beat(ctx); err != nil {
			return nil, err
		}
		if v.ranges, err = v.store.Offered(ctx, v.carrier, p); err != nil {
			return nil, err
		}
		v.at = p
	}
	for _, r := range v.ranges {
		if part.Contains(r.Span.Start) {
			in = append(in, r)
		}
	}
	return in, nil
}

// sections returns all sections in which something may be offered, ascending.
func (v *Offers) sections(ctx context.Context) (sections []e164.Span, err error) {
	partitions, err := v.store.OfferedPartitions(ctx, v.carrier)
	for _, p := range partitions {
		sections = append(sections, sectionsOf(p)...)
	}
	slices.SortFunc(sections, func(a, b e164.Span) int { return int(a.Start) - int(b.Start) })
	return sections, err
}

// Reconcile compares each undecided row with the carrier's offer.
func (p *Plan) Reconcile(ctx context.Context, v *Offers) error {
	sections, err := v.sections(ctx)
	if err != nil {
		return err
	}
	rows := p.table.sweep(func(r *row) bool { return r.verdict == undecided })
	partly := map[uint32]fact{} // rows that cross borders
	for _, section := range sections {
		ranges, err := v.offered(ctx, section)
		if err != nil {
			return err
		}
		there := newSectionRanges(ranges)
		for _, i := range rows.in(section) {
			r := p.table.rows.at(i)
			met := partly[i]
			there.meet(cut(r.span, section), p.table.wanted(r), &met)
			if section.Contains(r.span.Start) && section.Contains(r.span.End) {
				p.judge(r, met)
			} else {
				partly[i] = met
			}
		}
	}
	for i := range uint32(p.table.rows.n) {
		if r := p.table.rows.at(i); r.verdict == undecided {
			p.judge(r, partly[i])
		}
	}
	return nil
}

func pow10(n int) uint64 {
	p := uint64(1)
	for range n {
		p *= 10
	}
	return p
}
