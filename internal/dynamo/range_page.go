package dynamo

import (
	"cmp"
	"context"
	"slices"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
)

// PartitionsFrom returns at most limit partitions in which the carrier may offer
// numbers, ascending, starting at one.
func (s *Store) PartitionsFrom(ctx context.Context, carrier string, from e164.Partition,
	limit int) ([]e164.Partition, error) {
	items, err := s.between(ctx, catalogueKey(carrier), partitionEntryKey(carrier, max(from, 1000)).sk,
		prefixPartition+"~", false, limit)
	if err != nil {
		return nil, err
	}
	return readEach(items, readPartition)
}

// BlocksFrom returns at most limit written blocks of a partition, of one length of
// numbers, ascending, starting at one.
func (s *Store) BlocksFrom(ctx context.Context, carrier string, from e164.Block, limit int) ([]catalogue.Block, error) {
	k := blockKey(carrier, from)
	items, err := s.between(ctx, k.pk, k.sk, blockPrefix(from.First().Len())+"~", false, limit)
	if err != nil {
		return nil, err
	}
	return readEach(items, readBlock)
}

// OfferedFrom returns ranges of a partition that start from one number to another,
// ascending, and the number to continue from, 0 at the end. With before, the span
// that contains the number comes first.
//
// Spans and sets have keys of their own, so it reads at most limit of each and
// returns them up to the number where both are known:
//
//	spans read    10 20 40 …            not known after 40
//	sets read     15 25 30 45 50        all
//	returned      10 15 20 25 30 40     continue from 41
func (s *Store) OfferedFrom(ctx context.Context, carrier string, from, to e164.Number, before bool,
	limit int) (ranges []catalogue.Range, next e164.Number, err error) {
	spans, afterSpans, err := s.spansFrom(ctx, carrier, from, to, limit)
	if err != nil {
		return nil, 0, err
	}
	sets, afterSets, err := s.setsFrom(ctx, carrier, from, to, limit)
	if err != nil {
		return nil, 0, err
	}
	if next = cmp.Or(min(afterSpans, afterSets), afterSpans, afterSets); next > to {
		next = 0
	}
	for _, r := range slices.Concat(spans, sets) {
		if r.Span.Start >= from && r.Span.Start <= to && (next == 0 || r.Span.Start < next) {
			ranges = append(ranges, r)
		}
	}
	slices.SortFunc(ranges, func(a, b catalogue.Range) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	if before {
		around, err := s.spanInto(ctx, carrier, from)
		return slices.Concat(around, ranges), next, err
	}
	return ranges, next, nil
}

// spanInto returns the span that starts before n and contains it, if any.
func (s *Store) spanInto(ctx context.Context, carrier string, n e164.Number) ([]catalogue.Range, error) {
	around, err := s.spanBefore(ctx, carrier, n)
	return slices.DeleteFunc(around, func(r catalogue.Range) bool { return r.Span.Start == n || !r.Contains(n) }), err
}

// spansFrom returns at most limit spans, and the number after which there may be
// more, 0 for none.
func (s *Store) spansFrom(ctx context.Context, carrier string, from, to e164.Number,
	limit int) (spans []catalogue.Range, next e164.Number, err error) {
	first, last := spanKey(carrier, from), spanKey(carrier, to)
	items, err := s.between(ctx, first.pk, first.sk, last.sk, false, limit)
	if err != nil {
		return nil, 0, err
	}
	if spans, err = readEach(items, readRange); len(spans) == limit {
		next = spans[limit-1].Span.Start + 1
	}
	return spans, next, err
}

// setsFrom returns about limit sets, of whole blocks, and the first number of the
// block from which on there may be more, 0 for none.
func (s *Store) setsFrom(ctx context.Context, carrier string, from, to e164.Number, limit int) (sets []catalogue.Range,
	next e164.Number, err error) {
	pk := partitionKey(carrier, from.Partition())
	items, err := s.between(ctx, pk, setPrefix(from.Block()), setPrefix(to.Block())+"~", false, limit)
	if err != nil {
		return nil, 0, err
	}
	if sets, err = readEach(items, readRange); err != nil || len(sets) < limit {
		return sets, 0, err
	}
	last := sets[limit-1].Block()
	complete := slices.DeleteFunc(slices.Clone(sets), func(r catalogue.Range) bool { return r.Block() == last })
	if len(complete) > 0 {
		return complete, last.First(), nil
	}
	items, err = s.list(ctx, listing{pk: pk, prefix: setPrefix(last), stale: true}) // one block has more than limit
	if err != nil {
		return nil, 0, err
	}
	sets, err = readEach(items, readRange)
	return sets, last.Last() + 1, err
}
