package documents_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// command judges the words after a command's name.
type command func(w *vocabulary, document string, words []string) []string

var commands = map[string]command{
	"go":       goCommand,
	"sam":      sam,
	"aws":      aws,
	"npm":      npm,
	"output":   named("output", func(w *vocabulary) map[string]bool { return w.declared.outputs }),
	"resource": named("resource", func(w *vocabulary) map[string]bool { return w.declared.resources }),
	"operate":  operate,
	"kamailio": anything,
	"curl":     anything, // its routes are looked at
	".ci/run":  anything,

	"cd": anything, "git": anything, "export": anything, "printf": anything, "echo": anything, "python3": anything,
	"sed": anything, "wc": anything,
	"arn": anything, // a function of the runbook's
}

func isCommand(word string) bool {
	_, known := commands[word]
	return known || strings.HasPrefix(word, ".ci/")
}

func anything(*vocabulary, string, []string) []string { return nil }

var (
	comment     = regexp.MustCompile(`(?m)(^|\s)#.*$`)
	continued   = regexp.MustCompile(`\\\n\s*`)
	quoted      = regexp.MustCompile(`'[^']*'|[A-Z]="[^"$]*"`)
	definition  = regexp.MustCompile(`(?m)^\s*\w+\(\) \{ (.*); \}$`)
	within      = regexp.MustCompile(`\$\(([^()]+)\)`)
	assignment  = regexp.MustCompile(`^[A-Z_]+=`)
	operation   = regexp.MustCompile(`"command": "([^"]*)"`)
	placeholder = regexp.MustCompile(`^[A-Z]+$|^file:|^\$`)
)

// inScript returns the faults of each command of a script, pipes and $(…)
// included.
func (w *vocabulary) inScript(document, script string) (all []string) {
	script = continued.ReplaceAllString(comment.ReplaceAllString(script, ""), " ")
	all = append(all, w.inRoutes(script)...)
	for _, m := range operation.FindAllStringSubmatch(script, -1) {
		if !regexp.MustCompile(`(?m)^\t"` + m[1] + `": +\w+,$`).MatchString(w.text("internal/lambdas/operate/operate.go")) {
			all = append(all, fmt.Sprintf("operate has no command %s", m[1]))
		}
	}
	script = quoted.ReplaceAllStringFunc(script, func(s string) string {
		return strings.Join(strings.Fields(strings.NewReplacer("|", "", ";", "", "\n", "", "(", "", ")", "", "$",
			"").Replace(s)), "_")
	})
	script = definition.ReplaceAllString(script, "$1")
	for within.MatchString(script) { // from the innermost outward
		script = within.ReplaceAllStringFunc(script, func(s string) string {
			all = append(all, w.inLine(document, s[2:len(s)-1])...)
			return "VALUE"
		})
	}
	for line := range strings.SplitSeq(script, "\n") {
		for part := range strings.SplitSeq(strings.NewReplacer("&&", "|", ";", "|").Replace(line), "|") {
			all = append(all, w.inLine(document, part)...)
		}
	}
	return all
}

func (w *vocabulary) inLine(document, line string) []string {
	words := strings.Fields(line)
	for len(words) > 0 && assignment.MatchString(words[0]) {
		words = words[1:]
	}
	if len(words) == 0 {
		return nil
	}
	if run, known := commands[words[0]]; known {
		return run(w, document, words[1:])
	}
	if strings.HasPrefix(words[0], ".ci/") && w.exists(document, words[0]) {
		return nil
	}
	return []string{fmt.Sprintf("there is no command %s", words[0])}
}

// named is a command whose one word has to be among names.
func named(what string, names func(w *vocabulary) map[string]bool) command {
	return func(w *vocabulary, _ string, words []string) []string {
		if len(words) == 1 && (names(w)[words[0]] || placeholder.MatchString(words[0])) {
			return nil
		}
		return []string{fmt.Sprintf("there is no %s %s", what, strings.Join(words, " "))}
	}
}

func operate(*vocabulary, string, []string) []string { return nil } // its JSON is looked at

func goCommand(w *vocabulary, document string, words []string) []string {
	if len(words) < 2 || words[0] == "generate" {
		return nil
	}
	switch folder := words[1]; {
	case strings.Contains(folder, "@"), folder == "./...", strings.HasPrefix(folder, "-"):
		return nil
	case !strings.HasPrefix(folder, "./") || !w.exists("", folder):
		return []string{fmt.Sprintf("there is no %s", folder)}
	case words[0] == "run":
		return w.ofProgram(folder, words[2:])
	case words[0] == "test":
		return w.ofTests(folder, words[2:])
	}
	return nil
}

// ofProgram judges the subcommand and the flags of a program of ours.
func (w *vocabulary) ofProgram(folder string, words []string) (all []string) {
	if !strings.Contains(w.text(folder+"/main.go"), "package main") {
		return []string{fmt.Sprintf("%s is no command", folder)}
	}
	var subcommand []string
	for i, word := range words {
		switch name, isFlag := strings.CutPrefix(word, "--"); {
		case isFlag && name != "help":
			if !regexp.MustCompile(`(?m)^\s+-` + name + `( |$|\t)`).MatchString(w.helpOf(folder, subcommand...)) {
				all = append(all, fmt.Sprintf("%s %s has no flag --%s", folder, strings.Join(subcommand, " "), name))
			}
		case !isFlag && i == 0:
			if !strings.Contains(w.helpOf(folder), folder+" "+word+" ") {
				return []string{fmt.Sprintf("%s has no command %s", folder, word)}
			}
			subcommand = []string{word}
		}
	}
	return all
}

// goFlags are flags of go test itself.
var goFlags = []string{"run", "bench", "v", "count", "timeout", "fuzz", "fuzztime", "benchtime", "race", "short"}

func (w *vocabulary) ofTests(folder string, words []string) (all []string) {
	for i, word := range words {
		name, isFlag := strings.CutPrefix(word, "-")
		switch {
		case isFlag && name == "run":
			for alternative := range strings.SplitSeq(strings.Trim(words[i+1], `'"`), "_") {
				all = append(all, w.ofRun(folder, alternative)...)
			}
		case isFlag && !slices.Contains(goFlags, name) && !w.hasFlag(folder, name):
			all = append(all, fmt.Sprintf("the tests of %s have no flag -%s", folder, name))
		}
	}
	return all
}

// ofRun judges what -run picks: there must be such a test in the folder.
func (w *vocabulary) ofRun(folder, pattern string) []string {
	for _, file := range w.files {
		if strings.HasPrefix(file, strings.TrimPrefix(folder, "./")+"/") && strings.HasSuffix(file, "_test.go") &&
			regexp.MustCompile(`(?m)^func Test\w*`+regexp.QuoteMeta(strings.TrimPrefix(pattern,
				"Test"))).MatchString(w.text(file)) {
			return nil
		}
	}
	return []string{fmt.Sprintf("%s has no test that -run %s picks", folder, pattern)}
}

func (w *vocabulary) hasFlag(folder, name string) bool {
	for _, file := range w.files {
		if strings.HasPrefix(file, strings.TrimPrefix(folder, "./")+"/") && strings.HasSuffix(file, "_test.go") &&
			strings.Contains(w.text(file), `("`+name+`"`) {
			return true
		}
	}
	return false
}

func npm(w *vocabulary, _ string, words []string) []string {
	switch {
	case len(words) == 1 && words[0] == "test" && w.scripts["test"], len(words) > 0 &&
		(words[0] == "ci" || words[0] == "install"):
		return nil
	case len(words) == 2 && words[0] == "run" && w.scripts[words[1]]:
		return nil
	}
	return []string{fmt.Sprintf("package.json has no script for npm %s", strings.Join(words, " "))}
}
