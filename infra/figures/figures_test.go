package figures

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"didpurchase/internal/wanttest"
)

func TestReplace(t *testing.T) {
	s := Section{"README.md", "speed"}
	got, err := s.Replace("# Title\n<!-- speed -->\noutdated\n<!-- /speed -->\nmore\n", "new\n")
	if want := "# Title\n<!-- speed -->\nnew\n<!-- /speed -->\nmore\n"; err != nil || got != want {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
	for _, text := range []string{"", "<!-- speed -->\n", "<!-- /speed -->", "<!-- other -->\n<!-- /other -->"} {
		if got, err := s.Replace(text, "new"); err == nil || !strings.Contains(err.Error(), "README.md") {
			t.Errorf("%q: %q, %v; want an error that names the document", text, got, err)
		}
	}
}

func TestMeasure(t *testing.T) {
	document := filepath.Join(t.TempDir(), "README.md")
	write := func(text string) {
		if err := os.WriteFile(document, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s := Section{document, "speed"}
	const before = "<!-- speed -->\nold\n<!-- /speed -->\n"
	write(before)
	run := []string{".", "-bench", "Nothing", "-benchtime", "1x"}
	if err := s.Measure(func(io.Reader) (string, error) { return "", errors.New("no figure") }, run); err == nil {
		t.Error("no error of show")
	}
	if err := s.Measure(nil, []string{"./there-is-no-such-package"}); err == nil {
		t.Error("no error of a benchmark that can't be run")
	}
	if text, err := os.ReadFile(document); err != nil || string(text) != before {
		t.Errorf("the document after errors: %q, %v", text, err)
	}
	err := s.Measure(func(output io.Reader) (string, error) {
		text, err := io.ReadAll(output)
		if !strings.Contains(string(text), "BenchmarkNothing") {
			t.Errorf("the output is %q", text)
		}
		return "measured\n", err
	}, run)
	text, readErr := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	if readErr != nil {
		t.Fatal(readErr)
	}
	wanttest.Equal(t, "document with the measured figures", string(text), strings.Replace(before, "old", "measured", 1))
	write("no section")
	if err := s.Measure(func(io.Reader) (string, error) { panic("measured for nothing") }); err == nil {
		t.Error("no error of a document without the section")
	}
}

func BenchmarkNothing(b *testing.B) {
	for b.Loop() {
	}
}
