package pump

import (
	"context"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"

	"didpurchase/infra/local/template"
)

const (
	// streamPoll is the pause after an empty read: a read takes half a millisecond,
	// and a write must be delivered soon.
	streamPoll        = 25 * time.Millisecond
	streamPollHurried = 2 * time.Millisecond
	streamPage        = int32(1000) // DynamoDB's limit for one read
	streamErrorPause  = time.Second
)

// Failures keeps the batches that a function could not process.
type Failures interface {
	// Put writes an object into a bucket.
	Put(bucket, key string, body []byte) error
}

// Stream feeds the records of a table's stream to a function, in order. The
// stream may have only one open shard at a time, as dynoxide's and DynamoDB
// Local's have.
type Stream struct {
	Base
	Client    *dynamodbstreams.Client
	StreamARN string // the one of the running table
	SourceARN string // the one that events name
	Mapping   template.StreamMapping
	Failures  Failures
	Folder    string // of the checkpoint

	filter   filter
	progress *checkpoint
	shard    string
	iterator *string // nil: read it from the checkpoint
	buffer   []events.DynamoDBEventRecord
	read     string // sequence number of the last record read
	ends     atomic.Int64
}

// Ends counts the reads that found no more records. After it has grown by two, all
// records that were in the stream before are delivered.
func (s *Stream) Ends() int64 { return s.ends.Load() }

// Run reads and delivers until the context ends. It continues where the last
// run stopped; records of a batch that a crash interrupted are delivered again.
func (s *Stream) Run(ctx context.Context) (err error) {
	if s.Mapping.Parallelization > 1 {
		return fmt.Errorf("stream to %s: a parallelization of %d is not supported here", s.Mapping.Function,
			s.Mapping.Parallelization)
	}
	if s.filter, err = newFilter(s.Mapping.Filters); err != nil {
		return fmt.Errorf("stream to %s: %w", s.Mapping.Function, err)
	}
	s.progress, err = loadCheckpoint(filepath.Join(s.Folder, "stream-"+s.Mapping.Function+".json"), s.StreamARN)
	if err != nil {
		return err
	}
	for ctx.Err() == nil {
		err := s.step(ctx)
		if err != nil && ctx.Err() == nil {
			s.Log.Error("reading the stream failed; it begins again at the checkpoint", "function", s.Mapping.Function, "error",
				err)
			s.iterator, s.buffer, s.shard = nil, nil, ""
			pause(ctx, streamErrorPause)
		}
	}
	return nil
}

// step delivers one batch, or waits a moment if there is none.
func (s *Stream) step(ctx context.Context) error {
	if err := s.fill(ctx); err != nil {
		return err
	}
	if len(s.buffer) == 0 {
		s.ends.Add(1)
		s.rest(ctx)
		return s.progress.save(s.shard, s.read)
	}
	batch := s.buffer[:min(len(s.buffer), s.Mapping.BatchSize)]
	if err := s.deliver(ctx, batch); err != nil {
		return err
	}
	s.buffer = s.buffer[len(batch):]
	if len(s.buffer) == 0 {
		return s.progress.save(s.shard, s.read)
	}
	return s.progress.save(s.shard, batch[len(batch)-1].Change.SequenceNumber)
}

// fill reads until a batch is full, or until the stream has no more records and
// the window is over.
func (s *Stream) fill(ctx context.Context) error {
	began := s.Now()
	for len(s.buffer) < s.Mapping.BatchSize {
		n, err := s.readPage(ctx)
		if err != nil {
			return err
		}
		if n > 0 {
			continue
		}
		if len(s.buffer) == 0 || s.Now().Sub(began) >= s.Mapping.Window || s.Pace.isHurried() {
			return nil
		}
		if !s.rest(ctx) {
			return ctx.Err()
		}
	}
	return nil
}

// rest waits before the next read of the stream.
func (s *Stream) rest(ctx context.Context) bool {
	if s.Pace.isHurried() {
		return pause(ctx, streamPollHurried)
	}
	return pause(ctx, streamPoll)
}

// readPage reads one page and buffers the records that pass the filter; n
// counts all.
func (s *Stream) readPage(ctx context.Context) (n int, err error) {
	if s.iterator == nil {
		if len(s.buffer) > 0 {
			return 0, nil // the end of a shard: its records first
		}
		if err := s.seek(ctx); err != nil || s.iterator == nil {
			return 0, err
		}
	}
	limit := streamPage
	page, err := s.Client.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: s.iterator, Limit: &limit})
	if err != nil {
		return 0, fmt.Errorf("read the stream: %w", err)
	}
	for _, r := range page.Records {
		record, err := eventRecord(r, s.SourceARN)
		if err != nil {
			return 0, err
		}
		passes, err := s.filter.passes(record)
		if err != nil {
			return 0, fmt.Errorf("filter record %s: %w", record.Change.SequenceNumber, err)
		}
		if passes {
			s.buffer = append(s.buffer, record)
		}
		s.read = record.Change.SequenceNumber
	}
	s.iterator = page.NextShardIterator // nil at the end of a closed shard
	return len(page.Records), nil
}
