// Command budget measures what a cold start of each function behind the API
// costs, its binary and its time to start, and fails where one is over its
// budget:
//
//	go run ./infra/budget
//
// Times of different machines can't be compared, so a function's is measured
// against that of the least function there can be (minimal), on the same machine
// and in turn with it.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"didpurchase/infra/local/host"
	"didpurchase/infra/local/template"
)

const (
	// maxBytes of a binary, uncompressed: what Lambda has to load.
	maxBytes = 12 << 20
	// maxRatio of a function's time to start to minimal's.
	maxRatio = 1.3
	// rounds are the starts of each function; the fastest counts, as it is the
	// least disturbed.
	rounds = 25
)

// minimal is built beside the functions.
var minimal = template.Function{Name: "minimal", CodeURI: "infra/budget/minimal", Env: map[string]string{"TABLE_NAME": "t"}}

func main() {
	over, err := run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "budget:", err)
		os.Exit(2)
	}
	if over {
		fmt.Fprintf(os.Stderr, "budget: over %d MiB, or %.1f times minimal's start\n", maxBytes>>20, maxRatio)
		os.Exit(1)
	}
}

func run() (over bool, err error) {
	functions, err := functions()
	if err != nil {
		return false, err
	}
	folder, err := os.MkdirTemp("", "budget-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(folder)
	if err := host.Build(context.Background(), ".", folder, functions); err != nil {
		return false, err
	}
	starts, err := fastest(folder, functions)
	if err != nil {
		return false, err
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	defer out.Flush()
	fmt.Fprintln(out, "function\tMiB\tms to start\tratio\t")
	for _, f := range functions {
		file, err := os.Stat(filepath.Join(folder, f.Name))
		if err != nil {
			return false, err
		}
		ratio := float64(starts[f.Name]) / float64(starts[minimal.Name])
		tooMuch := file.Size() > maxBytes || ratio > maxRatio
		over = over || tooMuch
		fmt.Fprintf(out, "%s\t%.2f\t%.2f\t%.2f\t%s\n", f.Name, float64(file.Size())/(1<<20),
			float64(starts[f.Name])/float64(time.Millisecond), ratio, map[bool]string{true: "OVER"}[tooMuch])
	}
	return over, nil
}

// functions are those behind the API and its authorizer, and minimal.
func functions() ([]template.Function, error) {
	stack, err := template.Load("template.yaml", template.World{
		Parameters: map[string]string{"OidcIssuer": "http://127.0.0.1", "OidcAudience": "budget"},
		QueueURL:   func(name string) string { return "http://127.0.0.1/" + name },
	})
	if err != nil {
		return nil, fmt.Errorf("%w (run this in the repository's root)", err)
	}
	behind := map[string]bool{}
	for _, r := range stack.API.Routes {
		behind[r.Function] = true
		if r.Authorizer != nil {
			behind[r.Authorizer.Function] = true
		}
	}
	all := []template.Function{minimal}
	for _, f := range stack.Functions {
		if behind[f.Name] {
			all = append(all, f)
		}
	}
	return all, nil
}
