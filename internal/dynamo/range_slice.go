package dynamo

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
)

// firstLook is the number of ranges of a partition that are read before their
// count is known: spans in half a read unit, sets in one and a half.
const firstLook = 8

// nearbySpans is the number of spans in the first read of a prefix: half a read
// unit.
const nearbySpans = 24

// Slice returns the items of a partition that can have numbers with a prefix:
// spans, sets, and blocks. Its cost depends only on these items, not on the
// rest of the partition.
func (s *Store) Slice(ctx context.Context, carrier string, p e164.Partition,
	prefix string) (catalogue.Partition, error) {
	part, pk := catalogue.Partition{Partition: p}, partitionKey(carrier, p)
	items, err := s.between(ctx, pk, prefixSpan, prefixBlock, true, firstLook)
	if err != nil {
		return part, err
	}
	if len(items) == firstLook {
		if items, err = s.nearby(ctx, pk, prefix, items); err != nil {
			return part, err
		}
	}
	if err := addItems(&part, items); err != nil {
		return part, err
	}
	for _, begin := range blockPrefixes(part.Ranges, prefix) {
		blocks, err := s.list(ctx, listing{pk: pk, prefix: begin, stale: true})
		if err != nil {
			return part, err
		}
		if err := addItems(&part, blocks); err != nil {
			return part, err
		}
	}
	return part, nil
}

// nearby returns the ranges that can have numbers with a prefix; last are the
// last of all ranges.
func (s *Store) nearby(ctx context.Context, pk, prefix string, last []item) (found []item, err error) {
	for _, kind := range []struct {
		prefix string
		read   func(ctx context.Context, pk string, length int, prefix string) ([]item, error)
	}{{prefixSpan, s.spansAround}, {prefixSet, s.setsIn}} {
		least, most, err := s.lengths(ctx, pk, kind.prefix, last)
		if err != nil {
			return nil, err
		}
		for length := max(least, len(prefix)); length <= most; length++ {
			items, err := kind.read(ctx, pk, length, prefix)
			if err != nil {
				return nil, err
			}
			found = append(found, items...)
		}
	}
	return found, nil
}

// lengths returns the smallest and the largest length of numbers of spans, or
// of sets, in a partition; most is 0 if there are none. last are the last of
// all ranges: sets come after spans.
func (s *Store) lengths(ctx context.Context, pk, kind string, last []item) (least, most int, err error) {
	if kind == prefixSet && !strings.HasPrefix(text(last[0], "sk"), kind) {
		return 0, 0, nil
	}
	i := slices.IndexFunc(last, func(i item) bool { return strings.HasPrefix(text(i, "sk"), kind) })
	ends := last[max(i, 0):]
	if i < 0 {
		if ends, err = s.between(ctx, pk, kind, kind+"~", true, 1); err != nil || len(ends) == 0 {
			return 0, 0, err
		}
	}
	first, err := s.between(ctx, pk, kind, kind+"~", false, 1)
	if err != nil || len(first) == 0 {
		return 0, 0, err
	}
	return lengthIn(first[0]), lengthIn(ends[0]), nil
}

// lengthIn returns the length in a range's key.
func lengthIn(i item) int {
	length, _ := strconv.Atoi(strings.Split(text(i, "sk"), "#")[1]) // spanPrefix and setPrefix wrote it
	return length
}

// spansAround returns the spans that begin with a prefix, and the one before
// them, which may extend into them.
func (s *Store) spansAround(ctx context.Context, pk string, length int, prefix string) ([]item, error) {
	begin := spanPrefix(length)
	for most := nearbySpans; ; most *= 4 {
		items, err := s.between(ctx, pk, begin, begin+prefix+"~", true, most)
		if err != nil {
			return nil, err
		}
		if len(items) < most || text(items[len(items)-1], "sk") < begin+prefix {
			return items, nil
		}
	}
}

// setsIn returns the sets of the blocks that begin with a prefix, or that
// contain it.
func (s *Store) setsIn(ctx context.Context, pk string, length int, prefix string) ([]item, error) {
	return s.list(ctx, listing{pk: pk, prefix: setPrefixOf(length) + prefix[:min(len(prefix), length-4)], stale: true})
}

// between returns at most most items from one sort key to another, from the
// last or the first on; no item has these keys themselves.
func (s *Store) between(ctx context.Context, pk, from, to string, backward bool, most int) ([]item, error) {
	condition := expression.Key("pk").Equal(expression.Value(pk)).And(expression.Key("sk").Between(expression.Value(from),
		expression.Value(to)))
	return s.query(ctx, &dynamodb.QueryInput{ConsistentRead: aws.Bool(false), ScanIndexForward: aws.Bool(!backward)},
		condition, most)
}

// blockPrefixes returns the beginnings of the sort keys of blocks in which the
// ranges have numbers with a prefix: one for each length of numbers.
func blockPrefixes(ranges []catalogue.Range, prefix string) (list []string) {
	seen := map[int]bool{}
	for _, r := range ranges {
		length := r.Span.Start.Len()
		if seen[length] || !mayBegin(r.Span, prefix) {
			continue
		}
		seen[length] = true
		list = append(list, blockPrefix(length)+prefix[:min(len(prefix), length-4)])
	}
	return list
}

// mayBegin reports whether a span has numbers with a prefix.
func mayBegin(s e164.Span, prefix string) bool {
	first, last := s.Start.Digits(), s.End.Digits()
	return len(prefix) <= len(first) && first[:len(prefix)] <= prefix && prefix <= last[:len(prefix)]
}
