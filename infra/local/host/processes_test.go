package host

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"didpurchase/infra/local/template"
	"didpurchase/internal/wanttest"
)

func TestBuildMakesWhatRuns(t *testing.T) {
	t.Parallel()
	echo := []template.Function{{Name: "echo", CodeURI: "infra/local/host/testdata/echo", Timeout: time.Minute}}
	dir := t.TempDir()
	if err := Build(t.Context(), "../../..", dir, runtime.GOARCH, echo); err != nil {
		t.Fatal(err)
	}
	p, err := NewProcesses(Options{Functions: echo, Binaries: dir, Log: io.Discard, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if out, err := p.Invoke(t.Context(), "echo", []byte(`{"a":1}`)); err != nil || string(out) != `{"a":1}` {
		t.Errorf("got %s, %v", out, err)
	}
}

func TestBuildSaysWhatTheCompilerSaid(t *testing.T) {
	t.Parallel()
	none := []template.Function{{Name: "none", CodeURI: "infra/local/host/testdata/none"}}
	if err := Build(t.Context(), "../../..", t.TempDir(), runtime.GOARCH, none); err == nil ||
		!strings.Contains(err.Error(), "testdata/none") {
		t.Errorf("got %v", err)
	}
}

func TestAFinishedInstanceIsUsedAgain(t *testing.T) {
	t.Parallel()
	p := processes(t, io.Discard)
	first := mustInvoke(t, p, order{})
	if second := mustInvoke(t, p, order{}); second.PID != first.PID {
		t.Errorf("pid %d, then %d", first.PID, second.PID)
	}
}

func TestOverlappingInvocationsHaveTheirOwnInstancesUpToEight(t *testing.T) {
	t.Parallel()
	const callers = 20
	p, g := processes(t, io.Discard), newGate(t)
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		pids = map[int]bool{}
	)
	for range callers {
		wg.Go(func() {
			r, err := invoke(t.Context(), p, "probe", order{Do: "get", Arg: g.url})
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			pids[r.PID] = true
		})
	}
	for range maxInstances {
		<-g.arrived
	}
	for range callers {
		g.pass <- struct{}{}
	}
	wg.Wait()
	if g.most != maxInstances || len(pids) != maxInstances {
		t.Errorf("%d at once in %d processes, want %d", g.most, len(pids), maxInstances)
	}
}

func TestOneThatDiesIsReplaced(t *testing.T) {
	t.Parallel()
	p := processes(t, io.Discard)
	_, err := invoke(t.Context(), p, "probe", order{Do: "exit"})
	var failed *FunctionError
	if !errors.As(err, &failed) {
		t.Fatalf("error %v, want a FunctionError", err)
	}
	wanttest.Equal(t, "type of the error", failed.Type, "Runtime.ExitError")
	wanttest.Contains(t, "message of the error", failed.Message, "exit status 3")
	first := mustInvoke(t, p, order{})
	idle := p.pools["probe"].take()
	p.pools["probe"].put(idle)
	idle.cmd.Process.Kill()
	<-idle.exited
	if second := mustInvoke(t, p, order{}); second.PID == first.PID {
		t.Errorf("pid %d again", second.PID)
	}
}

func TestOneThatCannotStartSaysSo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p, err := newTestProcesses(dir, io.Discard, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	script := "#!/bin/sh\nexit 4\n"
	if err := errors.Join(os.Remove(dir+"/probe"), os.WriteFile(dir+"/probe", []byte(script), 0o755),
		os.Remove(dir+"/brief")); err != nil {
		t.Fatal(err)
	}
	for function, want := range map[string]string{"probe": "Runtime.ExitError: Runtime exited: exit status 4",
		"brief": "Runtime.InvalidEntrypoint"} {
		if _, err := p.Invoke(t.Context(), function, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", function, err, want)
		}
	}
}

func TestRestartChangesTheEnvironment(t *testing.T) {
	t.Parallel()
	p := processes(t, io.Discard)
	first := mustInvoke(t, p, order{})
	p.Restart(map[string]string{"PROBE": "second"})
	second := mustInvoke(t, p, order{})
	wanttest.Equal(t, "environment of the first process", first.Env, "first")
	wanttest.Equal(t, "environment of the restarted process", second.Env, "second")
	wanttest.True(t, "a restart starts another process", first.PID != second.PID)
}

func TestFunctionsSeeNothingOfTheDeveloper(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "real")
	for _, v := range environ(functions(nil)[0], nil, "x") {
		if strings.Contains(v, "real") || strings.HasPrefix(v, "HOME=") {
			t.Error(v)
		}
	}
}

func TestLogLinesNameTheirFunction(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	p := processes(t, &log)
	mustInvoke(t, p, order{Do: "print", Arg: "one\ntwo"})
	if err := p.Close(); err != nil { // all output is complete after it
		t.Fatal(err)
	}
	if want := "probe            | one\nprobe            | two\n"; log.String() != want {
		t.Errorf("got %q, want %q", log.String(), want)
	}
}

func TestCloseStopsRunningFunctions(t *testing.T) {
	t.Parallel()
	p, g := processes(t, io.Discard), newGate(t)
	returned := make(chan error)
	go func() {
		_, err := invoke(t.Context(), p, "probe", order{Do: "get", Arg: g.url})
		returned <- err
	}()
	<-g.arrived
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	var failed *FunctionError
	if err := <-returned; !errors.As(err, &failed) || failed.Type != "Runtime.ExitError" {
		t.Errorf("got %v", err)
	}
	<-g.left
	if _, err := p.Invoke(t.Context(), "probe", nil); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
}

// parent keeps one function busy and one idle until it is killed.
func parent(dir, watchURL string) {
	p, err := newTestProcesses(dir, os.Stderr, map[string]string{"WATCH_URL": watchURL})
	if err != nil {
		panic(err)
	}
	go invoke(context.Background(), p, "probe", order{Do: "hang"})
	if _, err := invoke(context.Background(), p, "brief", order{}); err != nil {
		panic(err)
	}
	select {}
}

func TestNoFunctionSurvivesKill9(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "HOST_TEST_PARENT="+g.url, "HOST_TEST_DIR="+t.TempDir())
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-g.arrived
	<-g.arrived
	cmd.Process.Kill()
	cmd.Wait()
	<-g.left
	<-g.left
}
