package main

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// measured holds the figures of the benchmarks, by name and unit, in the order
// of the names.
type measured struct {
	cpu     string
	names   []string
	figures map[string]map[string]float64
}

// parse reads the output of go test -bench. If a benchmark ran several times,
// parse keeps its lowest figures.
func parse(output io.Reader) (measured, error) {
	m := measured{figures: map[string]map[string]float64{}}
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if cpu, ok := strings.CutPrefix(lines.Text(), "cpu: "); ok {
			m.cpu = cpu
		}
		fields := strings.Fields(lines.Text())
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		name := strings.TrimPrefix(fields[0], "Benchmark")
		figures := m.figures[name]
		if figures == nil {
			figures = map[string]float64{}
			m.names, m.figures[name] = append(m.names, name), figures
		}
		for i := 2; i+1 < len(fields); i += 2 {
			figure, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return measured{}, fmt.Errorf("%q: %w", lines.Text(), err)
			}
			if before, known := figures[fields[i+1]]; !known || figure < before {
				figures[fields[i+1]] = figure
			}
		}
	}
	return m, lines.Err()
}

// below returns the last parts of the names that begin with a prefix, each
// once.
func (m measured) below(prefix string) (parts []string) {
	for _, name := range m.names {
		if rest, ok := strings.CutPrefix(name, prefix+"/"); ok {
			rest, _, _ = strings.Cut(rest, "/")
			if !slices.Contains(parts, rest) {
				parts = append(parts, rest)
			}
		}
	}
	return parts
}

func (m measured) tables() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Measured by `go run ./infra/benchtable` on one core of %s, as processor time, the best of three. "+
		"Each search reads its query, counts everything exactly, with facets, and lists a page of 50.\n\n", m.cpu)
	m.searches(&b)
	b.WriteString("\n")
	m.bounds(&b)
	b.WriteString("\n")
	m.reads(&b)
	b.WriteString("\n")
	m.rest(&b)
	return b.String()
}

// searches writes a row for each query, and a column for each catalogue and for
// the baseline.
func (m measured) searches(b *strings.Builder) {
	catalogues := m.below("Search")
	b.WriteString("| query |")
	for _, catalogue := range catalogues {
		fmt.Fprintf(b, " %s |", words(catalogue))
	}
	b.WriteString(" the first again, by a regular expression over one sorted array |\n|---|" + strings.Repeat("---|",
		len(catalogues)+1) + "\n")
	for _, query := range m.below("Search/" + catalogues[0]) {
		fmt.Fprintf(b, "| `%s` |", query)
		for _, catalogue := range catalogues {
			f := m.figures["Search/"+catalogue+"/"+query]
			fmt.Fprintf(b, " %s, %.0f allocations, %s |", milliseconds(f["cpu-ns/op"]), f["allocs/op"], kilobytes(f["B/op"]))
		}
		fmt.Fprintf(b, " %s |\n", milliseconds(m.figures["Regexp/"+catalogues[0]+"/"+query]["cpu-ns/op"]))
	}
}

// bounds writes a row for each sold share of a billion numbers, with the
// slowest searches and the largest memory.
func (m measured) bounds(b *strings.Builder) {
	b.WriteString("| a billion numbers, of which | the slowest numbers | the slowest runs | most memory " +
		"|\n|---|---|---|---|\n")
	for _, share := range m.below("Bounds") {
		var numbers, runs, largest string
		for _, query := range m.below("Bounds/" + share) {
			name := "Bounds/" + share + "/" + query
			slowest := &numbers
			if strings.HasPrefix(query, "consecutive=") {
				slowest = &runs
			}
			*slowest = m.greater("cpu-ns/op", *slowest, name)
			largest = m.greater("B/op", largest, name)
		}
		fmt.Fprintf(b, "| %s |", words(share))
		for _, name := range []string{numbers, runs} {
			fmt.Fprintf(b, " %s: `%s` |", milliseconds(m.figures[name]["cpu-ns/op"]), queryOf(name))
		}
		fmt.Fprintf(b, " %s: `%s` |\n", kilobytes(m.figures[largest]["B/op"]), queryOf(largest))
	}
}

// greater returns the benchmark with the greater figure of two; "" has none.
func (m measured) greater(unit, a, b string) string {
	if a == "" || m.figures[b][unit] > m.figures[a][unit] {
		return b
	}
	return a
}

// queryOf returns the last part of a benchmark's name.
func queryOf(name string) string { return name[strings.LastIndex(name, "/")+1:] }

// reads writes a row for each kind of read of a search function.
func (m measured) reads(b *strings.Builder) {
	b.WriteString("| a search function with 10M numbers, 30 % sold | read units | time, with the local database " +
		"|\n|---|---|---|\n")
	for _, step := range m.below("Cache") {
		f := m.figures["Cache/"+step]
		fmt.Fprintf(b, "| %s | %s | %s |\n", words(step), strconv.FormatFloat(f["RU/op"], 'f', -1, 64),
			milliseconds(f["ns/op"]))
	}
}

// rest writes the figures that need no table.
func (m measured) rest(b *strings.Builder) {
	for _, catalogue := range m.below("Memory") {
		f := m.figures["Memory/"+catalogue]
		fmt.Fprintf(b, "The copy of %s takes %s: %s for a million sold numbers. ", words(catalogue), kilobytes(f["bytes"]),
			kilobytes(f["bytes/million_sold"]))
	}
	fmt.Fprintf(b, "A sale changes it in %s.\n", milliseconds(m.figures["Update"]["cpu-ns/op"]))
}

func words(name string) string { return strings.ReplaceAll(name, "_", " ") }

func milliseconds(ns float64) string {
	switch ms := ns / 1e6; {
	case ns == 0:
		return ""
	case ms < 1:
		return strconv.FormatFloat(ms, 'f', 2, 64) + " ms"
	case ms < 10:
		return strconv.FormatFloat(ms, 'f', 1, 64) + " ms"
	default:
		return strconv.FormatFloat(ms, 'f', 0, 64) + " ms"
	}
}

func kilobytes(bytes float64) string {
	if bytes >= 1e6 {
		return strconv.FormatFloat(bytes/1e6, 'f', 1, 64) + " MB"
	}
	return strconv.FormatFloat(bytes/1e3, 'f', 0, 64) + " kB"
}
