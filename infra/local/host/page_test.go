package host

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// page is a folder with a fake npm, which records its arguments and builds by
// copying.
func page(t *testing.T) (folder string, asked func() string) {
	t.Helper()
	folder, bin := t.TempDir(), t.TempDir()
	write(t, filepath.Join(folder, "package-lock.json"), "{}")
	write(t, filepath.Join(folder, "src", "main.ts"), "one")
	write(t, filepath.Join(folder, "main.go"), "package main")
	log := filepath.Join(bin, "log")
	write(t, filepath.Join(bin, "npm"), "#!/bin/sh\necho $1 >>"+log+"\nmkdir -p node_modules assets/dist\n"+
		"if grep -q broken src/main.ts; then echo src/main.ts is broken; exit 1; fi\ncp src/main.ts assets/dist/index.html\n")
	if err := os.Chmod(filepath.Join(bin, "npm"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	return folder, func() string {
		text, _ := os.ReadFile(log)
		os.Remove(log)
		return strings.Join(strings.Fields(string(text)), " ")
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestThePageIsBuiltWhenItsInputsChanged(t *testing.T) {
	folder, asked := page(t)
	for _, step := range []struct{ file, text, want string }{
		{"src/main.ts", "one", "ci run"},
		{"src/main.ts", "one", ""},
		{"src/main.ts", "two", "run"},
		{"main.go", "package other", ""},
		{"src/main.test.ts", "a test", ""},
		{"src/more.css", "a{}", "run"},
		{"package-lock.json", "{ }", "ci run"},
	} {
		write(t, filepath.Join(folder, step.file), step.text)
		if err := BuildPage(t.Context(), folder); err != nil {
			t.Fatal(err)
		}
		if got := asked(); got != step.want {
			t.Errorf("%s %q: npm %q, want %q", step.file, step.text, got, step.want)
		}
	}
	if text, err := os.ReadFile(filepath.Join(folder, "assets", "dist", "index.html")); err != nil ||
		string(text) != "two" {
		t.Errorf("built %q, %v", text, err)
	}
}

func TestABrokenPageSaysWhyAndIsBuiltAgain(t *testing.T) {
	folder, asked := page(t)
	write(t, filepath.Join(folder, "src", "main.ts"), "broken")
	for range 2 {
		err := BuildPage(t.Context(), folder)
		if err == nil || !strings.Contains(err.Error(), "src/main.ts is broken") {
			t.Errorf("the error is %v", err)
		}
		if asked() == "" {
			t.Error("npm was not asked again")
		}
	}
}

func TestAMissingNpmSaysWhatToDo(t *testing.T) {
	folder, _ := page(t)
	t.Setenv("PATH", t.TempDir())
	if err := BuildPage(t.Context(), folder); err == nil || !strings.Contains(err.Error(), "install Node.js") {
		t.Errorf("the error is %v", err)
	}
}
