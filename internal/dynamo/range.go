package dynamo

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"golang.org/x/sync/errgroup"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
)

// rangeItem is a range: a span with its last number, or a set. The other fields are
// in its key. Names are short, because a search reads every range.
type rangeItem struct {
	End      e164.Number `dynamodbav:"e,omitempty"` // of a span
	Set      []byte      `dynamodbav:"s,omitempty"` // of a set: catalogue.Suffixes
	Package  string      `dynamodbav:"p"`
	Country  string      `dynamodbav:"c,omitempty"`
	Area     string      `dynamodbav:"a,omitempty"`
	Type     e164.Type   `dynamodbav:"t,omitempty"`
	Features []string    `dynamodbav:"f,omitempty"`
	ImportID string      `dynamodbav:"i,omitempty"`
	Ver      int64       `dynamodbav:"ver"`
}

// rangeKey returns the key of the range: a span by its first number, a set by
// block and package.
func rangeKey(r catalogue.Range) key {
	if r.IsSet() {
		return setKey(r.Carrier, r.Block(), r.Package)
	}
	return spanKey(r.Carrier, r.Span.Start)
}

// parseRangeKey reads the sort key of a range.
func parseRangeKey(sk string) (ref catalogue.RangeRef, err error) {
	parts := strings.Split(sk, "#")
	switch {
	case len(parts) == 3 && parts[0]+"#" == prefixSpan:
		ref.Start, err = e164.Parse(parts[2])
	case len(parts) == 4 && parts[0]+"#" == prefixSet:
		ref.Package = parts[3]
		ref.Block, err = parseBlockDigits(parts[2])
	default:
		err = fmt.Errorf("dynamo: %q is not the key of a range", sk)
	}
	return ref, err
}

func rangeItemOf(r catalogue.Range) rangeItem {
	i := rangeItem{
		Package: r.Package, Country: r.Country, Area: r.Area, Type: r.Type, Features: r.Features, ImportID: r.ImportID,
		Ver: r.Ver,
	}
	if r.IsSet() {
		i.Set = r.Set.Bytes()
	} else {
		i.End = r.Span.End
	}
	return i
}

// readRange reads a range's item.
func readRange(i item) (catalogue.Range, error) {
	var v rangeItem
	if err := decode(i, &v); err != nil {
		return catalogue.Range{}, err
	}
	pk, sk := text(i, "pk"), text(i, "sk")
	place, parts := strings.Split(pk, "#"), strings.Split(sk, "#")
	if len(place) != 3 || len(parts) < 3 {
		return catalogue.Range{}, fmt.Errorf("dynamo: %q %q is not the key of a range", pk, sk)
	}
	r := catalogue.Range{
		Carrier: place[1], Package: v.Package, Country: v.Country, Area: v.Area, Type: v.Type,
		Features: v.Features, ImportID: v.ImportID, Ver: v.Ver,
	}
	if v.Set == nil {
		start, err := e164.Parse(parts[2])
		r.Span = e164.Span{Start: start, End: v.End}
		return r, err
	}
	block, err := strconv.ParseUint(parts[2], 10, 64)
	if err != nil {
		return catalogue.Range{}, fmt.Errorf("dynamo: %q %q is not the key of a range: %w", pk, sk, err)
	}
	set, err := catalogue.ParseSuffixes(v.Set)
	if err != nil {
		return catalogue.Range{}, fmt.Errorf("dynamo: range %q %q: %w", pk, sk, err)
	}
	return r.SetRange(e164.Block(block), set), nil
}

// Partitions returns the partitions in which the carrier may offer numbers.
func (s *Store) Partitions(ctx context.Context, carrier string) ([]e164.Partition, error) {
	items, err := s.list(ctx, listing{pk: catalogueKey(carrier), prefix: prefixPartition, stale: true})
	if err != nil {
		return nil, err
	}
	return readEach(items, readPartition)
}

// Ranges returns the range of each number that is offered, read consistently.
// Neighbours share their reads: one for the sets of a block, one for each span.
func (s *Store) Ranges(ctx context.Context, carrier string,
	numbers []e164.Number) (map[e164.Number]catalogue.Range, error) {
	byBlock := map[e164.Block][]e164.Number{}
	for _, n := range numbers {
		byBlock[n.Block()] = append(byBlock[n.Block()], n)
	}
	found, lock := make(map[e164.Number]catalogue.Range, len(numbers)), sync.Mutex{}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(readsAtOnce)
	for block, wanted := range byBlock {
		g.Go(func() error {
			offers, err := s.rangesInBlock(ctx, carrier, block, wanted)
			lock.Lock()
			defer lock.Unlock()
			for _, n := range wanted {
				if i := slices.IndexFunc(offers, func(r catalogue.Range) bool { return r.Contains(n) }); i >= 0 {
					found[n] = offers[i]
				}
			}
			return err
		})
	}
	return found, g.Wait()
}

// rangesInBlock returns the sets of the block and the spans around its numbers.
func (s *Store) rangesInBlock(ctx context.Context, carrier string, b e164.Block,
	numbers []e164.Number) ([]catalogue.Range, error) {
	items, err := s.list(ctx, listing{pk: partitionKey(carrier, b.Partition()), prefix: setPrefix(b)})
	if err != nil {
		return nil, err
	}
	ranges, err := readEach(items, readRange)
	if err != nil {
		return nil, err
	}
	for _, n := range slices.Backward(slices.Sorted(slices.Values(numbers))) {
		if slices.ContainsFunc(ranges, func(r catalogue.Range) bool { return r.Contains(n) }) {
			continue
		}
		nearest, err := s.spanBefore(ctx, carrier, n)
		if err != nil {
			return nil, err
		}
		ranges = append(ranges, nearest...)
	}
	return ranges, nil
}

// spanBefore returns the span that starts at n or nearest before it, if any.
func (s *Store) spanBefore(ctx context.Context, carrier string, n e164.Number) ([]catalogue.Range, error) {
	k, first := spanKey(carrier, n), spanPrefix(n.Len())
	condition := expression.Key("pk").Equal(expression.Value(k.pk)).
		And(expression.Key("sk").Between(expression.Value(first), expression.Value(k.sk)))
	items, err := s.query(ctx, &dynamodb.QueryInput{ConsistentRead: aws.Bool(true), ScanIndexForward: aws.Bool(false)},
		condition, 1)
	if err != nil {
		return nil, err
	}
	return readEach(items, readRange)
}

func readPartition(i item) (e164.Partition, error) {
	var p e164.Partition
	if _, err := fmt.Sscanf(text(i, "sk"), prefixPartition+"%d", &p); err != nil {
		return 0, fmt.Errorf("dynamo: %q is not the key of a partition: %w", text(i, "sk"), err)
	}
	return p, nil
}
