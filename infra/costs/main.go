// Command costs counts the units of DynamoDB that the system uses and writes
// what they come to, for 10,000, 1 million and 100 million DIDs, into
// infra/RUNBOOK.md, between the lines <!-- costs --> and <!-- /costs -->. The
// units are counted by benchmarks, here and in internal/lambdas/renewalworker,
// from what a real DynamoDB API says that each call consumed.
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

func run() error {
	return figures.Section{Document: "infra/RUNBOOK.md", Name: "costs"}.Measure(show,
		[]string{"./infra/costs", "-bench", ".", "-benchtime", "1x"},
		[]string{"./internal/lambdas/renewalworker", "-bench", "Renewal", "-benchtime", "3x"},
	)
}

func show(output io.Reader) (string, error) {
	u, err := parse(output)
	if err != nil {
		return "", err
	}
	return u.tables(), nil
}
