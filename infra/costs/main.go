// Command costs counts the DynamoDB units that the system uses, and writes
// their costs for 10,000, 1 million and 100 million DIDs into infra/RUNBOOK.md,
// between the lines <!-- costs --> and <!-- /costs -->, and the load model of
// infra/design/capacity.md from the same units. The benchmarks, here
// and in internal/lambdas/renewalworker, count the consumed units that a real
// DynamoDB API reports for each call.
//
//	go run ./infra/costs
package main

import (
	"fmt"
	"io"
	"os"

	"didpurchase/infra/figures"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "costs:", err)
		os.Exit(1)
	}
}

var (
	costs    = figures.Section{Document: "infra/RUNBOOK.md", Name: "costs"}
	capacity = figures.Section{Document: "infra/design/capacity.md", Name: "load"}
)

func run() error {
	err := costs.Measure(show,
		[]string{"./infra/costs", "-bench", ".", "-benchtime", "1x"},
		[]string{"./internal/lambdas/renewalworker", "-bench", "Renewal", "-benchtime", "3x"},
	)
	if err != nil {
		return err
	}
	return writeCapacity()
}

func show(output io.Reader) (string, error) {
	u, err := parse(output)
	if err != nil {
		return "", err
	}
	return u.tables(), nil
}
