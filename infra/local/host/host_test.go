package host

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"didpurchase/infra/local/template"
	"didpurchase/internal/wanttest"
)

// This test binary is also the bootstrap of the functions under test, and the
// parent that TestNoFunctionSurvivesKill9 kills.
func TestMain(m *testing.M) {
	switch {
	case os.Getenv("AWS_LAMBDA_RUNTIME_API") != "":
		if url := os.Getenv("WATCH_URL"); url != "" {
			go http.Get(url) // the server sees when this process ends
		}
		lambda.Start(probe)
	case os.Getenv("HOST_TEST_PARENT") != "":
		parent(os.Getenv("HOST_TEST_DIR"), os.Getenv("HOST_TEST_PARENT"))
	default:
		os.Exit(m.Run())
	}
}

// order is a command for the test's function.
type order struct {
	Do  string // "", "get", "fail", "panic", "exit", "hang", "big", "count", "print"
	Arg string
}

type report struct {
	PID                 int
	Env, ARN, RequestID string
	Deadline            time.Time
	Arg                 string
}

type insufficient struct{ need int }

func (e *insufficient) Error() string { return fmt.Sprintf("need %d more", e.need) }

func probe(ctx context.Context, o order) (any, error) {
	switch o.Do {
	case "get":
		r, err := http.Get(o.Arg)
		if err != nil {
			return nil, err
		}
		r.Body.Close()
	case "fail":
		return nil, &insufficient{3}
	case "panic":
		panic(errors.New("lost my head"))
	case "exit":
		os.Exit(3)
	case "hang":
		select {}
	case "big":
		return strings.Repeat("x", MaxResponse), nil
	case "count":
		o.Arg = fmt.Sprint(len(o.Arg))
	case "print":
		fmt.Fprintln(os.Stderr, o.Arg)
	}
	lc, _ := lambdacontext.FromContext(ctx)
	deadline, _ := ctx.Deadline()
	return report{os.Getpid(), os.Getenv("PROBE"), lc.InvokedFunctionArn, lc.AwsRequestID, deadline, o.Arg}, nil
}

// functions are the functions under test, all of them the program probe: "brief"
// has a short time-out.
func functions(env map[string]string) []template.Function {
	return []template.Function{
		{Name: "probe", CodeURI: "functions/probe", Timeout: time.Minute, MemoryMB: 128, Env: env},
		{Name: "brief", CodeURI: "functions/brief", Timeout: time.Second, MemoryMB: 128, Env: env},
	}
}

func newTestProcesses(dir string, log io.Writer, env map[string]string) (*Processes, error) {
	for _, f := range functions(env) {
		if err := os.Symlink(os.Args[0], filepath.Join(dir, f.Name)); err != nil {
			return nil, err
		}
	}
	return NewProcesses(Options{Functions: functions(env), Binaries: dir, Log: log, Now: time.Now})
}

func processes(t *testing.T, log io.Writer) *Processes {
	t.Helper()
	p, err := newTestProcesses(t.TempDir(), log, map[string]string{"PROBE": "first"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func inProcess() *InProcess {
	p := NewInProcess()
	for _, f := range functions(nil) {
		p.Register(f.Name, f.Timeout, probe)
	}
	return p
}

func invoke(ctx context.Context, i Invoker, function string, o order) (report, error) {
	event, err := json.Marshal(o)
	if err != nil {
		return report{}, err
	}
	out, err := i.Invoke(ctx, function, event)
	if err != nil {
		return report{}, err
	}
	var r report
	return r, json.Unmarshal(out, &r)
}

func mustInvoke(t *testing.T, i Invoker, o order) report {
	t.Helper()
	r, err := invoke(t.Context(), i, "probe", o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Both invokers satisfy one contract.
func TestInvokers(t *testing.T) {
	t.Parallel()
	for name, i := range map[string]Invoker{"processes": processes(t, io.Discard), "in process": inProcess()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testContext(t, i)
			testFailures(t, i)
			testRefusals(t, i)
			testCallerGivesUp(t, i)
		})
	}
}

func testContext(t *testing.T, i Invoker) {
	before := time.Now()
	r := mustInvoke(t, i, order{Arg: "héllo"})
	wanttest.Equal(t, "argument that the function got", r.Arg, "héllo")
	wanttest.Equal(t, "function ARN", r.ARN, template.FunctionARN("probe"))
	wanttest.True(t, "the request id is not empty", r.RequestID != "")
	if r.Deadline.Before(before.Add(59*time.Second)) || r.Deadline.After(time.Now().Add(time.Minute)) {
		t.Errorf("deadline %v, invoked after %v", r.Deadline, before)
	}
}

func testFailures(t *testing.T, i Invoker) {
	for _, c := range []struct{ function, do, kind, message string }{
		{"probe", "fail", "insufficient", "need 3 more"},
		{"probe", "panic", "errorString", "lost my head"},
		{"probe", "big", "Function.ResponseSizeTooLarge", "6291556 bytes"},
		{"brief", "hang", "Sandbox.Timedout", "1.00 seconds"},
	} {
		_, err := invoke(t.Context(), i, c.function, order{Do: c.do})
		var failed *FunctionError
		if !errors.As(err, &failed) {
			t.Fatalf("%s: error %v, want a FunctionError", c.do, err)
		}
		wanttest.Equal(t, c.do+": function of the error", failed.Function, c.function)
		wanttest.Equal(t, c.do+": type of the error", failed.Type, c.kind)
		wanttest.Contains(t, c.do+": message of the error", failed.Message, c.message)
		if _, err := invoke(t.Context(), i, c.function, order{}); err != nil {
			t.Errorf("after %s: %v", c.do, err)
		}
	}
}

func testRefusals(t *testing.T, i Invoker) {
	if _, err := i.Invoke(t.Context(), "nobody", nil); !errors.Is(err, ErrUnknownFunction) {
		t.Errorf("got %v", err)
	}
	if _, err := invoke(t.Context(), i, "probe",
		order{Arg: strings.Repeat("x", MaxRequest)}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v", err)
	}
	fits := strings.Repeat("x", MaxRequest-len(`{"Do":"count","Arg":""}`))
	if r := mustInvoke(t, i, order{Do: "count", Arg: fits}); r.Arg != fmt.Sprint(len(fits)) {
		t.Errorf("of %d characters came %s", len(fits), r.Arg)
	}
}

// A caller who stops waiting does not stop the function.
func testCallerGivesUp(t *testing.T, i Invoker) {
	g := newGate(t)
	ctx, giveUp := context.WithCancel(t.Context())
	returned := make(chan error)
	go func() {
		_, err := invoke(ctx, i, "probe", order{Do: "get", Arg: g.url})
		returned <- err
	}()
	<-g.arrived
	giveUp()
	if err := <-returned; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	g.pass <- struct{}{} // blocks for ever if the function had been stopped
}
