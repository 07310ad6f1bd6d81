package dynamo

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/searchcache"
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
// caches have to read again.
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

// LogBlocks tells the caches of the catalogue that blocks of the carrier
// changed.
func (s *Store) LogBlocks(ctx context.Context, carrier string, blocks []catalogue.Block, at time.Time) error {
	changed := make([]changedItem, len(blocks))
	for i, b := range blocks {
		k := blockKey(carrier, b.Block)
		changed[i] = changedItem{PK: k.pk, SK: k.sk, Ver: b.Ver}
	}
	return s.logChanges(ctx, carrier, changed, at)
}

// LogPackage tells the caches of the catalogue of a new version of a
// package; call it after PutPackage.
func (s *Store) LogPackage(ctx context.Context, carrier string, id string, version int, at time.Time) error {
	k := packageKey(carrier, id, version)
	if err := s.logChanges(ctx, carrier, []changedItem{{PK: k.pk, SK: k.sk, Ver: int64(version)}}, at); err != nil {
		return fmt.Errorf("package %s: %w", id, err)
	}
	return nil
}

func logPK(carrier string) string { return "LOG#" + carrier }

// Changes returns the entries of a carrier's change log from a moment on.
func (s *Store) Changes(ctx context.Context, carrier string, since time.Time) ([]searchcache.LogEntry, error) {
	items, err := s.loggedSince(ctx, logPK(carrier), since, false)
	if err != nil {
		return nil, err
	}
	return readEach(items, readLogEntry)
}

// loggedSince returns the items of a log from a moment on, ascending.
func (s *Store) loggedSince(ctx context.Context, pk string, since time.Time, consistent bool) ([]item, error) {
	condition := expression.Key("pk").Equal(expression.Value(pk)).
		And(expression.Key("sk").GreaterThanEqual(expression.Value(stamp(since))))
	return s.query(ctx, &dynamodb.QueryInput{ConsistentRead: &consistent}, condition, 0)
}

// readLogEntry reads an entry of the change log.
func readLogEntry(i item) (searchcache.LogEntry, error) {
	var stored logItem
	if err := decode(i, &stored); err != nil {
		return searchcache.LogEntry{}, err
	}
	id := text(i, "sk")
	moment, _, _ := strings.Cut(id, "#")
	at, err := time.Parse(timeLayout, moment)
	if err != nil {
		return searchcache.LogEntry{}, damaged(i, err)
	}
	entry := searchcache.LogEntry{ID: id, At: at}
	for _, changed := range stored.Changed {
		if err := addChange(&entry, changed); err != nil {
			return searchcache.LogEntry{}, err
		}
	}
	return entry, nil
}

// addChange adds a changed item to an entry. It omits kinds of items that it
// does not know, which a newer version of this program may log.
func addChange(entry *searchcache.LogEntry, changed changedItem) error {
	switch prefix, _, _ := strings.Cut(changed.SK, "#"); prefix + "#" {
	case prefixBlock:
		_, block, err := parseBlockKey(changed.PK, changed.SK)
		entry.Blocks = append(entry.Blocks, searchcache.BlockChange{Block: block, Ver: changed.Ver})
		return err
	case prefixSpan, prefixSet:
		ref, err := parseRangeKey(changed.SK)
		entry.Ranges = append(entry.Ranges, searchcache.RangeChange{Range: ref, Ver: changed.Ver})
		return err
	case prefixPackage:
		if changed.SK == priceRulesKey("").sk {
			entry.Rules = changed.Ver
			return nil
		}
		id, _, _ := strings.Cut(strings.TrimPrefix(changed.SK, prefixPackage), "#")
		entry.Packages = append(entry.Packages, searchcache.PackageVersion{Package: id, Version: int(changed.Ver)})
	}
	return nil
}
