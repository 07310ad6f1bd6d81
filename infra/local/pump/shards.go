package pump

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
)

// seek gets an iterator after the checkpoint: in its shard, or in the next
// shard if that one has been read to its end.
func (s *Stream) seek(ctx context.Context) error {
	if s.shard != "" {
		if err := s.progress.save(s.shard, s.read); err != nil {
			return err
		}
	}
	shards, err := s.shards(ctx)
	if err != nil || len(shards) == 0 {
		return err
	}
	in := s.next(shards)
	out, err := s.Client.GetShardIterator(ctx, in)
	if err != nil {
		return fmt.Errorf("begin to read the stream: %w", err)
	}
	s.iterator, s.shard = out.ShardIterator, *in.ShardId
	s.read = ""
	if s.shard == s.progress.Shard {
		s.read = s.progress.After
	}
	return nil
}

// next returns the place after the checkpoint or, without one, the beginning that
// the mapping names.
func (s *Stream) next(shards []types.Shard) *dynamodbstreams.GetShardIteratorInput {
	in := &dynamodbstreams.GetShardIteratorInput{StreamArn: &s.StreamARN, ShardId: shards[0].ShardId}
	if !s.Mapping.FromStart {
		in.ShardId = shards[len(shards)-1].ShardId
	}
	in.ShardIteratorType = s.beginning()
	for i, shard := range shards {
		if *shard.ShardId != s.progress.Shard {
			continue
		}
		switch {
		case endsAt(shard, s.progress.After) && i+1 < len(shards):
			in.ShardId, in.ShardIteratorType = shards[i+1].ShardId, types.ShardIteratorTypeTrimHorizon
		case s.progress.After == "":
			in.ShardId = shard.ShardId
		default:
			in.ShardId, in.ShardIteratorType = shard.ShardId, types.ShardIteratorTypeAfterSequenceNumber
			in.SequenceNumber = &s.progress.After
		}
	}
	return in
}

// endsAt reports whether the shard is closed, and has no record after this one.
func endsAt(shard types.Shard, sequence string) bool {
	numbers := shard.SequenceNumberRange
	return numbers != nil && numbers.EndingSequenceNumber != nil && *numbers.EndingSequenceNumber == sequence
}

func (s *Stream) beginning() types.ShardIteratorType {
	if s.Mapping.FromStart {
		return types.ShardIteratorTypeTrimHorizon
	}
	return types.ShardIteratorTypeLatest
}

// shards lists the stream's shards, the oldest first.
func (s *Stream) shards(ctx context.Context) (all []types.Shard, err error) {
	in := &dynamodbstreams.DescribeStreamInput{StreamArn: &s.StreamARN}
	for {
		out, err := s.Client.DescribeStream(ctx, in)
		if err != nil {
			return nil, fmt.Errorf("describe the stream: %w", err)
		}
		all = append(all, out.StreamDescription.Shards...)
		if in.ExclusiveStartShardId = out.StreamDescription.LastEvaluatedShardId; in.ExclusiveStartShardId == nil {
			return all, nil
		}
	}
}
