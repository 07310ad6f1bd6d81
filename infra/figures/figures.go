// Package figures runs benchmarks and writes their results into a document of
// this repository, between two marker lines. It knows neither the benchmarks
// nor the form of the results.
package figures

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// Section is the part of Document between the lines <!-- Name --> and <!--
// /Name -->.
type Section struct{ Document, Name string }

// Measure runs `go test` without tests for each list of arguments and replaces
// the section by the text that show makes of the whole output. It checks the
// document first, because measuring takes minutes.
func (s Section) Measure(show func(output io.Reader) (string, error), runs ...[]string) error {
	text, err := os.ReadFile(s.Document)
	if err != nil {
		return fmt.Errorf("%w; run it in the repository's root", err)
	}
	if _, err := s.Replace(string(text), ""); err != nil {
		return err
	}
	var output bytes.Buffer
	for _, arguments := range runs {
		if err := bench(&output, arguments); err != nil {
			return err
		}
	}
	tables, err := show(&output)
	if err != nil {
		return err
	}
	replaced, err := s.Replace(string(text), tables)
	if err != nil {
		return err
	}
	return os.WriteFile(s.Document, []byte(replaced), 0o644)
}

func bench(output io.Writer, arguments []string) error {
	arguments = append([]string{"test", "-run", "^$", "-timeout", "30m"}, arguments...)
	command := exec.Command("go", arguments...)
	command.Stdout, command.Stderr = io.MultiWriter(os.Stderr, output), os.Stderr
	if err := command.Run(); err != nil {
		return fmt.Errorf("go %s: %w", strings.Join(arguments, " "), err)
	}
	return nil
}

// Replace replaces the section of a text by content. A text without the section
// is an error.
func (s Section) Replace(text, content string) (string, error) {
	begin, end := fmt.Sprintf("<!-- %s -->\n", s.Name), fmt.Sprintf("<!-- /%s -->", s.Name)
	head, rest, ok := strings.Cut(text, begin)
	_, tail, closed := strings.Cut(rest, end)
	if !ok || !closed {
		return "", fmt.Errorf("%s has no lines %s and %s", s.Document, strings.TrimSpace(begin), end)
	}
	return head + begin + content + end + tail, nil
}
