package sqsqueue

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"didpurchase/internal/correlation"
)

// attribute is the message attribute for the correlation id.
const attribute = "correlation_id"

func attributes(ctx context.Context) map[string]types.MessageAttributeValue {
	id := correlation.ID(ctx)
	if id == "" {
		return nil
	}
	return map[string]types.MessageAttributeValue{attribute: {DataType: aws.String("String"), StringValue: &id}}
}

// Context returns the context for processing a message, with its correlation
// id.
func Context(ctx context.Context, m events.SQSMessage) context.Context {
	return correlation.With(ctx, aws.ToString(m.MessageAttributes[attribute].StringValue))
}
