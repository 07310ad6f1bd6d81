package report

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"golang.org/x/sync/errgroup"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
)

// stock walks through all numbers of a carrier: the offered ones, and the taken
// ones that no range offers any more. A step is a partition of the catalogue; a
// place is the last partition that is done.
//
// A partition's ranges and blocks fit into memory, as they do in a search. The
// numbers are read 1,000 at a time, where a block says that some are taken.
type stock struct{ basis }

// thousand is the size of the blocks that regulators count.
const thousand = 1_000

const thousandsAtOnce = 4

// run is consecutive numbers of one range in one state.
type run struct {
	span     e164.Span
	in       *catalogue.Range // nil for numbers that no range offers
	state    did.State        // None = available
	customer string           // of a rented or held one
}

// partition reads the partition after a place; ok is false if there is none.
func (s *stock) partition(ctx context.Context, place string) (p catalogue.Partition, ok bool, err error) {
	after := 0
	if place != "" {
		if after, err = strconv.Atoi(place); err != nil {
			return p, false, err
		}
	}
	found, err := s.data.PartitionsFrom(ctx, s.report.Carrier, e164.Partition(after+1), 1)
	if err != nil || len(found) == 0 {
		return p, false, err
	}
	p, err = s.data.Partition(ctx, s.report.Carrier, found[0], true, func(float64) error { return nil })
	return p, true, err
}

// walk visits the runs of a partition, ascending. A run ends at the borders of
// blocks with taken numbers and of blocks with sets.
func (s *stock) walk(ctx context.Context, p catalogue.Partition, visit func(run) error) error {
	spans, sets := split(p.Ranges)
	position := e164.Number(0)
	for _, b := range blocksOf(p, sets) {
		for len(spans) > 0 && spans[0].Span.Start < b.First() {
			if err := untouched(spans[0], position, b.First()-1, visit); err != nil {
				return err
			}
			if spans[0].Span.End >= b.First() {
				break
			}
			spans = spans[1:]
		}
		if err := s.block(ctx, b, spans, sets[b], taken(p, b), visit); err != nil {
			return err
		}
		position = b.Last() + 1
		if err := s.beat(ctx); err != nil {
			return err
		}
	}
	for _, r := range spans {
		if err := untouched(r, position, r.Span.End, visit); err != nil {
			return err
		}
	}
	return nil
}

// untouched visits a part of a span, from one number to another, in which no number
// is taken.
func untouched(r *catalogue.Range, from, to e164.Number, visit func(run) error) error {
	part := e164.Span{Start: max(r.Span.Start, from), End: min(r.Span.End, to)}
	if part.Start > part.End {
		return nil
	}
	return visit(run{span: part, in: r})
}

// split returns the spans, ascending, and the sets by their block.
func split(ranges []catalogue.Range) (spans []*catalogue.Range, sets map[e164.Block][]*catalogue.Range) {
	sets = map[e164.Block][]*catalogue.Range{}
	for i := range ranges {
		if r := &ranges[i]; r.IsSet() {
			sets[r.Block()] = append(sets[r.Block()], r)
		} else {
			spans = append(spans, r)
		}
	}
	slices.SortFunc(spans, func(a, b *catalogue.Range) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	return spans, sets
}

// blocksOf returns the blocks with taken numbers or sets, ascending.
func blocksOf(p catalogue.Partition, sets map[e164.Block][]*catalogue.Range) (blocks []e164.Block) {
	for b := range sets {
		blocks = append(blocks, b)
	}
	for _, b := range p.Blocks {
		if b.Taken.Count() > 0 {
			blocks = append(blocks, b.Block)
		}
	}
	slices.Sort(blocks)
	return slices.Compact(blocks)
}

// taken returns the places of a block that are taken, by its projection.
func taken(p catalogue.Partition, b e164.Block) []uint16 {
	for _, written := range p.Blocks {
		if written.Block == b {
			return written.Taken.Places()
		}
	}
	return nil
}

// slot is the use of one number of a block.
type slot struct {
	in       *catalogue.Range
	state    did.State
	customer string
}

// block visits the runs of a block.
func (s *stock) block(ctx context.Context, b e164.Block, spans, sets []*catalogue.Range, places []uint16,
	visit func(run) error) error {
	var slots [e164.BlockSize]slot
	for _, r := range slices.Concat(sets, spans) {
		if r.Span.Start > b.Last() {
			break
		}
		for n := max(r.Span.Start, b.First()); n <= min(r.Span.End, b.Last()); n++ {
			if r.Contains(n) {
				slots[n-b.First()].in = r
			}
		}
	}
	items, err := s.numbers(ctx, b, places)
	if err != nil {
		return err
	}
	for _, d := range items {
		if c := &slots[d.Number-b.First()]; !d.Lapsed(s.report.AsOf) {
			c.state, c.customer = d.State, d.Customer
		}
	}
	return runs(b, slots[:], visit)
}

// runs visits the runs of equal slots; numbers that are neither offered nor taken
// have none.
func runs(b e164.Block, slots []slot, visit func(run) error) error {
	for from := 0; from < len(slots); {
		end := from + 1
		for end < len(slots) && slots[end] == slots[from] {
			end++
		}
		if c := slots[from]; c.in != nil || c.state != did.None {
			span := e164.Span{Start: b.First() + e164.Number(from), End: b.First() + e164.Number(end-1)}
			if err := visit(run{span, c.in, c.state, c.customer}); err != nil {
				return err
			}
		}
		from = end
	}
	return nil
}

// numbers reads the items of a block, by its thousands with taken numbers.
func (s *stock) numbers(ctx context.Context, b e164.Block, places []uint16) ([]did.DID, error) {
	var touched [e164.BlockSize / thousand]bool
	for _, place := range places {
		touched[place/thousand] = true
	}
	var found [e164.BlockSize / thousand][]did.DID
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(thousandsAtOnce)
	for i, has := range touched {
		if !has {
			continue
		}
		first := b.First() + e164.Number(i*thousand)
		g.Go(func() (err error) {
			found[i], err = s.data.DIDsIn(ctx, s.report.Carrier, e164.Span{Start: first, End: first + thousand - 1})
			return err
		})
	}
	err := g.Wait()
	return slices.Concat(found[:]...), err
}

func placeOf(p catalogue.Partition) string { return p.Partition.Digits() }
