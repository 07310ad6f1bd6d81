package host

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/oklog/ulid/v2"

	"didpurchase/infra/local/template"
)

// InProcess invokes handlers in this process. It is for tests: they get the
// race detector and coverage, and need no builds.
type InProcess struct {
	mu       sync.RWMutex
	handlers map[string]registration
}

type registration struct {
	handler lambda.Handler
	timeout time.Duration
}

// NewInProcess returns an InProcess without functions.
func NewInProcess() *InProcess {
	return &InProcess{handlers: map[string]registration{}}
}

// Register makes the handler (of a type that lambda.Start accepts) the function of
// that name, and replaces an earlier one.
func (p *InProcess) Register(function string, timeout time.Duration, handler any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.handlers[function] = registration{lambda.NewHandler(handler), timeout}
}

// Invoke implements Invoker.
func (p *InProcess) Invoke(ctx context.Context, function string, payload []byte) ([]byte, error) {
	p.mu.RLock()
	r, ok := p.handlers[function]
	p.mu.RUnlock()
	if !ok {
		return nil, fmt.Errorf("%w: %q", ErrUnknownFunction, function)
	}
	if err := checkRequest(function, payload); err != nil {
		return nil, err
	}
	// Detached: a caller who hangs up does not stop a function.
	running, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.timeout)
	answers := make(chan answer, 1)
	go func() {
		defer cancel()
		answers <- r.call(running, function, payload)
	}()
	select {
	case a := <-answers:
		return a.checked(function).result()
	case <-running.Done():
		return finished(answers, timedOut(function, r.timeout)).checked(function).result()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// finished prefers an answer that arrived at the same time as the time-out.
func finished(answers <-chan answer, late answer) answer {
	select {
	case a := <-answers:
		return a
	default:
		return late
	}
}

func timedOut(function string, after time.Duration) answer {
	return answer{failure: &FunctionError{function, "Sandbox.Timedout",
		fmt.Sprintf("Task timed out after %.2f seconds", after.Seconds())}}
}

func (r registration) call(ctx context.Context, function string, payload []byte) (a answer) {
	defer func() {
		if p := recover(); p != nil {
			a = answer{failure: &FunctionError{function, typeName(p), fmt.Sprint(p)}}
		}
	}()
	ctx = lambdacontext.NewContext(ctx, &lambdacontext.LambdaContext{
		AwsRequestID:       ulid.Make().String(),
		InvokedFunctionArn: template.FunctionARN(function),
	})
	response, err := r.handler.Invoke(ctx, payload)
	if err != nil {
		return answer{failure: failureOf(function, err)}
	}
	return answer{payload: response}
}

// failureOf maps an error like Lambda's Go runtime.
func failureOf(function string, err error) *FunctionError {
	if e := (messages.InvokeResponse_Error{}); errors.As(err, &e) {
		return &FunctionError{function, e.Type, e.Message}
	}
	return &FunctionError{function, typeName(err), err.Error()}
}

func typeName(v any) string {
	t := reflect.TypeOf(v)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Name()
}
