package policy_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// watches reports whether an alarm uses a metric ("" is any) in a dimension of
// a resource.
func watches(alarm object, metric, dimension, id string) bool {
	for _, m := range measured(alarm) {
		for _, d := range list(m["Dimensions"]) {
			if (metric == "" || text(m, "MetricName") == metric) && text(d, "Name") == dimension &&
				refersTo(d.(object)["Value"]) == id {
				return true
			}
		}
	}
	return false
}

// measured returns the metrics of an alarm.
func measured(alarm object) []object {
	if alarm["MetricName"] != nil {
		return []object{alarm}
	}
	var all []object
	for _, q := range list(alarm["Metrics"]) {
		if m, ok := at(q, "MetricStat", "Metric").(object); ok {
			all = append(all, m)
		}
	}
	return all
}

func watched(t *testing.T, metric, dimension, id string) {
	t.Helper()
	alarms := properties(t, "AWS::CloudWatch::Alarm")
	if !slices.ContainsFunc(names(alarms), func(a string) bool { return watches(alarms[a], metric, dimension, id) }) {
		t.Errorf("no alarm on %s of %s", metric, id)
	}
}

func TestWhatCanFailIsWatched(t *testing.T) {
	routes := routes(t)
	for id, f := range properties(t, "AWS::Serverless::Function") {
		watched(t, "Errors", "FunctionName", id)
		watched(t, "Throttles", "FunctionName", id)
		if len(routes[id]) > 0 {
			watched(t, "Duration", "FunctionName", id)
		}
		if len(events(f, "DynamoDB")) > 0 {
			watched(t, "IteratorAge", "FunctionName", id)
		}
	}
	watched(t, "Duration", "FunctionName", "AuthorizerFunction")
	for id := range properties(t, "AWS::SQS::Queue") {
		watched(t, "ApproximateAgeOfOldestMessage", "QueueName", id)
		if strings.HasSuffix(id, "DeadLetters") {
			watched(t, "ApproximateNumberOfMessagesVisible", "QueueName", id)
		}
	}
	watched(t, "5xx", "ApiId", "Api")
}

// One failing call of an operation that anybody may call must not raise an alarm,
// which would roll a deployment back: there is a least number, a share of all
// calls, and a second minute.
func TestOneCallRingsNoAlarm(t *testing.T) {
	alarms := properties(t, "AWS::CloudWatch::Alarm")
	public := []string{"ApiFailures", "AuthorizerFailures"}
	for id := range routes(t) {
		public = append(public, strings.TrimSuffix(id, "Function")+"Failures")
	}
	rate := regexp.MustCompile(`^IF\((?:FILL\()?failed(?:, 0\))? >= \d+ AND failed \* \d+ >= FILL\(calls, 0\), failed, ` +
		`0\)$`)
	for _, id := range public {
		var shown []string
		for _, m := range list(alarms[id]["Metrics"]) {
			if text(m, "ReturnData") != "false" {
				shown = append(shown, text(m, "Expression"))
			}
		}
		if len(shown) != 1 || !rate.MatchString(shown[0]) {
			t.Errorf("%s: %q is not a number and a share of the calls", id, shown)
		}
		wants(t, id, alarms[id], map[string]string{"DatapointsToAlarm": "2"})
	}
}

// Alarms and dashboard must use the metrics that the code counts; otherwise they
// never show anything.
func TestOwnMetricsAreThoseOfTheCode(t *testing.T) {
	counted := namesInCode(t)
	filtered := map[string]bool{}
	for _, f := range properties(t, "AWS::Logs::MetricFilter") {
		filtered[text(list(f["MetricTransformations"])[0], "MetricName")] = true
	}
	for id, a := range properties(t, "AWS::CloudWatch::Alarm") {
		for _, m := range measured(a) {
			if name := text(m, "MetricName"); refersTo(m["Namespace"]) == "Name" && !counted[name] && !filtered[name] {
				t.Errorf("%s looks at %s, which nothing counts", id, name)
			}
		}
	}
	board := text(properties(t, "AWS::CloudWatch::Dashboard")["Dashboard"], "DashboardBody", "Fn::Sub")
	for name := range counted {
		if !strings.Contains(board, name) {
			t.Errorf("the dashboard does not show %s", name)
		}
	}
	for name := range filtered {
		if !strings.Contains(board, name) {
			t.Errorf("the dashboard does not show %s", name)
		}
	}
}

// Each alarm sends a message when it starts and when it ends.
func TestAlarmsReachSomebody(t *testing.T) {
	for id, a := range properties(t, "AWS::CloudWatch::Alarm") {
		for _, action := range []string{"AlarmActions", "OKActions"} {
			if to := list(a[action]); len(to) == 0 || refersTo(to[0]) != "Alarms" {
				t.Errorf("%s: %s is %v", id, action, to)
			}
		}
		if text(a, "TreatMissingData") == "" || text(a, "AlarmDescription") == "" {
			t.Errorf("%s does not describe the alarm, or its missing data", id)
		}
	}
}

func TestLimitsAreOfRoutes(t *testing.T) {
	api := properties(t, "AWS::Serverless::HttpApi")["Api"]
	var all []string
	for _, keys := range routes(t) {
		all = append(all, keys...)
	}
	for route := range at(api, "RouteSettings").(object) {
		if !slices.Contains(all, route) {
			t.Errorf("RouteSettings limit %q, which is no route", route)
		}
	}
	wants(t, "Api", api, map[string]string{"DefaultRouteSettings.ThrottlingRateLimit": "200",
		"AccessLogSettings.DestinationArn": "ApiLogs.Arn"})
}

// namesInCode are the metrics of internal/lambdas/metered.
func namesInCode(t *testing.T) map[string]bool {
	t.Helper()
	source, err := os.ReadFile("../../internal/lambdas/metered/names.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, quoted := range strings.Split(string(source), `"`)[1:] {
		if quoted != "" && !strings.ContainsAny(quoted, " \n/.") {
			found[quoted] = true
		}
	}
	return found
}
