package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"didpurchase/infra/figures"
)

func runRentals() error {
	return figures.Section{Document: "infra/BENCHMARKS.md", Name: "benchtable rentals"}.Measure(showRentals,
		[]string{"./internal/dynamo", "-bench", "Rentals", "-benchtime", "5x", "-args", "-whole"})
}

// showRentals writes a row for each kind of list, and two columns for each number
// of rentals.
func showRentals(output io.Reader) (string, error) {
	m, err := parse(output)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Measured by `go run ./infra/benchtable --rentals` on %s, with the local database. Each page has "+
		"50 rentals, which are read "+
		"from their items.\n\n| a list of one customer's rentals |", m.cpu)
	sizes := m.below("Rentals")
	for _, size := range sizes {
		fmt.Fprintf(&b, " %s rentals: read units | time |", size)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|---|", len(sizes)) + "\n")
	for _, step := range m.below("Rentals/" + sizes[0]) {
		name, _, _ := strings.Cut(step, "-")
		fmt.Fprintf(&b, "| %s |", words(name))
		for _, size := range sizes {
			f := m.figures["Rentals/"+size+"/"+step]
			fmt.Fprintf(&b, " %s | %s |", strconv.FormatFloat(f["RU/op"], 'f', -1, 64), milliseconds(f["ns/op"]))
		}
		b.WriteString("\n")
	}
	return b.String(), nil
}
