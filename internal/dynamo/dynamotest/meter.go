package dynamotest

import (
	"context"
	"fmt"
	"reflect"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"
)

// Meter adds up the capacity that a client's calls consume, with indexes, as
// DynamoDB bills it.
type Meter struct {
	lock        sync.Mutex
	read, write float64
	calls       int
}

// Into returns the configuration with the meter in it.
func (m *Meter) Into(cfg aws.Config) aws.Config {
	cfg = cfg.Copy()
	cfg.APIOptions = append(cfg.APIOptions, func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("meter", m.handle), middleware.Before)
	})
	return cfg
}

// Read returns the read units so far.
func (m *Meter) Read() float64 {
	m.lock.Lock()
	defer m.lock.Unlock()
	return m.read
}

// Write returns the write units so far.
func (m *Meter) Write() float64 {
	m.lock.Lock()
	defer m.lock.Unlock()
	return m.write
}

func (m *Meter) String() string {
	m.lock.Lock()
	defer m.lock.Unlock()
	return fmt.Sprintf("%.1f read units, %.1f write units in %d calls", m.read, m.write, m.calls)
}

// handle requests the consumed capacity and reads it from the answer. Inputs and
// outputs of all operations on items use the same names, but have no type in
// common.
func (m *Meter) handle(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
	out middleware.InitializeOutput, metadata middleware.Metadata, err error,
) {
	ask := reflect.ValueOf(in.Parameters).Elem().FieldByName("ReturnConsumedCapacity")
	if !ask.IsValid() {
		return next.HandleInitialize(ctx, in)
	}
	ask.Set(reflect.ValueOf(types.ReturnConsumedCapacityTotal))
	out, metadata, err = next.HandleInitialize(ctx, in)
	if err == nil {
		m.add(awsmiddleware.GetOperationName(ctx),
			reflect.ValueOf(out.Result).Elem().FieldByName("ConsumedCapacity").Interface())
	}
	return out, metadata, err
}

// reading are the operations that consume read units.
var reading = map[string]bool{"GetItem": true, "BatchGetItem": true, "Query": true, "Scan": true,
	"TransactGetItems": true}

func (m *Meter) add(operation string, consumed any) {
	m.lock.Lock()
	defer m.lock.Unlock()
	m.calls++
	var units float64
	switch c := consumed.(type) {
	case *types.ConsumedCapacity:
		units = unitsOf(c)
	case []types.ConsumedCapacity:
		for i := range c {
			units += unitsOf(&c[i])
		}
	}
	if reading[operation] {
		m.read += units
	} else {
		m.write += units
	}
}

func unitsOf(c *types.ConsumedCapacity) float64 {
	if c == nil {
		return 0
	}
	return aws.ToFloat64(c.CapacityUnits)
}
