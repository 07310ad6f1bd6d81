package dynamotest

import (
	"context"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"
)

// Item has the attributes of a written item, or only its key if the request has
// no more.
type Item = map[string]types.AttributeValue

// Writes records the items that a client writes and deletes, in order.
type Writes struct {
	mu    sync.Mutex
	items []Item
}

// Into returns the configuration with the recorder in it.
func (w *Writes) Into(cfg aws.Config) aws.Config {
	cfg = cfg.Copy()
	cfg.APIOptions = append(cfg.APIOptions, func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("writes", w.handle), middleware.Before)
	})
	return cfg
}

// Take returns the writes since the last call.
func (w *Writes) Take() []Item {
	w.mu.Lock()
	defer w.mu.Unlock()
	taken := w.items
	w.items = nil
	return taken
}

func (w *Writes) handle(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
	middleware.InitializeOutput, middleware.Metadata, error,
) {
	out, metadata, err := next.HandleInitialize(ctx, in)
	if err == nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.items = append(w.items, written(in.Parameters)...)
	}
	return out, metadata, err
}

// written returns the items that a request writes; none for a read.
func written(request any) (items []Item) {
	switch r := request.(type) {
	case *dynamodb.PutItemInput:
		return []Item{r.Item}
	case *dynamodb.UpdateItemInput:
		return []Item{r.Key}
	case *dynamodb.DeleteItemInput:
		return []Item{r.Key}
	case *dynamodb.TransactWriteItemsInput:
		for _, action := range r.TransactItems {
			items = append(items, writtenBy(action)...)
		}
	case *dynamodb.BatchWriteItemInput:
		for _, requests := range r.RequestItems {
			for _, request := range requests {
				items = append(items, batchWritten(request))
			}
		}
	}
	return items
}

func writtenBy(action types.TransactWriteItem) []Item {
	switch {
	case action.Put != nil:
		return []Item{action.Put.Item}
	case action.Update != nil:
		return []Item{action.Update.Key}
	case action.Delete != nil:
		return []Item{action.Delete.Key}
	default: // a condition check writes nothing
		return nil
	}
}

func batchWritten(request types.WriteRequest) Item {
	if request.PutRequest != nil {
		return request.PutRequest.Item
	}
	return request.DeleteRequest.Key
}
