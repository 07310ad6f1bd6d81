// Command measure prints how the project's Go code reads: the length of
// functions and files, complexity, documented exports, compound assertions and
// long lines. With -check it exits with 1 when a limit is exceeded, with -names
// it names the functions of complexity over 10 and the long lines. It parses source text only; it
// may not know any package of the project.
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
)

// Limits that -check holds: the figures of this project when it was measured
// beside the projects that it takes as models.
const (
	maxFunctionP90     = 23  // lines
	maxFileP90         = 211 // lines
	maxCompoundPercent = 0.5 // of all assertions
	maxComplexPercent  = 1.2 // of all functions: those of complexity over 10
	maxLongPercent     = 0.1 // of all lines: those over 120 characters that can be broken
)

func main() {
	root := flag.String("root", ".", "folder of the project")
	check := flag.Bool("check", false, "exit with 1 when a limit is exceeded")
	names := flag.Bool("names", false, "name the functions of complexity over 10, and the long lines")
	flag.Parse()
	m, err := measure(*root)
	if err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
	fmt.Print(m.table())
	if *names {
		fmt.Println(strings.Join(slices.Concat(m.complex, m.long), "\n"))
	}
	if broken := m.broken(); *check && len(broken) > 0 {
		for _, limit := range broken {
			fmt.Fprintln(os.Stderr, "measure: over the limit:", limit)
		}
		os.Exit(1)
	}
}

// table returns the report as a Markdown table.
func (m measures) table() string {
	text := "| what | median | p90 | max |\n|---|---|---|---|\n"
	for _, row := range []struct {
		name   string
		values []int
	}{
		{"lines of a function", m.functions}, {"lines of a file", m.files}, {"lines of a test file", m.testFiles},
		{"cyclomatic complexity of a function", m.complexity},
	} {
		text += fmt.Sprintf("| %s | %d | %d | %d |\n", row.name, quantile(row.values, 0.5), quantile(row.values, 0.9),
			quantile(row.values, 1))
	}
	text += "\n| what | of | share |\n|---|---|---|\n"
	text += fmt.Sprintf("| functions of complexity over 10: %d | %d | %.1f %% |\n", len(m.complex), len(m.functions),
		percent(len(m.complex), len(m.functions)))
	text += fmt.Sprintf("| documented exports: %d | %d | %.1f %% |\n", m.documented, m.exports,
		percent(m.documented, m.exports))
	text += fmt.Sprintf("| assertions that join three or more conditions: %d | %d | %.2f %% |\n", len(m.compound),
		m.assertions, percent(len(m.compound), m.assertions))
	text += fmt.Sprintf("| lines over 120 characters: %d | %d | %.2f %% |\n", len(m.long), m.lines,
		percent(len(m.long), m.lines))
	return text
}

// broken names each limit that is exceeded, and where.
func (m measures) broken() (broken []string) {
	if p90 := quantile(m.functions, 0.9); p90 > maxFunctionP90 {
		broken = append(broken, fmt.Sprintf("p90 of functions is %d lines, at most %d", p90, maxFunctionP90))
	}
	if p90 := quantile(m.files, 0.9); p90 > maxFileP90 {
		broken = append(broken, fmt.Sprintf("p90 of files is %d lines, at most %d", p90, maxFileP90))
	}
	if share := percent(len(m.complex), len(m.functions)); share > maxComplexPercent {
		broken = append(broken, fmt.Sprintf("%.2f %% of the functions have a complexity over 10, at most %.1f %%; "+
			"split them:",
			share, maxComplexPercent))
		broken = append(broken, m.complex...)
	}
	if share := percent(len(m.compound), m.assertions); share > maxCompoundPercent {
		broken = append(broken, fmt.Sprintf("%.2f %% of the assertions join three or more conditions, at most %.1f %%; "+
			"split them:", share, maxCompoundPercent))
		broken = append(broken, m.compound...)
	}
	if share := percent(len(m.long), m.lines); share > maxLongPercent {
		broken = append(broken, fmt.Sprintf("%.2f %% of the lines have over 120 characters, at most %.1f %%; break them:",
			share, maxLongPercent))
		broken = append(broken, m.long...)
	}
	return broken
}
