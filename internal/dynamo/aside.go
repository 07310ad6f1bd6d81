package dynamo

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// asideLife is the time for which a record that was set aside is kept.
const asideLife = 90 * 24 * time.Hour

// Aside keeps records of the stream that a consumer can never process. Setting a
// record aside is idempotent, because its key has the record's sequence number.
type Aside struct {
	store    *Store
	consumer string
	now      func() time.Time
}

// Aside returns the store of records that a consumer of the stream sets aside.
func (s *Store) Aside(consumer string, now func() time.Time) Aside {
	return Aside{s, consumer, now}
}

type asideItem struct {
	Record string                  `dynamodbav:"record"`
	Reason string                  `dynamodbav:"reason"`
	TTL    attributevalue.UnixTime `dynamodbav:"ttl"`
}

// SetAside stores a record, as JSON, with the reason why it can't be processed.
func (a Aside) SetAside(ctx context.Context, sequence string, record []byte, reason string) error {
	i, err := attributevalue.MarshalMap(asideItem{string(record), reason, attributevalue.UnixTime(a.now().Add(asideLife))})
	if err != nil {
		return err
	}
	for name, value := range asideKey(a.consumer, sequence).attributes() {
		i[name] = value
	}
	if _, err := a.store.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &a.store.table, Item: i}); err != nil {
		return fmt.Errorf("dynamo: set a record aside: %w", err)
	}
	return nil
}
