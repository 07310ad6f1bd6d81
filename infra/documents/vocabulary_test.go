package documents_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// vocabulary is what there is to be named.
type vocabulary struct {
	t        *testing.T
	files    []string        // of the repository, from its root
	source   string          // all Go code, the scripts of .ci, the template and samconfig
	tests    map[string]bool // and fuzz targets and benchmarks
	declared struct {        // by the template
		parameters, resources, outputs map[string]bool
	}
	routes       map[string]bool // paths of the API
	environments map[string]bool // of samconfig.toml
	scripts      map[string]bool // of package.json
	help         map[string]string
}

func newVocabulary(t *testing.T) *vocabulary {
	t.Helper()
	w := &vocabulary{t: t, tests: map[string]bool{}, routes: map[string]bool{}, environments: map[string]bool{},
		scripts: map[string]bool{}, help: map[string]string{}}
	w.readFiles()
	w.readTemplate()
	for _, m := range regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)\w*)\(`).FindAllStringSubmatch(w.source, -1) {
		w.tests[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`(?m)^\[([\w-]+)\.`).FindAllStringSubmatch(w.text("samconfig.toml"), -1) {
		w.environments[m[1]] = true
	}
	var page struct{ Scripts map[string]string }
	w.must(json.Unmarshal([]byte(w.text("functions/portal/package.json")), &page))
	for name := range page.Scripts {
		w.scripts[name] = true
	}
	var api struct{ Paths map[string]any }
	w.must(json.Unmarshal([]byte(w.text("internal/lambdas/portal/openapi.json")), &api))
	for path := range api.Paths {
		w.routes[plain(path)] = true
	}
	return w
}

func (w *vocabulary) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *vocabulary) text(path string) string {
	w.t.Helper()
	text, err := os.ReadFile(filepath.Join(root, path))
	w.must(err)
	return string(text)
}

// isSkipped reports whether the folder is git's, a build's or of installed packages.
func isSkipped(folder string) bool {
	switch folder {
	case ".git", "node_modules", ".aws-sam", "dist", ".schemathesis":
		return true
	}
	return strings.HasPrefix(folder, "venv")
}

func (w *vocabulary) readFiles() {
	w.t.Helper()
	var source strings.Builder
	w.must(filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if isSkipped(entry.Name()) && entry.IsDir() { // .git is a file in a worktree
			return filepath.SkipDir
		}
		path, err = filepath.Rel(root, path)
		if err != nil {
			return err
		}
		w.files = append(w.files, filepath.ToSlash(path))
		// Not this package: it names what does not exist.
		if isSource(path) && !strings.HasPrefix(path, "infra/documents") {
			source.WriteString(w.text(path))
		}
		return nil
	}))
	w.source = source.String()
}

func isSource(path string) bool {
	return strings.HasSuffix(path, ".go") || strings.HasPrefix(path, ".ci/run") || path == "template.yaml" ||
		path == "samconfig.toml"
}

func (w *vocabulary) readTemplate() {
	w.t.Helper()
	var stack struct {
		Parameters map[string]yaml.Node `yaml:"Parameters"`
		Resources  map[string]yaml.Node `yaml:"Resources"`
		Outputs    map[string]yaml.Node `yaml:"Outputs"`
	}
	w.must(yaml.Unmarshal([]byte(w.text("template.yaml")), &stack))
	w.declared.parameters, w.declared.resources, w.declared.outputs = keys(stack.Parameters), keys(stack.Resources),
		keys(stack.Outputs)
}

func keys(m map[string]yaml.Node) map[string]bool {
	all := map[string]bool{}
	for name := range m {
		all[name] = true
	}
	return all
}

// exists is true of a file or folder, named from the root or from the document.
func (w *vocabulary) exists(document, path string) bool {
	for _, from := range []string{".", filepath.Dir(document)} {
		if _, err := os.Stat(filepath.Join(root, from, path)); err == nil {
			return true
		}
	}
	return false
}

// helpOf is what a command of ours says of itself.
func (w *vocabulary) helpOf(folder string, subcommand ...string) string {
	w.t.Helper()
	arguments := append([]string{"run", folder}, append(subcommand, "--help")...)
	key := strings.Join(arguments, " ")
	if _, known := w.help[key]; !known {
		command := exec.Command("go", arguments...)
		command.Dir = root
		said, err := command.CombinedOutput()
		if err != nil {
			w.t.Fatalf("go %s: %v\n%s", key, err, said)
		}
		w.help[key] = string(said)
	}
	return w.help[key]
}

// plain is a path without the names of its parameters.
func plain(path string) string { return regexp.MustCompile(`\{[^}]*\}`).ReplaceAllString(path, "{}") }
