// Package faults breaks calls of AWS clients on purpose, as networks and
// services do, so that tests see the effect on a flow. It is placed between the
// SDK and the network, so the SDK's own retries and the reading of answers are
// the real ones. It knows the protocols' errors, but not the purpose of the
// calls; only tests use it.
package faults

import (
	"context"
	"maps"
	"math/rand/v2"
	"net"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Fault is a failure of a call.
type Fault string

// The faults.
const (
	None       Fault = ""
	DropBefore Fault = "drop before" // the request never arrives
	DropAfter  Fault = "drop after"  // it is carried out, the answer is lost
	Duplicate  Fault = "duplicate"   // it arrives again after it was answered
	Conflict   Fault = "conflict"    // a transaction is in the way of DynamoDB's writes; other calls go through
	Throttle   Fault = "throttle"    // too many requests, nothing done
)

// All lists the faults.
var All = []Fault{DropBefore, DropAfter, Duplicate, Conflict, Throttle}

// Call is one request to a service; each retry of the SDK is another call.
type Call struct {
	Service   string // the SDK's id: DynamoDB, S3 or SQS
	Operation string // such as PutItem
	Body      string // the request
	Nth       int    // of all calls, from 1
	NthOf     int    // of the operation's calls, from 1
}

// Plan returns the fault of a call. It is asked once for each call, one at a
// time.
type Plan func(Call) Fault

// Nth breaks the nth of all calls.
func Nth(n int, f Fault) Plan {
	return func(c Call) Fault {
		if c.Nth == n {
			return f
		}
		return None
	}
}

// NthOf breaks the nth call of an operation.
func NthOf(operation string, n int, f Fault) Plan {
	return func(c Call) Fault {
		if c.Operation == operation && c.NthOf == n {
			return f
		}
		return None
	}
}

// Always breaks every call of an operation.
func Always(operation string, f Fault) Plan {
	return func(c Call) Fault {
		if c.Operation == operation {
			return f
		}
		return None
	}
}

// Seeded breaks a share of the calls (0 to 1) with faults drawn from those
// given; the same seed breaks the same calls in the same order.
func Seeded(seed uint64, share float64, faults ...Fault) Plan {
	random := rand.New(rand.NewPCG(seed, seed))
	return func(Call) Fault {
		if random.Float64() >= share {
			return None
		}
		return faults[random.IntN(len(faults))]
	}
}

// Injector runs a plan and counts.
type Injector struct {
	lock   sync.Mutex
	plan   Plan
	total  int
	calls  map[string]int
	broken int
	gates  []*Gate
}

// New returns an injector with a plan; a nil plan breaks nothing and only counts.
func New(plan Plan) *Injector { return &Injector{plan: plan, calls: map[string]int{}} }

// Into returns the configuration with the injector: it breaks the calls of
// clients with this configuration.
func (i *Injector) Into(cfg aws.Config) aws.Config {
	cfg = cfg.Copy()
	cfg.APIOptions = append(cfg.APIOptions, func(stack *middleware.Stack) error {
		return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("faults", i.handle), middleware.After)
	})
	return cfg
}

// Calls counts the calls of each operation so far.
func (i *Injector) Calls() map[string]int {
	i.lock.Lock()
	defer i.lock.Unlock()
	return maps.Clone(i.calls)
}

// Total counts all calls so far.
func (i *Injector) Total() int {
	i.lock.Lock()
	defer i.lock.Unlock()
	return i.total
}

// Broken counts the broken calls so far: a test with a plan that matched no
// call has tested nothing.
func (i *Injector) Broken() int {
	i.lock.Lock()
	defer i.lock.Unlock()
	return i.broken
}

// next counts the call, and returns the plan's fault for it and the gate that
// stops it, nil for none.
func (i *Injector) next(service, operation, body string) (Fault, *Gate) {
	i.lock.Lock()
	defer i.lock.Unlock()
	i.total++
	i.calls[operation]++
	c := Call{Service: service, Operation: operation, Body: body, Nth: i.total, NthOf: i.calls[operation]}
	gate := i.gateFor(c)
	if i.plan == nil {
		return None, gate
	}
	f := i.plan(c)
	if _, canConflict := conflicts[operation]; f == None || f == Conflict && !canConflict {
		return None, gate
	}
	i.broken++
	return f, gate
}

// errDropped is the error of Go's network code for a broken connection.
var errDropped = &smithyhttp.RequestSendError{Err: &net.OpError{Op: "read", Net: "tcp", Err: net.ErrClosed}}

func (i *Injector) handle(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
	out middleware.DeserializeOutput, metadata middleware.Metadata, err error,
) {
	body, err := bodyOf(in)
	if err != nil {
		return out, metadata, err
	}
	operation := awsmiddleware.GetOperationName(ctx)
	fault, gate := i.next(awsmiddleware.GetServiceID(ctx), operation, body)
	if gate != nil {
		return gate.pass(ctx, in, next)
	}
	switch fault {
	case DropBefore:
		return out, metadata, errDropped
	case DropAfter:
		if err := discard(ctx, in, next); err != nil {
			return out, metadata, err
		}
		return out, metadata, errDropped
	case Duplicate:
		return twice(ctx, in, next)
	case Conflict:
		out.RawResponse = conflict(operation)
		return out, metadata, nil
	case Throttle:
		out.RawResponse = throttle(awsmiddleware.GetServiceID(ctx))
		return out, metadata, nil
	default:
		return next.HandleDeserialize(ctx, in)
	}
}
