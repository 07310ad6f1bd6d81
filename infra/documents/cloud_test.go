package documents_test

import (
	"fmt"
	"slices"
	"strings"
)

// samCommands lists the commands of the SAM CLI that documents may use, each
// with its flags.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-command-reference.html
var samCommands = map[string][]string{
	"build":              {"config-env", "parallel", "parameter-overrides"},
	"deploy":             {"config-env", "guided", "parameter-overrides"},
	"validate":           {"lint", "region"},
	"local invoke":       {"config-env", "event", "env-vars", "skip-pull-image"},
	"local start-api":    {"config-env", "port", "skip-pull-image"},
	"local start-lambda": {"config-env", "port", "skip-pull-image"},
}

func sam(w *vocabulary, document string, words []string) (all []string) {
	depth := 1
	if len(words) > 0 && words[0] == "local" {
		depth = 2
	}
	if len(words) < depth || samCommands[strings.Join(words[:depth], " ")] == nil {
		if strings.Join(words, " ") == "local" {
			return nil // the name of the thing
		}
		return []string{fmt.Sprintf("there is no command sam %s", strings.Join(words, " "))}
	}
	name := strings.Join(words[:depth], " ")
	for i, word := range words[depth:] {
		flag, isFlag := strings.CutPrefix(word, "--")
		before := words[depth+i-1]
		switch {
		case isFlag && !slices.Contains(samCommands[name], flag):
			all = append(all, fmt.Sprintf("sam %s has no flag --%s", name, flag))
		case before == "--config-env" && !w.environments[word]:
			all = append(all, fmt.Sprintf("samconfig.toml has no %s", word))
		case before == "--event" && !w.exists(document, word):
			all = append(all, fmt.Sprintf("there is no event %s", word))
		case name == "local invoke" && i == 0 && !w.declared.resources[word]:
			all = append(all, fmt.Sprintf("there is no function %s", word))
		case !isFlag && strings.Contains(word, "="):
			if parameter, _, _ := strings.Cut(strings.Trim(word, `"`), "="); !w.declared.parameters[parameter] {
				all = append(all, fmt.Sprintf("the template has no parameter %s", parameter))
			}
		}
	}
	return all
}

// awsCommands lists the commands of the AWS CLI that documents may use, each
// with its flags. They were compared with the models of its services (botocore 1.43).
var awsCommands = map[string][]string{
	"cloudformation delete-stack":             {"stack-name"},
	"cloudformation describe-stacks":          {"stack-name"},
	"cloudformation wait":                     {"stack-name"},
	"cloudformation describe-stack-resource":  {"stack-name", "logical-resource-id"},
	"cognito-idp admin-create-user":           {"user-pool-id", "username", "user-attributes"},
	"cognito-idp admin-disable-user":          {"user-pool-id", "username"},
	"deploy list-deployments":                 {"include-only-statuses"},
	"deploy stop-deployment":                  {"deployment-id", "auto-rollback-enabled"},
	"dynamodb describe-table":                 {"table-name"},
	"dynamodb restore-table-to-point-in-time": {"source-table-name", "target-table-name", "restore-date-time"},
	"dynamodb update-continuous-backups":      {"table-name", "point-in-time-recovery-specification"},
	"dynamodb update-table": {"table-name", "stream-specification", "deletion-protection-enabled",
		"no-deletion-protection-enabled"},
	"dynamodb update-time-to-live":        {"table-name", "time-to-live-specification"},
	"dynamodb wait":                       {"table-name"},
	"events create-event-bus":             {"name"},
	"lambda delete-function-concurrency":  {"function-name"},
	"lambda invoke":                       {"function-name", "payload"},
	"lambda put-function-concurrency":     {"function-name", "reserved-concurrent-executions"},
	"s3 cp":                               {},
	"sesv2 delete-suppressed-destination": {"email-address"},
	"sesv2 list-suppressed-destinations":  {},
	"ssm put-parameter":                   {"name", "value", "type", "overwrite"},
	"sqs get-queue-attributes":            {"queue-url", "attribute-names"},
	"sqs purge-queue":                     {"queue-url"},
	"sqs receive-message":                 {"queue-url", "max-number-of-messages"},
	"sqs start-message-move-task":         {"source-arn", "destination-arn"},
}

// everywhere are flags of every command.
var everywhere = []string{"query", "output", "endpoint-url", "region", "cli-read-timeout", "cli-binary-format"}

func aws(_ *vocabulary, _ string, words []string) (all []string) {
	if len(words) < 2 || awsCommands[words[0]+" "+words[1]] == nil {
		return []string{fmt.Sprintf("there is no command aws %s", strings.Join(words, " "))}
	}
	name := words[0] + " " + words[1]
	for _, word := range words[2:] {
		if flag, isFlag := strings.CutPrefix(word, "--"); isFlag && !slices.Contains(awsCommands[name], flag) &&
			!slices.Contains(everywhere, flag) {
			all = append(all, fmt.Sprintf("aws %s has no flag --%s", name, flag))
		}
	}
	return all
}
