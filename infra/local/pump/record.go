package pump

import (
	"fmt"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"

	"didpurchase/infra/local/template"
)

// eventRecord returns a stream's record in the form of Lambda's event.
func eventRecord(r types.Record, sourceARN string) (events.DynamoDBEventRecord, error) {
	change := events.DynamoDBStreamRecord{
		SequenceNumber: aws.ToString(r.Dynamodb.SequenceNumber),
		SizeBytes:      aws.ToInt64(r.Dynamodb.SizeBytes),
		StreamViewType: string(r.Dynamodb.StreamViewType),
	}
	if at := r.Dynamodb.ApproximateCreationDateTime; at != nil {
		change.ApproximateCreationDateTime = events.SecondsEpochTime{Time: *at}
	}
	var err error
	for _, image := range []struct {
		to   *map[string]events.DynamoDBAttributeValue
		from map[string]types.AttributeValue
	}{{&change.Keys, r.Dynamodb.Keys}, {&change.NewImage, r.Dynamodb.NewImage}, {&change.OldImage, r.Dynamodb.OldImage}} {
		if *image.to, err = eventItem(image.from); err != nil {
			return events.DynamoDBEventRecord{}, fmt.Errorf("record %s: %w", change.SequenceNumber, err)
		}
	}
	return events.DynamoDBEventRecord{
		EventID: aws.ToString(r.EventID), EventName: string(r.EventName), EventVersion: aws.ToString(r.EventVersion),
		EventSource: "aws:dynamodb", AWSRegion: template.Region, EventSourceArn: sourceARN, Change: change,
	}, nil
}

func eventItem(item map[string]types.AttributeValue) (map[string]events.DynamoDBAttributeValue, error) {
	if item == nil {
		return nil, nil
	}
	out := make(map[string]events.DynamoDBAttributeValue, len(item))
	for name, value := range item {
		converted, err := eventValue(value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out[name] = converted
	}
	return out, nil
}

func eventValue(value types.AttributeValue) (events.DynamoDBAttributeValue, error) {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return events.NewStringAttribute(v.Value), nil
	case *types.AttributeValueMemberN:
		return events.NewNumberAttribute(v.Value), nil
	case *types.AttributeValueMemberB:
		return events.NewBinaryAttribute(v.Value), nil
	case *types.AttributeValueMemberBOOL:
		return events.NewBooleanAttribute(v.Value), nil
	case *types.AttributeValueMemberNULL:
		return events.NewNullAttribute(), nil
	case *types.AttributeValueMemberSS:
		return events.NewStringSetAttribute(v.Value), nil
	case *types.AttributeValueMemberNS:
		return events.NewNumberSetAttribute(v.Value), nil
	case *types.AttributeValueMemberBS:
		return events.NewBinarySetAttribute(v.Value), nil
	case *types.AttributeValueMemberM:
		item, err := eventItem(v.Value)
		return events.NewMapAttribute(item), err
	case *types.AttributeValueMemberL:
		list := make([]events.DynamoDBAttributeValue, len(v.Value))
		for i, element := range v.Value {
			converted, err := eventValue(element)
			if err != nil {
				return events.DynamoDBAttributeValue{}, err
			}
			list[i] = converted
		}
		return events.NewListAttribute(list), nil
	}
	return events.DynamoDBAttributeValue{}, fmt.Errorf("an attribute of kind %T", value)
}
