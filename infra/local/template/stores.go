package template

import (
	"time"

	"go.yaml.in/yaml/v3"
)

// readStores reads the table, buckets and queues.
func (l *loader) readStores(*yaml.Node) error {
	for _, e := range l.entries {
		read, ok := map[string]func(entry) error{
			kindTable:  l.readTable,
			kindBucket: l.readBucket,
			kindQueue:  l.readQueue,
		}[e.kind]
		if !ok {
			continue
		}
		if err := read(e); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) readTable(e entry) error {
	var p tableProperties
	if err := l.decode(e.properties, &p); err != nil {
		return err
	}
	if l.out.Table.Name != "" {
		return l.errorf(e.properties, "%s: the local world has one table", e.id)
	}
	t := Table{Name: p.TableName, Key: keyOf(p.KeySchema), StreamView: p.StreamSpecification.StreamViewType}
	for _, a := range p.AttributeDefinitions {
		t.Attributes = append(t.Attributes, Attribute{a.AttributeName, a.AttributeType})
	}
	for _, x := range p.GlobalSecondaryIndexes {
		t.Indexes = append(t.Indexes, Index{x.IndexName, keyOf(x.KeySchema), x.Projection.ProjectionType,
			x.Projection.NonKeyAttributes})
	}
	l.out.Table = t
	return nil
}

func keyOf(schema []keyElement) (k Key) {
	for _, e := range schema {
		if e.KeyType == "HASH" {
			k.Hash = e.AttributeName
		} else {
			k.Range = e.AttributeName
		}
	}
	return k
}

func (l *loader) readBucket(e entry) error {
	var p bucketProperties
	if err := l.decode(e.properties, &p); err != nil {
		return err
	}
	l.out.Buckets = append(l.out.Buckets, Bucket{Name: p.BucketName,
		Versioned: p.VersioningConfiguration.Status == "Enabled"})
	return nil
}

func (l *loader) readQueue(e entry) error {
	p := queueProperties{VisibilityTimeout: 30, MessageRetentionPeriod: 4 * 24 * 3600}
	if err := l.decode(e.properties, &p); err != nil {
		return err
	}
	deadLetters, err := l.optional(e.properties, p.RedrivePolicy.DeadLetterTargetArn, kindQueue)
	if err != nil {
		return err
	}
	l.out.Queues = append(l.out.Queues, Queue{
		Name:            p.QueueName,
		Visibility:      seconds(p.VisibilityTimeout),
		Retention:       seconds(p.MessageRetentionPeriod),
		DeadLetterQueue: deadLetters,
		MaxReceiveCount: p.RedrivePolicy.MaxReceiveCount,
	})
	return nil
}

// optional returns the name of the resource with that ARN; "" for "".
func (l *loader) optional(node *yaml.Node, arn, kind string) (string, error) {
	if arn == "" {
		return "", nil
	}
	res, err := l.byARN(node, arn, kind)
	return res.name, err
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
