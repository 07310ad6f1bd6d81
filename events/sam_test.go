package events_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"didpurchase/infra/local/bridge"
	"didpurchase/infra/local/template"
	"didpurchase/internal/dynamo/dynamotest"
)

var sam = flag.Bool("sam", false, "send the events through `sam local invoke` too; needs SAM, Docker and what `sam "+
	"build` made")

// TestSAMLocalAnswersTheEvents is TestEveryFunctionAnswersItsEvents with SAM in
// place of our own host: each function answers each event in a container of its
// own, over a new table.
func TestSAMLocalAnswersTheEvents(t *testing.T) {
	if !*sam {
		t.Skip("asked for by -sam alone")
	}
	stack := newStack(t)
	inContainer := overBridge(t)
	cases := casesOf(t, stack.Functions)
	for _, f := range stack.Functions {
		for _, name := range cases[f.Name] {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				want := read(t, name+wanted)
				got := samInvoke(t, f, inContainer, name+".json")
				if !reflect.DeepEqual(decode(t, got), decode(t, want)) {
					t.Errorf("%s answers\n%s\nwant\n%s", f.Name, got, want)
				}
			})
		}
	}
}

// overBridge turns a URL of a service of this test into one that containers reach.
func overBridge(t *testing.T) func(value string) string {
	known := map[string]string{}
	return func(value string) string {
		at, err := url.Parse(value)
		if err != nil || at.Hostname() != "127.0.0.1" {
			return value
		}
		if known[value] == "" {
			f, err := bridge.Open(0, value)
			if err != nil {
				t.Fatal(err)
			}
			go f.Run(context.WithoutCancel(t.Context()))
			t.Cleanup(func() { f.Close() })
			known[value] = f.URL
		}
		return known[value]
	}
}

// samInvoke returns the output of `sam local invoke`. The command succeeds even if
// a function fails, so the answer alone decides.
func samInvoke(t *testing.T, f template.Function, inContainer func(string) string, event string) []byte {
	t.Helper()
	variables := map[string]string{}
	for name, value := range f.Env {
		variables[name] = inContainer(value)
	}
	if _, used := f.Env["TABLE_NAME"]; used {
		_, variables["TABLE_NAME"] = dynamotest.New(t)
	}
	id := logicalID(f.Name)
	text, err := json.Marshal(map[string]map[string]string{id: variables})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "env.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "sam", "local", "invoke", id, "--event", filepath.Join("events", event),
		"--env-vars", file,
		"--skip-pull-image", "--add-host", bridge.Host+":host-gateway", "--parameter-overrides",
		"Architecture="+architecture())
	cmd.Dir = ".."
	var said bytes.Buffer
	cmd.Stderr = &said
	answer, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, said.String())
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(said.String())
		}
	})
	return answer
}

// logicalID returns the function's id in the template: renewal-sweep is
// RenewalSweepFunction.
func logicalID(function string) string {
	var id strings.Builder
	for word := range strings.SplitSeq(function, "-") {
		id.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return id.String() + "Function"
}

func architecture() string {
	if runtime.GOARCH == "arm64" {
		return "arm64"
	}
	return "x86_64"
}
