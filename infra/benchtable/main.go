// Command benchtable measures the search and writes the figures into the
// README, between the lines <!-- benchtable --> and <!-- /benchtable -->. It
// runs the benchmarks of internal/catalogue and internal/dynamo, on one core,
// the baseline among them, three times: of each figure the lowest counts, for
// whatever else the machine does only adds to it.
//
//	go run ./infra/benchtable
package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

const readme = "README.md"

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "benchtable:", err)
		os.Exit(1)
	}
}

func run() error {
	text, err := os.ReadFile(readme)
	if err != nil {
		return fmt.Errorf("%w; run it where the README is", err)
	}
	if _, err := between(string(text), ""); err != nil {
		return err
	}
	var output bytes.Buffer
	for _, arguments := range [][]string{
		{"./internal/catalogue", "-bench", "Search|Update|Memory", "-benchtime", "300ms", "-count", "3"},
		{"./internal/catalogue", "-bench", "Bounds", "-benchtime", "2x", "-count", "2"},
		{"./internal/catalogue", "-bench", "Regexp", "-benchtime", "2x", "-count", "3"},
		{"./internal/dynamo", "-bench", "Copy", "-benchtime", "20x", "-count", "3"},
	} {
		arguments = append([]string{"test", "-run", "^$", "-cpu", "1", "-timeout", "30m"}, arguments...)
		command := exec.Command("go", arguments...)
		command.Stdout, command.Stderr = io.MultiWriter(os.Stderr, &output), os.Stderr
		if err := command.Run(); err != nil {
			return fmt.Errorf("go %s: %w", strings.Join(arguments, " "), err)
		}
	}
	m, err := parse(&output)
	if err != nil {
		return err
	}
	replaced, err := between(string(text), m.tables())
	if err != nil {
		return err
	}
	return os.WriteFile(readme, []byte(replaced), 0o644)
}

const (
	begin = "<!-- benchtable -->\n"
	end   = "<!-- /benchtable -->"
)

// between puts the tables in the place of what stands between the two lines.
func between(text, tables string) (string, error) {
	head, rest, ok := strings.Cut(text, begin)
	_, tail, closed := strings.Cut(rest, end)
	if !ok || !closed {
		return "", fmt.Errorf("%s has no lines %s and %s", readme, strings.TrimSpace(begin), end)
	}
	return head + begin + tables + end + tail, nil
}
