// Command benchtable measures the search and writes the figures into
// infra/BENCHMARKS.md, between the lines <!-- benchtable --> and <!--
// /benchtable -->. It runs the benchmarks of internal/catalogue/search and
// internal/dynamo, with their baseline, three times on one core, and keeps the
// lowest figure, because other work on the machine can only raise it.
//
//	go run ./infra/benchtable
//
// With the flag --rentals, it measures the lists of rentals instead, once, and
// writes them between <!-- benchtable rentals --> and <!-- /benchtable rentals -->.
// Making a customer with 100,000 rentals takes some minutes.
//
//	go run ./infra/benchtable --rentals
package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"didpurchase/infra/figures"
)

func main() {
	ofRentals := flag.Bool("rentals", false, "measure the lists of rentals instead of the search")
	flag.Parse()
	measure := run
	if *ofRentals {
		measure = runRentals
	}
	if err := measure(); err != nil {
		fmt.Fprintln(os.Stderr, "benchtable:", err)
		os.Exit(1)
	}
}

func run() error {
	return figures.Section{Document: "infra/BENCHMARKS.md", Name: "benchtable"}.Measure(show,
		[]string{"./internal/catalogue/search", "-cpu", "1", "-bench", "Search|Update|Memory", "-benchtime", "300ms",
			"-count", "3"},
		[]string{"./internal/catalogue/search", "-cpu", "1", "-bench", "Bounds", "-benchtime", "2x", "-count", "2"},
		[]string{"./internal/catalogue/search", "-cpu", "1", "-bench", "Regexp", "-benchtime", "2x", "-count", "3"},
		[]string{"./internal/dynamo", "-cpu", "1", "-bench", "Cache", "-benchtime", "20x", "-count", "3"},
	)
}

func show(output io.Reader) (string, error) {
	m, err := parse(output)
	if err != nil {
		return "", err
	}
	return m.tables(), nil
}
