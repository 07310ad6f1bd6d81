// Package events_test holds the events in this folder, the template and the
// code together: each event goes to its function's real bootstrap, built as a
// deploy builds it, over a table, a bucket and queues that are new and empty.
package events_test

import (
	"encoding/json"
	"maps"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"didpurchase/infra/local/host"
	"didpurchase/infra/local/template"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/localaws/s3"
	"didpurchase/internal/localaws/sqs"
)

const wanted = ".want.json"

// TestEveryFunctionAnswersItsEvents compares whole answers. The events are chosen
// so that answers contain nothing that changes with the moment: no time and no new
// id; a problem's request id is the event's.
func TestEveryFunctionAnswersItsEvents(t *testing.T) {
	t.Parallel()
	stack := newStack(t)
	binaries := t.TempDir()
	if err := host.Build(t.Context(), "..", binaries, runtime.GOARCH, stack.Functions); err != nil {
		t.Fatal(err)
	}
	cases := casesOf(t, stack.Functions)
	for _, f := range stack.Functions {
		if len(cases[f.Name]) == 0 {
			t.Errorf("%s has no event: add events/%[1]s-<case>.json and its %s", f.Name, wanted)
		}
		for _, name := range cases[f.Name] {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				want := read(t, name+wanted)
				got := invoke(t, binaries, f, read(t, name+".json"))
				if !reflect.DeepEqual(decode(t, got), decode(t, want)) {
					t.Errorf("%s answers\n%s\nwant\n%s", f.Name, got, want)
				}
			})
		}
	}
}

// newStack is the template over services of this test.
func newStack(t *testing.T) *template.Template {
	t.Helper()
	objects, err := s3.Open(t.TempDir(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { objects.Close() })
	queues, err := sqs.Open(filepath.Join(t.TempDir(), "sqs.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { queues.Close() })
	s3Site, sqsSite := httptest.NewServer(objects), httptest.NewServer(queues)
	t.Cleanup(s3Site.Close)
	t.Cleanup(sqsSite.Close)
	stack, err := template.Load("../template.yaml", template.Surroundings{
		Parameters: map[string]string{
			"OidcIssuer": nobodyAt(t), "OidcAudience": "did-purchase",
			"DynamoDBEndpoint": *dynamotest.Config(t).BaseEndpoint, "SqsEndpoint": sqsSite.URL, "S3Endpoint": s3Site.URL,
			"PublicS3Endpoint": s3Site.URL,
		},
		QueueURL: func(queue string) string { return sqs.URL(sqsSite.Listener.Addr().String(), queue) },
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range stack.Buckets {
		if err := objects.EnsureBucket(b.Name, b.Versioned); err != nil {
			t.Fatal(err)
		}
	}
	for _, q := range stack.Queues {
		if err := queues.Declare(sqs.Queue{Name: q.Name, Visibility: q.Visibility, Retention: q.Retention}); err != nil {
			t.Fatal(err)
		}
	}
	return stack
}

// nobodyAt is the URL of an issuer that never answers: no event has a token for
// which its keys would be needed.
func nobodyAt(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return "http://" + l.Addr().String()
}

// casesOf returns the events' names by function. It fails on a file that belongs to
// no function, or whose event or answer is missing.
func casesOf(t *testing.T, functions []template.Function) map[string][]string {
	t.Helper()
	files, err := filepath.Glob("*.json")
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string][]string{}
	for _, file := range files {
		name, isAnswer := strings.CutSuffix(file, wanted)
		if isAnswer {
			if _, err := os.Stat(name + ".json"); err != nil {
				t.Errorf("the answer %s has no event", file)
			}
			continue
		}
		name = strings.TrimSuffix(file, ".json")
		function := functionOf(name, functions)
		if function == "" {
			t.Errorf("the event %s is of no function of the template", file)
		}
		cases[function] = append(cases[function], name)
	}
	return cases
}

// functionOf returns the function with the longest name that the event's name
// begins with: "inventory-import-poison" goes to inventory-import, although it
// begins with "inventory-" too.
func functionOf(event string, functions []template.Function) (longest string) {
	for _, f := range functions {
		if strings.HasPrefix(event, f.Name+"-") && len(f.Name) > len(longest) {
			longest = f.Name
		}
	}
	return longest
}

// invoke returns the answer of a new process of the function, over a new table.
func invoke(t *testing.T, binaries string, f template.Function, event []byte) []byte {
	t.Helper()
	if _, used := f.Env["TABLE_NAME"]; used {
		_, table := dynamotest.New(t)
		f.Env = maps.Clone(f.Env)
		f.Env["TABLE_NAME"] = table
	}
	p, err := host.NewProcesses(host.Options{Functions: []template.Function{f}, Binaries: binaries, Log: t.Output(),
		Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	answer, err := p.Invoke(t.Context(), f.Name, event)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func decode(t *testing.T, text []byte) (value any) {
	t.Helper()
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return value
}
