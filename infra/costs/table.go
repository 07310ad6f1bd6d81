package main

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Prices in us-east-1, on demand, in dollars.
// https://aws.amazon.com/dynamodb/pricing/on-demand/
const (
	dollarsPerWrite = 0.625 / 1e6
	dollarsPerRead  = 0.125 / 1e6
)

// The month on which the costs are based.
const (
	rentedShare = 0.30 // of the DIDs, each renewed once
	soldShare   = 0.01 // of the DIDs, each held and bought
	searches    = 100_000
	coldStarts  = 1_000 // searches by a function that has nothing in memory yet
	// warmRead is the cost for each search of a warm search function, which
	// reads the changes: half a unit, at most every half second.
	warmRead = 0.5
)

// The lowest cost of one item per DID: an item and an index entry by state for
// each. A search for digits within the number has to read all items, 150 bytes
// each, eventually consistent at 8 KB a unit.
const (
	itemWrites = 2
	itemReads  = 150.0 / 8192
)

var sizes = []struct {
	name string
	dids float64
}{{"10000", 1e4}, {"1000000", 1e6}, {"100000000", 1e8}}

// units holds the figures of the benchmarks, by name and unit.
type units map[string]map[string]float64

// parse reads the output of go test -bench. A missing figure is an error.
func parse(output io.Reader) (units, error) {
	u := units{}
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		name, _, _ := strings.Cut(strings.TrimPrefix(fields[0], "Benchmark"), "-")
		u[name] = map[string]float64{}
		for i := 2; i+1 < len(fields); i += 2 {
			figure, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return nil, fmt.Errorf("%q: %w", lines.Text(), err)
			}
			u[name][fields[i+1]] = figure
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	return u, u.complete()
}

// complete returns an error that names a missing figure.
func (u units) complete() error {
	for name, wanted := range map[string][]string{
		"Sale":    {"hold-RU", "hold-WU", "checkout-RU", "checkout-WU"},
		"Renewal": {"read-units/renewal", "write-units/renewal"},
		"Event":   {"read-units/event", "write-units/event"},
		"Report":  {"read-units/rental", "write-units/rental"},
	} {
		for _, unit := range wanted {
			if _, ok := u[name][unit]; !ok {
				return fmt.Errorf("the benchmarks give no %s of %s", unit, name)
			}
		}
	}
	for _, s := range sizes {
		if u["Catalogue/"+s.name]["import-WU"] == 0 {
			return fmt.Errorf("the benchmarks give no import of %s", s.name)
		}
	}
	return nil
}

func (u units) tables() string {
	var b strings.Builder
	u.each(&b)
	b.WriteString("\n")
	u.month(&b)
	return b.String()
}

// each writes a row for each operation on one DID.
func (u units) each(b *strings.Builder) {
	sale, renewal, event, report := u["Sale"], u["Renewal"], u["Event"], u["Report"]
	b.WriteString("| for each DID, with indexes, history and blocks | write units | read units |\n|---|---:|---:|\n")
	fmt.Fprintf(b, "| hold, ten at a time | %.2f | %.2f |\n", sale["hold-WU"], sale["hold-RU"])
	fmt.Fprintf(b, "| checkout, ten at a time | %.2f | %.2f |\n", sale["checkout-WU"], sale["checkout-RU"])
	fmt.Fprintf(b, "| renewal, ninety at a time | %.2f | %.2f |\n", renewal["write-units/renewal"],
		renewal["read-units/renewal"])
	fmt.Fprintf(b, "| event to one webhook, and two messages | %.2f | %.2f |\n", event["write-units/event"],
		event["read-units/event"])
	fmt.Fprintf(b, "| row of a report of rentals | %.2f | %.2f |\n", report["write-units/rental"],
		report["read-units/rental"])
}

// month writes a row for each cost, and a pair of columns for each number of DIDs:
// our design, and one item per DID.
func (u units) month(b *strings.Builder) {
	b.WriteString("| |")
	for _, s := range sizes {
		fmt.Fprintf(b, " %s DIDs | with one item per DID |", count(s.dids))
	}
	b.WriteString("\n|---|" + strings.Repeat("---:|", 2*len(sizes)) + "\n")
	row := func(what string, ours, theirs func(name string, n float64) string) {
		fmt.Fprintf(b, "| %s |", what)
		for _, s := range sizes {
			fmt.Fprintf(b, " %s | %s |", ours(s.name, s.dids), theirs(s.name, s.dids))
		}
		b.WriteString("\n")
	}
	row("import: write units", u.imported, func(_ string, n float64) string { return count(itemWrites * n) })
	row("import", func(name string, n float64) string {
		return dollars(u["Catalogue/"+name]["import-WU"] * dollarsPerWrite)
	},
		func(_ string, n float64) string { return dollars(itemWrites * n * dollarsPerWrite) })
	row("a search by a new function: read units",
		func(name string, _ float64) string { return count(u["Catalogue/"+name]["cold-RU"]) },
		func(_ string, n float64) string { return count(itemReads * n) })
	row("searches of a month", func(name string, _ float64) string { return dollars(u.searching(name)) },
		func(_ string, n float64) string { return dollars(searches * itemReads * n * dollarsPerRead) })
	row("holds and orders of a month", func(_ string, n float64) string { return dollars(u.selling(n)) },
		func(_ string, n float64) string { return dollars(u.selling(n)) })
	row("renewals of a month", func(_ string, n float64) string { return dollars(u.renewing(n)) },
		func(_ string, n float64) string { return dollars(u.renewing(n)) })
	row("**a month**", func(name string, n float64) string {
		return "**" + dollars(u.searching(name)+u.selling(n)+u.renewing(n)) + "**"
	}, func(_ string, n float64) string {
		return dollars(searches*itemReads*n*dollarsPerRead + u.selling(n) + u.renewing(n))
	})
}

func (u units) imported(name string, _ float64) string {
	return count(u["Catalogue/"+name]["import-WU"])
}

// searching returns the read costs of a month's searches, in dollars.
func (u units) searching(name string) float64 {
	return (coldStarts*u["Catalogue/"+name]["cold-RU"] + searches*warmRead) * dollarsPerRead
}

func (u units) selling(dids float64) float64 {
	sale := u["Sale"]
	return soldShare * dids * ((sale["hold-WU"]+sale["checkout-WU"])*dollarsPerWrite +
		(sale["hold-RU"]+sale["checkout-RU"])*dollarsPerRead)
}

func (u units) renewing(dids float64) float64 {
	renewal := u["Renewal"]
	return rentedShare * dids * (renewal["write-units/renewal"]*dollarsPerWrite +
		renewal["read-units/renewal"]*dollarsPerRead)
}

// count formats a number with commas between thousands.
func count(n float64) string {
	digits := strconv.FormatFloat(n, 'f', 0, 64)
	if n < 100 {
		digits = strconv.FormatFloat(n, 'f', -1, 64)
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction != "" {
		whole += "." + fraction[:1]
	}
	return whole
}

// dollars formats an amount; from one dollar on it has no cents.
func dollars(n float64) string {
	if n < 0.01 {
		return "below $0.01"
	}
	return "$" + strings.TrimSuffix(withCents(n), ".00")
}

func withCents(n float64) string {
	if n >= 100 {
		return count(n)
	}
	return strconv.FormatFloat(n, 'f', 2, 64)
}
