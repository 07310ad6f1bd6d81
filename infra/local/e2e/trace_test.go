package e2e

import (
	"context"
	"encoding/json"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/tracing"
	"github.com/chromedp/chromedp"
)

// trace has the work of a page's main thread.
type trace struct {
	longest time.Duration // processor time of the longest task
	layouts int
}

// traceEvent is an event in Chromium's trace format; times are in microseconds.
type traceEvent struct {
	Name     string
	Pid, Tid int
	Tdur     int64 // processor time
}

// traces records the page's main thread during the work.
func (p *person) traces(work func()) (t trace) {
	p.t.Helper()
	p.do("begin a trace", func(ctx context.Context, target *chromedp.Target) (none chromedp.Void, err error) {
		_, err = cdp.Call(ctx, target, tracing.Start, tracing.StartParams{
			TraceConfig: &tracing.TraceConfig{IncludedCategories: []string{"toplevel", "devtools.timeline"}},
		})
		return none, err
	})
	work()
	p.do("end the trace", func(ctx context.Context, target *chromedp.Target) (none chromedp.Void, err error) {
		_, err = cdp.Call(ctx, target, tracing.End, cdp.Empty{})
		return none, err
	})
	select {
	case <-p.traced:
	case <-time.After(patience):
		p.t.Fatal("the trace does not end")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	layouts := map[[2]int]int{}
	longest := map[[2]int]int64{}
	for _, e := range p.trace {
		thread := [2]int{e.Pid, e.Tid}
		switch e.Name {
		case "Layout":
			layouts[thread]++
		case "RunTask", "ThreadControllerImpl::RunTask":
			longest[thread] = max(longest[thread], e.Tdur)
		}
	}
	for thread, n := range layouts { // the page's thread has the most layouts
		if n > t.layouts {
			t = trace{time.Duration(longest[thread]) * time.Microsecond, n}
		}
	}
	return t
}

// note keeps the browser's events of a trace.
func (p *person) note(e *tracing.EventDataCollected) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, value := range e.Value {
		var event traceEvent
		if json.Unmarshal(value, &event) == nil {
			p.trace = append(p.trace, event)
		}
	}
}
