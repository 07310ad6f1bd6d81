package intake

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
)

// The most that one page reads, for any carrier.
const (
	maxRanges  = 400   // ranges, of which a filter may pass few
	maxBlocks  = 300   // blocks that may have taken numbers
	maxNumbers = 2_000 // taken numbers; one block may have 10,000

	maxPartitions    = 100
	partitionsAtOnce = 20
	rangesAtOnce     = 100
	takenAtOnce      = 100 // blocks of one read
	blocksAtOnce     = 16  // blocks whose numbers are read in parallel
)

// rangePlace is the beginning of a page: the first range that starts at number or
// after it, or the rest of the range that contains number.
type rangePlace struct {
	partition e164.Partition
	number    e164.Number // 0: the partition's first
	inside    bool
}

// ErrPlace means that a cursor is not one that Ranges returned.
var ErrPlace = errors.New("intake: not a place in the list of ranges")

// before returns the place as a cursor, "" if it is after the last partition.
func (p rangePlace) before(last e164.Partition) string {
	if p.partition > last {
		return ""
	}
	text := fmt.Sprintf("%04d/%015d", p.partition, p.number)
	if p.inside {
		text += "+"
	}
	return text
}

// parsePlace reads a cursor; "" is the start of all.
func parsePlace(cursor string) (p rangePlace, err error) {
	if cursor == "" {
		return p, nil
	}
	text, inside := strings.CutSuffix(cursor, "+")
	p.inside = inside
	if _, err := fmt.Sscanf(text, "%04d/%015d", &p.partition, &p.number); err != nil {
		return p, fmt.Errorf("%w: %q: %w", ErrPlace, cursor, err)
	}
	return p, nil
}

// rangeWalk lists one page of ranges.
type rangeWalk struct {
	*Service
	carrier string
	filter  RangeFilter
	limit   int
	list    []Utilised
	at      rangePlace // where the next page begins

	ranges, blocks, numbers int // the budget that is left

	ahead  []catalogue.Block // blocks with taken numbers that were read, ascending
	unread e164.Block        // the first block that was not read
	whole  e164.Block        // the block of dids
	dids   []did.DID
}

// partition lists the ranges of a partition, and reports whether the page is
// full before their end.
func (w *rangeWalk) partition(ctx context.Context, p e164.Partition) (full bool, err error) {
	if w.at.partition != p {
		w.at = rangePlace{partition: p}
	}
	w.ahead, w.unread = nil, 0
	for _, part := range w.filter.stretches(p) {
		if part.End < w.at.number {
			continue
		}
		if full, err := w.stretch(ctx, part); err != nil || full {
			return full, err
		}
		w.at = rangePlace{p, part.End + 1, false}
	}
	w.at = rangePlace{partition: p + 1}
	return w.ranges <= 0, nil
}

// stretch lists the ranges with numbers in a span.
func (w *rangeWalk) stretch(ctx context.Context, part e164.Span) (full bool, err error) {
	from, before := w.at.number, w.at.inside
	if from <= part.Start && !w.at.inside {
		from, before = part.Start, true
	}
	for from != 0 {
		ranges, next, err := w.records.OfferedFrom(ctx, w.carrier, from, part.End, before, min(rangesAtOnce, w.limit+1))
		if err != nil {
			return false, err
		}
		if full, err := w.addAll(ctx, ranges); err != nil || full {
			return full, err
		}
		if from, before = next, false; next != 0 {
			w.at = rangePlace{part.Start.Partition(), next, false}
		}
		if w.ranges <= 0 && next != 0 {
			return true, nil
		}
	}
	return false, nil
}

func (w *rangeWalk) addAll(ctx context.Context, ranges []catalogue.Range) (full bool, err error) {
	for _, r := range ranges {
		if full, err := w.add(ctx, r); err != nil || full {
			return full, err
		}
	}
	return false, nil
}

// add lists a range, or its rest if the page begins inside it, and reports whether
// the page is full before its end.
func (w *rangeWalk) add(ctx context.Context, r catalogue.Range) (full bool, err error) {
	if w.ranges--; !w.filter.lists(r) {
		return false, nil
	}
	end := r.Span.End
	if w.at.inside && r.Span.Contains(w.at.number) {
		r.Span.Start = w.at.number
	} else {
		w.at = rangePlace{r.Span.Start.Partition(), r.Span.Start, false}
	}
	if len(w.list) == w.limit {
		return true, nil
	}
	touched, last, err := w.touched(ctx, r)
	if err != nil || last < end && len(w.list) > 0 {
		return true, err
	}
	r.Span.End = last
	u, err := w.utilised(ctx, r, touched)
	if err != nil {
		return false, err
	}
	w.list = append(w.list, u)
	w.at = rangePlace{r.Span.Start.Partition(), last + 1, last < end}
	if r.IsSet() { // other ranges begin between its numbers
		w.at.number = r.Span.Start + 1
	}
	return last < end, nil
}

// touched returns the parts of blocks that have taken numbers of a range, up to the
// last number for which there is a budget. The first one is always returned.
func (w *rangeWalk) touched(ctx context.Context, r catalogue.Range) (parts []e164.Span, last e164.Number, err error) {
	blocks, more, err := w.blocksOf(ctx, r)
	if err != nil {
		return nil, 0, err
	}
	for _, b := range blocks {
		part, n := takenIn(r, b)
		cost := n
		if r.IsSet() && w.whole == b.Block {
			cost = 0
		}
		if cost > w.numbers && len(parts)+len(w.list) > 0 {
			return parts, b.Block.First() - 1, nil
		}
		w.blocks--
		w.numbers -= cost
		if n > 0 {
			parts = append(parts, part)
		}
	}
	return parts, reached(r, blocks, more), nil
}

// reached returns the last number of the range before which all taken numbers are
// in these blocks; more means that there are further blocks.
func reached(r catalogue.Range, blocks []catalogue.Block, more bool) e164.Number {
	switch {
	case more && len(blocks) == 0:
		return r.Span.Start - 1
	case more:
		return max(r.Span.Start, blocks[len(blocks)-1].Block.Last())
	}
	return r.Span.End
}

// takenIn returns the part of a block that has to be read for a range, and the
// number of its taken numbers. For a set it is the whole block, which other sets
// share.
func takenIn(r catalogue.Range, b catalogue.Block) (part e164.Span, n int) {
	part = e164.Span{Start: b.Block.First(), End: b.Block.Last()}
	if r.IsSet() {
		return part, b.Taken.Count()
	}
	part = e164.Span{Start: max(part.Start, r.Span.Start), End: min(part.End, r.Span.End)}
	for _, place := range b.Taken.Places() {
		if part.Contains(b.Block.First() + e164.Number(place)) {
			n++
		}
	}
	return part, n
}

// blocksOf returns the blocks of a range that may have taken numbers, up to the
// number of blocks that may still be read, and whether the range has more.
// Ranges ascend, so each block is read once.
func (w *rangeWalk) blocksOf(ctx context.Context, r catalogue.Range) (blocks []catalogue.Block, more bool, err error) {
	first, last := r.Span.Start.Block(), r.Span.End.Block()
	w.ahead = slices.DeleteFunc(w.ahead, func(b catalogue.Block) bool { return b.Block < first })
	w.unread = max(w.unread, first)
	for w.unread <= last && len(w.ahead) <= w.blocks {
		read, err := w.records.BlocksFrom(ctx, w.carrier, w.unread, takenAtOnce)
		if err != nil {
			return nil, false, err
		}
		w.ahead = append(w.ahead, read...)
		if w.unread = afterLength(first); len(read) == takenAtOnce {
			w.unread = read[len(read)-1].Block + 1
		}
	}
	n := 0
	for n < len(w.ahead) && w.ahead[n].Block <= last {
		n++
	}
	most := max(w.blocks, 0)
	return w.ahead[:min(n, most)], n > most, nil
}

// afterLength returns the first block whose numbers are longer than those of b.
func afterLength(b e164.Block) e164.Block { return filled("1", "0", b.First().Len()+1).Block() }

// utilised counts a range's numbers by their states.
func (w *rangeWalk) utilised(ctx context.Context, r catalogue.Range, parts []e164.Span) (Utilised, error) {
	u := Utilised{Range: r}
	found := make([][]did.DID, len(parts))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(blocksAtOnce)
	for i, part := range parts {
		g.Go(func() (err error) {
			found[i], err = w.numbersIn(ctx, r, part)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return u, err
	}
	for _, d := range slices.Concat(found...) {
		if r.Contains(d.Number) && !d.Lapsed(w.now()) {
			u.count(d.State)
		}
	}
	return u, nil
}

// numbersIn reads the DIDs of a part of a block; a set has one part, which it
// shares with the block's other sets.
func (w *rangeWalk) numbersIn(ctx context.Context, r catalogue.Range, part e164.Span) (dids []did.DID, err error) {
	if !r.IsSet() {
		return w.records.DIDsIn(ctx, r.Carrier, part)
	}
	if b := part.Start.Block(); w.whole != b {
		if w.dids, err = w.records.DIDsIn(ctx, r.Carrier, part); err != nil {
			return nil, err
		}
		w.whole = b
	}
	return w.dids, nil
}

// partitionDigits is the number of digits that name a partition.
const partitionDigits = 4

// partitions returns the first and the last partition that may have numbers of
// the filter.
func (f RangeFilter) partitions() (first, last e164.Partition) {
	digits := f.StartsWith[:min(len(f.StartsWith), partitionDigits)]
	return e164.Partition(filled(digits, "0", partitionDigits)), e164.Partition(filled(digits, "9", partitionDigits))
}

// stretches returns the spans of a partition's numbers that begin with the
// filter's digits: one, or one for each length of numbers if the filter has more
// digits than a partition.
func (f RangeFilter) stretches(p e164.Partition) (list []e164.Span) {
	digits := p.Digits()
	least, most := p.Lengths()
	if strings.HasPrefix(digits, f.StartsWith) {
		return []e164.Span{{Start: filled(digits, "0", least), End: filled(digits, "9", most)}}
	}
	if !strings.HasPrefix(f.StartsWith, digits) {
		return nil
	}
	for length := max(least, len(f.StartsWith)); length <= most; length++ {
		list = append(list, e164.Span{Start: filled(f.StartsWith, "0", length), End: filled(f.StartsWith, "9", length)})
	}
	return list
}

// filled returns the number of a length that begins with digits and goes on
// with one digit.
func filled(digits, digit string, length int) (n e164.Number) {
	for _, d := range digits + strings.Repeat(digit, max(0, length-len(digits))) {
		n = n*10 + e164.Number(d-'0')
	}
	return n
}
