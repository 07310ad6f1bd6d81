package policy_test

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// maxDescription is Lambda's limit, in characters.
const maxDescription = 256

var parameterIn = regexp.MustCompile(`\$\{(\w+)\}`)

// parametersIn returns the template's parameters to which a value refers, also
// through its conditions.
func parametersIn(t *testing.T, v any) map[string]bool {
	t.Helper()
	all, _ := at(stack(t), "Parameters").(object)
	conditions, _ := at(stack(t), "Conditions").(object)
	found := map[string]bool{}
	var visit func(v any)
	visit = func(v any) {
		switch v := v.(type) {
		case object:
			if choice := list(v["Fn::If"]); len(choice) > 0 {
				visit(conditions[written(choice[0])])
			}
			visit(conditions[text(v, "Condition")])
			for name, inner := range v {
				if s, isText := inner.(string); isText && name == "Ref" && all[s] != nil {
					found[s] = true
				}
				visit(inner)
			}
		case []any:
			for _, item := range v {
				visit(item)
			}
		case string:
			for _, m := range parameterIn.FindAllStringSubmatch(v, -1) {
				if all[m[1]] != nil {
					found[m[1]] = true
				}
			}
		}
	}
	visit(v)
	return found
}

// SAM makes a new version if the code or the template's text changes, but not if a
// parameter gets another value. Then the alias would stay at a version with the old
// value. (The parameters called …Endpoint are for a developer's machine.)
func TestParametersMakeVersions(t *testing.T) {
	for id, f := range properties(t, "AWS::Serverless::Function") {
		for name := range parametersIn(t, []any{at(f, "Environment"), at(stack(t), "Globals", "Function", "Environment")}) {
			if strings.HasSuffix(name, "Endpoint") {
				continue
			}
			for _, field := range []string{"Description", "VersionDescription"} {
				if !parametersIn(t, f[field])[name] {
					t.Errorf("%s: %s does not have %s, so a deploy that changes it alone does not reach the alias", id, field, name)
				}
			}
		}
		if n := longest(t, written(f["Description"])); n > maxDescription {
			t.Errorf("%s: Description may be %d long, Lambda takes %d", id, n, maxDescription)
		}
	}
}

// longest returns the length of a text if each parameter in it has its greatest
// length.
func longest(t *testing.T, text string) int {
	t.Helper()
	n := len(parameterIn.ReplaceAllString(text, ""))
	for _, m := range parameterIn.FindAllStringSubmatch(text, -1) {
		n += longestValue(t, m[1])
	}
	return n
}

func longestValue(t *testing.T, parameter string) (n int) {
	t.Helper()
	p := at(stack(t), "Parameters", parameter)
	for _, v := range list(at(p, "AllowedValues")) {
		n = max(n, len(written(v)))
	}
	if n > 0 {
		return n
	}
	n, err := strconv.Atoi(text(p, "MaxLength"))
	if err != nil {
		t.Errorf("%s has no MaxLength", parameter)
	}
	return n
}

// The runbook states the number of the stack's resources: those in the template,
// and those that SAM adds.
func TestTheRunbookCountsResources(t *testing.T) {
	n := len(at(stack(t), "Resources").(object))
	n += 1 + 1 + 2 // the API's stage, the authorizer's permission, CodeDeploy's application and role
	for _, f := range properties(t, "AWS::Serverless::Function") {
		n += 4 // role, version, alias, deployment group
		if f["EventInvokeConfig"] != nil {
			n++
		}
		for kind, each := range map[string]int{"S3": 1, "SQS": 1, "DynamoDB": 1, "ScheduleV2": 2} {
			n += each * len(events(f, kind))
		}
	}
	runbook, err := os.ReadFile("../RUNBOOK.md")
	if err != nil {
		t.Fatal(err)
	}
	if want := "| resources of a stack | 500 | " + strconv.Itoa(n) + " now |"; !strings.Contains(string(runbook), want) {
		t.Errorf("the runbook does not say %q", want)
	}
}
