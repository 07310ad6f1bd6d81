package policy_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// The runbook states the cost of monitoring: CloudWatch charges for each metric of
// an alarm, and for each metric of our own.
func TestTheRunbookSaysWhatWatchingCosts(t *testing.T) {
	metrics := 0
	for _, a := range properties(t, "AWS::CloudWatch::Alarm") {
		metrics += len(measured(a))
	}
	filters := len(properties(t, "AWS::Logs::MetricFilter"))
	runbook, err := os.ReadFile("../RUNBOOK.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		fmt.Sprintf("| %d metrics in alarms, at $0.10 | $%.2f |", metrics, float64(metrics)*0.10),
		fmt.Sprintf("| %d counts of error lines, at $0.30 | $%.2f |", filters, float64(filters)*0.30),
	} {
		if !strings.Contains(string(runbook), want) {
			t.Errorf("the runbook does not say %q", want)
		}
	}
	if at(properties(t, "AWS::Serverless::HttpApi")["Api"], "DefaultRouteSettings", "DetailedMetricsEnabled") == "true" {
		t.Error("each route has its own metrics, which no alarm uses")
	}
}
