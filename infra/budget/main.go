// Command budget measures the size of each API function's binary and the time
// of its cold start. It fails if one is over its budget:
//
//	go run ./infra/budget
//
// Times of different machines can't be compared. So the start of a function is
// compared with the start of the smallest possible function (minimal), on the
// same machine and in turn with it. A size is the same in each measurement and
// has one limit. A ratio varies: it is marked above maxRatio, and fails above
// failRatio, which a busy machine can't explain.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"text/tabwriter"
	"time"

	"didpurchase/infra/local/host"
	"didpurchase/infra/local/template"
)

const (
	// maxBytes is the largest uncompressed size of a binary, which Lambda has
	// to load.
	maxBytes = 12 << 20
	// deployed is the processor of a deploy, unless the template's parameter is
	// changed. Its binaries are about 8 % smaller than those for amd64.
	deployed = "arm64"
	// maxRatio is the wanted limit of a function's start time divided by
	// minimal's.
	maxRatio = 1.3
	// failRatio is clearly above maxRatio: in repeated measurements on a busy
	// machine, a function's ratio moved by 0.1 in both directions.
	failRatio = 1.5
	// rounds is the number of starts of each function.
	rounds = 41
)

// minimal is built and started like the other functions.
var minimal = template.Function{Name: "minimal", CodeURI: "infra/budget/minimal",
	Env: map[string]string{"TABLE_NAME": "t"}}

func main() {
	over, err := run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "budget:", err)
		os.Exit(2)
	}
	if over {
		fmt.Fprintf(os.Stderr, "budget: over %d MiB, or %.1f times minimal's start\n", maxBytes>>20, failRatio)
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
	here, there := filepath.Join(folder, "here"), filepath.Join(folder, "there")
	if err := host.Build(context.Background(), ".", here, runtime.GOARCH, functions); err != nil {
		return false, err
	}
	if err := host.Build(context.Background(), ".", there, deployed, functions); err != nil {
		return false, err
	}
	times, ratio, err := ratios(here, functions)
	if err != nil {
		return false, err
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	defer out.Flush()
	fmt.Fprintln(out, "function\tMiB for "+deployed+"\tms to start\tratio\t")
	for _, f := range functions {
		file, err := os.Stat(filepath.Join(there, f.Name))
		if err != nil {
			return false, err
		}
		tooBig := file.Size() > maxBytes
		over = over || tooBig || ratio[f.Name] > failRatio
		fmt.Fprintf(out, "%s\t%.2f\t%.2f\t%.2f\t%s\n", f.Name, float64(file.Size())/(1<<20),
			float64(times[f.Name])/float64(time.Millisecond), ratio[f.Name], mark(tooBig, ratio[f.Name] > maxRatio))
	}
	return over, nil
}

func mark(tooBig, tooSlow bool) string {
	switch {
	case tooBig:
		return "  too big"
	case tooSlow:
		return "  slow"
	}
	return ""
}

// functions returns the functions of the API, its authorizer, and minimal.
func functions() ([]template.Function, error) {
	stack, err := template.Load("template.yaml", template.Surroundings{
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
