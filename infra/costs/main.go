// Command costs counts the units of DynamoDB that the system uses and writes
// what they come to, for 10,000, 1 million and 100 million DIDs, into
// infra/RUNBOOK.md, between the lines <!-- costs --> and <!-- /costs -->. The
// units are counted by benchmarks, here and in internal/lambdas/renewalworker,
// from what a real DynamoDB API says that each call consumed.
//
//	go run ./infra/costs
package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

const runbook = "infra/RUNBOOK.md"

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "costs:", err)
		os.Exit(1)
	}
}

func run() error {
	text, err := os.ReadFile(runbook)
	if err != nil {
		return fmt.Errorf("%w; run it in the repository's root", err)
	}
	if _, err := between(string(text), ""); err != nil {
		return err
	}
	var output bytes.Buffer
	for _, arguments := range [][]string{
		{"./infra/costs", "-bench", ".", "-benchtime", "1x"},
		{"./internal/lambdas/renewalworker", "-bench", "Renewal", "-benchtime", "3x"},
	} {
		arguments = append([]string{"test", "-run", "^$", "-timeout", "30m"}, arguments...)
		command := exec.Command("go", arguments...)
		command.Stdout, command.Stderr = io.MultiWriter(os.Stderr, &output), os.Stderr
		if err := command.Run(); err != nil {
			return fmt.Errorf("go %s: %w", strings.Join(arguments, " "), err)
		}
	}
	u, err := parse(&output)
	if err != nil {
		return err
	}
	replaced, err := between(string(text), u.tables())
	if err != nil {
		return err
	}
	return os.WriteFile(runbook, []byte(replaced), 0o644)
}

const (
	begin = "<!-- costs -->\n"
	end   = "<!-- /costs -->"
)

// between puts the tables in the place of what stands between the two lines.
func between(text, tables string) (string, error) {
	head, rest, ok := strings.Cut(text, begin)
	_, tail, closed := strings.Cut(rest, end)
	if !ok || !closed {
		return "", fmt.Errorf("%s has no lines %s and %s", runbook, strings.TrimSpace(begin), end)
	}
	return head + begin + tables + end + tail, nil
}
