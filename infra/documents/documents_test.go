// Package documents_test compares the documents with the project: every
// command, flag, parameter, output, alarm, test, variable, route, file and link
// that they name exists. An operator who follows a document
// at night must not find that something was renamed.
package documents_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../.."

var documents = []string{
	"README.md", "infra/RUNBOOK.md", "infra/SECURITY.md", "infra/BENCHMARKS.md", "internal/README.md",
	".github/CONTRIBUTING.md", ".github/CHANGELOG.md", ".github/PULL_REQUEST_TEMPLATE.md",
	"infra/design/README.md", "infra/design/architecture.md", "infra/design/wire.md", "infra/design/table.md",
}

func TestWhatDocumentsNameExists(t *testing.T) {
	t.Parallel()
	w := newVocabulary(t)
	for _, path := range documents {
		text, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		for _, fault := range w.faults(path, string(text)) {
			t.Errorf("%s: %s", path, fault)
		}
	}
}

// TestDocumentsCanBeWrong holds that the test above can fail, on each kind of
// name.
func TestDocumentsCanBeWrong(t *testing.T) {
	t.Parallel()
	w := newVocabulary(t)
	for text, want := range map[string]string{
		"[x](nowhere.md)":                     "nowhere.md",
		"[x](../README.md#no-such-heading)":   "no-such-heading",
		`<img src="functions/portal/x.png">`:  "functions/portal/x.png",
		"`infra/nowhere/`":                    "infra/nowhere/",
		"`CartsFailures`":                     "CartsFailures",
		"`TestThatNobodyWrote`":               "TestThatNobodyWrote",
		"`TABLE_NAMES`":                       "TABLE_NAMES",
		"`GET /v1/telephones`":                "/v1/telephones",
		"`/local/teleport`":                   "/local/teleport",
		"`go run ./infra/nowhere`":            "./infra/nowhere",
		"`go run ./infra/local --colour red`": "--colour",
		"`go run ./infra/local explode`":      "explode",
		"`go run ./infra/local import --x`":   "--x",
		"`go test ./infra/nowhere`":           "./infra/nowhere",
		"`go test ./events -run TestNobody`":  "TestNobody",
		"`go test ./events -spam`":            "-spam",
		"`.ci/walk`":                          ".ci/walk",
		"`npm run fly`":                       "fly",
		"`Colour=red`":                        "Colour", "`nowhere.go`": "nowhere.go",
		"`sam fly`":                      "sam fly",
		"`sam build --config-env moon`":  "moon",
		"`sam build --fast`":             "--fast",
		"`sam local invoke FlyFunction`": "FlyFunction",
		"`sam local invoke SearchFunction --event events/none.json`": "events/none.json",
		"`sam deploy --parameter-overrides Colour=red`":              "Colour",
		"```sh\noutput NoOutput\n```":                                "NoOutput",
		"```sh\nx \"$(resource NoFunction)\"\n```":                   "NoFunction",
		"```sh\noperate '{\"command\": \"explode\"}'\n```":           "explode",
		"```sh\naws sqs fly\n```":                                    "aws sqs fly",
		"```sh\naws sqs purge-queue --fast\n```":                     "--fast",
		"```sh\ncurl 'http://127.0.0.1:8080/v1/telephones?x=1'\n```": "/v1/telephones",
		"```sh\nmake coffee\n```":                                    "make",
	} {
		faults := w.faults("infra/made-up.md", text)
		if len(faults) == 0 || !strings.Contains(strings.Join(faults, "\n"), want) {
			t.Errorf("%s: found %q, want %s", text, faults, want)
		}
	}
}

// An operator who is woken by an alarm finds it in the runbook.
func TestEveryAlarmIsInTheRunbook(t *testing.T) {
	t.Parallel()
	w := newVocabulary(t)
	runbook := w.text("infra/RUNBOOK.md")
	for _, m := range regexp.MustCompile(`(?m)^  (\w+):\n    Type: AWS::CloudWatch::Alarm`).FindAllStringSubmatch(
		w.text("template.yaml"), -1) {
		if !strings.Contains(runbook, "`"+m[1]+"`") {
			t.Errorf("the runbook does not say what to do about %s", m[1])
		}
	}
}
