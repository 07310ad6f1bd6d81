package dynamo

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
	"didpurchase/internal/pricing"
)

// logSince returns the entries of a carrier's change log from a moment on, by
// sort key.
func (s *Store) logSince(ctx context.Context, carrier string, since time.Time) (map[string][]changedItem, error) {
	condition := expression.Key("pk").Equal(expression.Value(logPK(carrier))).
		And(expression.Key("sk").GreaterThanEqual(expression.Value(stamp(since))))
	items, err := s.query(ctx, &dynamodb.QueryInput{ConsistentRead: aws.Bool(false)}, condition, 0)
	if err != nil {
		return nil, err
	}
	entries := make(map[string][]changedItem, len(items))
	for _, i := range items {
		var entry logItem
		if err := decode(i, &entry); err != nil {
			return nil, err
		}
		entries[text(i, "sk")] = entry.Changed
	}
	return entries, nil
}

// note keeps the log's entries as long as loaded data may be older than they
// are: reads that are not consistent may be late. New partitions are known from
// the entries.
func (k *carrierCopy) note(entries map[string][]changedItem, now time.Time) {
	maps.Copy(k.recent, entries)
	oldest := stamp(now.Add(-2 * rereadFor))
	maps.DeleteFunc(k.recent, func(sk string, _ []changedItem) bool { return sk < oldest })
	maps.DeleteFunc(k.heard, func(t told, _ bool) bool { return t.entry < oldest })
	for _, changed := range entries {
		for _, item := range changed {
			p, ok := partitionOf(item.PK)
			if i, known := slices.BinarySearch(k.partitions, p); ok && !known && item.Ver > 0 {
				k.partitions = slices.Insert(slices.Clone(k.partitions), i, p)
			}
		}
	}
}

// partitionOf returns the partition of the catalogue in a key.
func partitionOf(pk string) (p e164.Partition, ok bool) {
	parts := strings.Split(pk, "#")
	if len(parts) != 3 || parts[0] != "CAT" {
		return 0, false
	}
	n, err := strconv.ParseUint(parts[2], 10, 16)
	return e164.Partition(n), err == nil
}

// maxBlocksAlone is the most changed blocks of a partition that are read one by
// one; with more, the partition is read whole.
const maxBlocksAlone = 50

// behind lists the parts of the copy that are older than the log.
type behind struct {
	blocks     map[e164.Partition][]key
	partitions map[e164.Partition]bool // to read whole
	prices     bool
}

// catchUp reads again the parts that are older than the log. The entries were
// written after the items that they name, so consistent reads find these.
func (c *Copy) catchUp(ctx context.Context, k *carrierCopy) error {
	late, err := c.lag(k)
	if err != nil {
		return err
	}
	var alone []key
	for p, blocks := range late.blocks {
		switch {
		case late.partitions[p]:
		case len(blocks) > maxBlocksAlone:
			late.partitions[p] = true
		default:
			alone = append(alone, blocks...)
		}
	}
	whole := slices.Sorted(maps.Keys(late.partitions))
	if err := c.load(ctx, k.carrier, whole, true); err != nil {
		return err
	}
	k.hear(whole)
	if late.prices {
		if k.packages, err = c.store.packageVersions(ctx, k.carrier, false); err != nil {
			return err
		}
	}
	if len(alone) == 0 {
		return nil
	}
	items, err := c.store.getAll(ctx, alone)
	if err != nil {
		return err
	}
	blocks, err := readEach(items, readBlock)
	if err != nil {
		return err
	}
	c.cache.Update(k.carrier, blocks)
	return nil
}

// lag compares the kept data with the log.
func (c *Copy) lag(k *carrierCopy) (behind, error) {
	late := behind{blocks: map[e164.Partition][]key{}, partitions: map[e164.Partition]bool{}}
	kept, ranges, blocks := c.cache.Catalogue(k.carrier), map[e164.Partition]map[key]int64{}, map[key]bool{}
	for entry, changed := range k.recent {
		for _, i := range changed {
			p, ok := partitionOf(i.PK)
			item := key{i.PK, i.SK}
			switch {
			case !ok:
				late.prices = late.prices || k.isNewPrice(item)
			case !c.cache.Has(k.carrier, p, time.Time{}):
			case strings.HasPrefix(i.SK, prefixBlock):
				_, block, err := parseBlockKey(i.PK, i.SK)
				if err != nil {
					return behind{}, err
				}
				if kept.BlockVer(block) < i.Ver && !blocks[item] {
					blocks[item] = true
					late.blocks[p] = append(late.blocks[p], item)
				}
			case !k.heard[told{entry, p}]:
				if ranges[p] == nil {
					ranges[p] = rangeVers(kept.Ranges(p))
				}
				late.partitions[p] = late.partitions[p] || ranges[p][item] != i.Ver
			}
		}
	}
	maps.DeleteFunc(late.partitions, func(_ e164.Partition, differs bool) bool { return !differs })
	return late, nil
}

// told is an entry of the log about ranges of a partition. A deleted range may
// come again with a lower version, so versions don't show whether the kept data
// is newer than an entry.
type told struct {
	entry     string
	partition e164.Partition
}

// hear records that the partitions were read consistently after the recent
// entries.
func (k *carrierCopy) hear(list []e164.Partition) {
	for entry := range k.recent {
		for _, p := range list {
			k.heard[told{entry, p}] = true
		}
	}
}

// forget is for partitions that were loaded by reads that may be late.
func (k *carrierCopy) forget(list []e164.Partition) {
	maps.DeleteFunc(k.heard, func(t told, _ bool) bool { return slices.Contains(list, t.partition) })
}

func rangeVers(ranges []*catalogue.Range) map[key]int64 {
	vers := make(map[key]int64, len(ranges))
	for _, r := range ranges {
		vers[rangeKey(*r)] = r.Ver
	}
	return vers
}

// isNewPrice reports whether an item is an unknown package version.
func (k *carrierCopy) isNewPrice(changed key) bool {
	known := slices.ContainsFunc(k.packages, func(p pricing.Package) bool {
		return changed == packageKey(k.carrier, p.Package, p.Version)
	})
	return !known && strings.HasPrefix(changed.sk, prefixPackage)
}

func logPK(carrier string) string { return "LOG#" + carrier }

// LogPackage notifies the copies of the catalogue of a new version of a
// package; call it after PutPackage.
func (s *Store) LogPackage(ctx context.Context, carrier string, id string, version int, at time.Time) error {
	k := packageKey(carrier, id, version)
	if err := s.logChanges(ctx, carrier, []changedItem{{PK: k.pk, SK: k.sk, Ver: int64(version)}}, at); err != nil {
		return fmt.Errorf("package %s: %w", id, err)
	}
	return nil
}
