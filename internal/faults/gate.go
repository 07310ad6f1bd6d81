package faults

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Where is the place at which a gate stops a call.
type Where string

// The places.
const (
	Before Where = "before" // the request has not left yet
	After  Where = "after"  // it was carried out, the caller does not have the answer yet
	// the caller sees immediately that the connection broke; the request arrives
	// when the gate opens
	Lost Where = "lost"
)

// Gate stops one call until the test opens it, so that a test can run other
// calls in between without relying on chance.
type Gate struct {
	where   Where
	matches func(Call) bool
	reached chan struct{}
	open    chan struct{}
	passed  chan error // of Lost: the result of the request
}

// Stop returns a gate that stops the next matching call. Each gate stops one
// call.
func (i *Injector) Stop(where Where, matches func(Call) bool) *Gate {
	g := &Gate{where: where, matches: matches, reached: make(chan struct{}), open: make(chan struct{}),
		passed: make(chan error, 1)}
	i.lock.Lock()
	defer i.lock.Unlock()
	i.gates = append(i.gates, g)
	return g
}

// Mentions matches calls of an operation that have the text in their request.
func Mentions(operation, text string) func(Call) bool {
	return func(c Call) bool { return c.Operation == operation && strings.Contains(c.Body, text) }
}

// gateFor returns the gate that stops the call, and removes it.
func (i *Injector) gateFor(c Call) *Gate {
	for n, g := range i.gates {
		if g.matches(c) {
			i.gates = append(i.gates[:n:n], i.gates[n+1:]...)
			return g
		}
	}
	return nil
}

// waiting is the longest time that a test waits for a call to reach its gate.
const waiting = 20 * time.Second

// Tester is the part of a test that a gate uses.
type Tester interface {
	Helper()
	Fatal(args ...any)
}

// Reached waits until the call is at the gate.
func (g *Gate) Reached(t Tester) {
	t.Helper()
	select {
	case <-g.reached:
	case <-time.After(waiting):
		t.Fatal("no call reached the gate")
	}
}

// Waiting is closed when the call has reached the gate.
func (g *Gate) Waiting() <-chan struct{} { return g.reached }

// Open lets the call continue.
func (g *Gate) Open() { close(g.open) }

// Arrive opens a gate of Lost and waits until its request was carried out.
func (g *Gate) Arrive(t Tester) {
	t.Helper()
	g.Open()
	if err := <-g.passed; err != nil {
		t.Fatal(err)
	}
}

func (g *Gate) pass(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
	out middleware.DeserializeOutput, metadata middleware.Metadata, err error,
) {
	close(g.reached)
	switch g.where {
	case Lost:
		go func() {
			<-g.open
			g.passed <- discard(context.WithoutCancel(ctx), in, next)
		}()
		return out, metadata, errDropped
	case After:
		out, metadata, err = next.HandleDeserialize(ctx, in)
		<-g.open
		return out, metadata, err
	default:
		<-g.open
		return next.HandleDeserialize(ctx, in)
	}
}

// bodyOf reads the request's body and restores it for sending.
func bodyOf(in middleware.DeserializeInput) (string, error) {
	request, isRequest := in.Request.(*smithyhttp.Request)
	if !isRequest {
		return "", errors.New("faults: not HTTP")
	}
	if request.GetStream() == nil || !request.IsStreamSeekable() {
		return "", nil
	}
	body, err := io.ReadAll(request.GetStream())
	if err != nil {
		return "", err
	}
	if err := request.RewindStream(); err != nil {
		return "", fmt.Errorf("faults: send again: %w", err)
	}
	return string(body), nil
}
