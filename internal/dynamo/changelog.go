package dynamo

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"didpurchase/internal/catalogue"
)

// changesPerEntry is the number of keys in one entry of the change log.
const changesPerEntry = 100

// logLife is the time for which an entry is kept: readers reload everything
// many times within it.
const logLife = 24 * time.Hour

// changedItem names an item of the catalogue and the version it was written at;
// 0 = deleted.
type changedItem struct {
	PK  string `dynamodbav:"pk"`
	SK  string `dynamodbav:"sk"`
	Ver int64  `dynamodbav:"ver"`
}

// logItem is an entry of the change log: items of a carrier's catalogue that
// copies have to read again.
type logItem struct {
	Changed []changedItem `dynamodbav:"changed"`

	TTL attributevalue.UnixTime `dynamodbav:"ttl"`
}

// logKey returns the key of an entry. Times collide, so a random part follows.
func logKey(carrier string, at time.Time) key {
	return key{logPK(carrier), stamp(at) + "#" + rand.Text()}
}

// logChanges appends changed items to the carrier's change log. Call it after
// the writes, and again if a repeat finds a write done already.
func (s *Store) logChanges(ctx context.Context, carrier string, changed []changedItem, at time.Time) error {
	for part := range slices.Chunk(changed, changesPerEntry) {
		entry, err := encode(logItem{Changed: part, TTL: attributevalue.UnixTime(at.Add(logLife))})
		if err != nil {
			return err
		}
		_, err = s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: logKey(carrier, at).with(entry)})
		if err != nil {
			return fmt.Errorf("dynamo: change log of %s: %w", carrier, err)
		}
	}
	return nil
}

// LogBlocks notifies the copies of the catalogue that blocks of the carrier
// changed.
func (s *Store) LogBlocks(ctx context.Context, carrier string, blocks []catalogue.Block, at time.Time) error {
	changed := make([]changedItem, len(blocks))
	for i, b := range blocks {
		k := blockKey(carrier, b.Block)
		changed[i] = changedItem{PK: k.pk, SK: k.sk, Ver: b.Ver}
	}
	return s.logChanges(ctx, carrier, changed, at)
}
