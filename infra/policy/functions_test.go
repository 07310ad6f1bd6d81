package policy_test

import (
	"slices"
	"strconv"
	"testing"

	"didpurchase/internal/wanttest"
)

func timeout(t *testing.T, f object) int {
	t.Helper()
	seconds := text(f, "Timeout")
	if seconds == "" {
		seconds = text(stack(t), "Globals", "Function", "Timeout")
	}
	n, err := strconv.Atoi(seconds)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestFunctionsKeepTheirLogsForAWhile(t *testing.T) {
	groups, filters := properties(t, "AWS::Logs::LogGroup"), properties(t, "AWS::Logs::MetricFilter")
	for id, f := range properties(t, "AWS::Serverless::Function") {
		group := refersTo(at(f, "LoggingConfig", "LogGroup"))
		if groups[group] == nil || groups[group]["RetentionInDays"] == nil {
			t.Errorf("%s logs to %q, which is no log group with a retention", id, group)
		}
		counted := slices.ContainsFunc(names(filters),
			func(name string) bool { return refersTo(filters[name]["LogGroupName"]) == group })
		if !counted {
			t.Errorf("nothing counts the error lines of %s", id)
		}
	}
	for id, g := range groups {
		if g["RetentionInDays"] == nil {
			t.Errorf("%s is kept for ever", id)
		}
	}
}

// An event without a waiting caller must be stored somewhere when it fails.
func TestEventsThatFailAreKept(t *testing.T) {
	for id, f := range properties(t, "AWS::Serverless::Function") {
		asynchronous := len(events(f, "S3"))+len(events(f, "ScheduleV2")) > 0
		if asynchronous && refersTo(at(f, "EventInvokeConfig", "DestinationConfig", "OnFailure", "Destination")) == "" {
			t.Errorf("%s: an event that fails is lost", id)
		}
		for _, s := range events(f, "ScheduleV2") {
			if refersTo(at(s, "DeadLetterConfig", "Arn")) == "" || text(s, "RetryPolicy", "MaximumRetryAttempts") == "" {
				t.Errorf("%s: a schedule without dead letters or retry policy", id)
			}
		}
		for _, m := range events(f, "SQS") {
			safeQueueMapping(t, id, f, m)
		}
		for _, m := range events(f, "DynamoDB") {
			safeStreamMapping(t, id, m)
		}
	}
}

func safeQueueMapping(t *testing.T, id string, f, mapping object) {
	t.Helper()
	wants(t, id, object{"answers": list(mapping["FunctionResponseTypes"])[0]},
		map[string]string{"answers": "ReportBatchItemFailures"})
	if text(mapping, "ScalingConfig", "MaximumConcurrency") == "" {
		t.Errorf("%s: a queue's mapping without MaximumConcurrency", id)
	}
	queue := properties(t, "AWS::SQS::Queue")[refersTo(mapping["Queue"])]
	if visible, err := strconv.Atoi(text(queue, "VisibilityTimeout")); err != nil || visible < 6*timeout(t, f) {
		t.Errorf("%s runs up to %d s, its messages are hidden for %d s, want six times as long", id, timeout(t, f), visible)
	}
}

// A stream consumer that gives up leaves the search or the history wrong. So it
// keeps trying for hours, within the time for which the stream keeps records.
func safeStreamMapping(t *testing.T, id string, mapping object) {
	t.Helper()
	wants(t, id, mapping, map[string]string{
		"BisectBatchOnFunctionError": "true", "DestinationConfig.OnFailure.Type": "S3", "MaximumRetryAttempts": "-1",
	})
	age, err := strconv.Atoi(text(mapping, "MaximumRecordAgeInSeconds"))
	if err != nil {
		t.Fatalf("%s: a record is tried for %v", id, err)
	}
	wanttest.True(t, id+": a record is tried for at least 6 hours", age >= 6*3600)
	wanttest.True(t, id+": a record is tried for at most 23 hours", age <= 23*3600)
	if !slices.Contains(list(mapping["FunctionResponseTypes"]), any("ReportBatchItemFailures")) {
		t.Errorf("%s: a stream's mapping without partial failures", id)
	}
	if len(list(at(mapping, "FilterCriteria", "Filters"))) == 0 {
		t.Errorf("%s: a stream's mapping without filter", id)
	}
	if refersTo(at(mapping, "DestinationConfig", "OnFailure", "Destination")) == "" {
		t.Errorf("%s: a stream's mapping without destination", id)
	}
}

func TestNewVersionsAreTriedFirst(t *testing.T) {
	wants(t, "Globals.Function", at(stack(t), "Globals", "Function"),
		map[string]string{"AutoPublishAlias": "live", "Tracing": "Active"})
	alarms := properties(t, "AWS::CloudWatch::Alarm")
	for id, f := range properties(t, "AWS::Serverless::Function") {
		wants(t, id, f, map[string]string{"DeploymentPreference.Type": "DeploymentPreference"})
		choice := list(at(f, "DeploymentPreference", "Alarms", "Fn::If"))
		if len(choice) != 3 {
			t.Fatalf("%s: the alarms are %v, want Fn::If with a condition and two branches", id, choice)
		}
		wanttest.Equal(t, id+": condition of the alarms", choice[0], "WatchesDeployments")
		without := list(choice[2])
		if len(without) != 1 {
			t.Fatalf("%s: without the parameter the alarms are %v, want one AWS::NoValue", id, without)
		}
		wanttest.Equal(t, id+": alarms without the parameter DeploymentAlarms", refersTo(without[0]), "AWS::NoValue")
		of := list(choice[1])
		if len(of) == 0 {
			t.Errorf("%s: no alarm stops its deployment", id)
		}
		for _, a := range of {
			if !watches(alarms[refersTo(a)], "", "FunctionName", id) {
				t.Errorf("%s: the alarm %v does not look at it", id, a)
			}
		}
	}
}

func TestSearchCanNotBeStarved(t *testing.T) {
	if properties(t, "AWS::Serverless::Function")["SearchFunction"]["ReservedConcurrentExecutions"] == nil {
		t.Error("search has no reserved concurrency")
	}
}
