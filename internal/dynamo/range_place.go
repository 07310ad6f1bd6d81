package dynamo

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
	"didpurchase/internal/intake"
)

// offeredItem is a range as imports write it: a set with what it held before
// its import.
type offeredItem struct {
	rangeItem
	Prior []byte `dynamodbav:"b,omitempty"` // catalogue.Suffixes
}

// Offered are the ranges of one partition, read consistently: spans, then sets.
func (s *Store) Offered(ctx context.Context, carrier string, p e164.Partition) ([]intake.Offered, error) {
	condition := expression.Key("pk").Equal(expression.Value(partitionKey(carrier, p))).
		And(expression.Key("sk").Between(expression.Value(prefixSpan), expression.Value(prefixBlock)))
	items, err := s.query(ctx, &dynamodb.QueryInput{ConsistentRead: aws.Bool(true)}, condition, 0)
	if err != nil {
		return nil, err
	}
	return readEach(items, readOffered)
}

// AddPartition lists a partition among the carrier's.
func (s *Store) AddPartition(ctx context.Context, carrier string, p e164.Partition) error {
	_, err := s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: partitionEntryKey(carrier, p).attributes()})
	if err != nil {
		return fmt.Errorf("dynamo: add partition %d of %s: %w", p, carrier, err)
	}
	return nil
}

// LogRanges tells those who keep a copy that ranges of the carrier changed.
func (s *Store) LogRanges(ctx context.Context, carrier string, ranges []catalogue.Range, at time.Time) error {
	changed := make([]changedItem, len(ranges))
	for i, r := range ranges {
		k := rangeKey(r)
		changed[i] = changedItem{PK: k.pk, SK: k.sk, Ver: r.Ver}
	}
	return s.logChanges(ctx, carrier, changed, at)
}

// writePlaced passes for the version that was seen, and for what the same
// import wrote, so that it can be repeated.
func (s *Store) writePlaced(p intake.Placed) (write, error) {
	v := offeredItem{rangeItem: rangeItemOf(p.Range)}
	if p.Prior.Count() > 0 {
		v.Prior = p.Prior.Bytes()
	}
	action, err := s.put(rangeKey(p.Range), v, unmoved(int(p.SeenVer)).Or(equal("i", p.ImportID)))
	return write{change: p, action: action, current: reading(readOffered)}, err
}

func readOffered(i item) (intake.Offered, error) {
	r, err := readRange(i)
	if err != nil {
		return intake.Offered{}, err
	}
	var v offeredItem
	if err := decode(i, &v); err != nil || v.Prior == nil {
		return intake.Offered{Range: r}, err
	}
	prior, err := catalogue.ParseSuffixes(v.Prior)
	return intake.Offered{Range: r, Prior: prior}, err
}
