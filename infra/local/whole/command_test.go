package whole_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// command runs a command of the program against the running system.
func (s *system) command(t *testing.T, args ...string) (said string, code int) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), s.program, append(args, "--data", s.data)...).CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return string(out), exit.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(out), 0
}

// The command shows the outcome of a file, and fails if its import fails, with a
// message about the file, the carrier, the profile or the row.
func TestImportCommand(t *testing.T) {
	running.onlyLocal(t, "the command is of the local world")
	folder := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const rows = "start,end,package\n+33123450000,+33123459999,standard\n+33123450000,+33123450000,none\n"
	good := file("good.csv", rows)
	for _, test := range []struct {
		args string
		code int
		want []string
	}{
		{good + " --carrier acme --dry-run", 0, []string{
			"completed       [##############################]",
			`read as utf-8, columns separated by ",", header in line 1: end = "end"`,
			"2 rows: would apply 1, leave 0 unchanged, reject 1; would add 10000 numbers",
			`1 unknown_package (line 3: there is no package "none"`, "report: http://", "apply it: POST",
		}},
		{good + " --carrier acme --all-or-nothing", 1,
			[]string{"failed", "1 rows were rejected and the job is all or nothing", "not_applied (line 2"}},
		{good + " --carrier acme", 0, []string{"2 rows: 1 applied, 0 unchanged, 1 rejected; 10000 numbers added, 0 " +
			"withdrawn"}},
		{good + " --carrier acme", 0, []string{"2 rows: 0 applied, 1 unchanged, 1 rejected; 0 numbers added"}},
		{good + " --carrier acme --replace", 0, []string{"would apply 0", "withdraw ", "apply it: POST"}},
		{file("empty.csv", "") + " --carrier acme", 1, []string{"the file is empty"}},
		{file("header.csv", "a,b\n1,2\n") + " --carrier acme", 1, []string{`the header "a,b" names no numbers`}},
		{filepath.Join(folder, "missing.csv") + " --carrier acme", 1, []string{"missing.csv: no such file"}},
		{folder + " --carrier acme", 1, []string{folder + " is not a file"}},
		{good + " --carrier initech", 1, []string{`--carrier "initech" is not a carrier`}},
		{good + " --carrier acme --profile nothing", 1, []string{`there is no profile "nothing"`}},
	} {
		said, code := running.command(t, append([]string{"import"}, strings.Fields(test.args)...)...)
		for _, want := range test.want {
			if !strings.Contains(said, want) {
				t.Errorf("import %s does not say %q:\n%s", test.args, want, said)
			}
		}
		if code != test.code {
			t.Errorf("import %s ends with %d, want %d:\n%s", test.args, code, test.code, said)
		}
	}
	if found := running.search(t, "alice", "starts_with", "3312345"); found.Total != 10_000 {
		t.Errorf("%d of the numbers are offered", found.Total)
	}
	if running.search(t, "alice", "starts_with", "44").Total == 0 {
		t.Error("a replacement that was not applied withdrew numbers")
	}
}
