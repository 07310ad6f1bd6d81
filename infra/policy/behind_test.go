package policy_test

import (
	"strconv"
	"testing"
	"time"

	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

func number(t *testing.T, v any, path string) int {
	t.Helper()
	n, err := strconv.Atoi(text(v, path))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return n
}

// ringsWithin is the longest time from a record that the function can't process to
// the alarm on its age. The record becomes older than the threshold within a
// minute; then all evaluated minutes pass.
func ringsWithin(t *testing.T, alarm object) time.Duration {
	t.Helper()
	age := time.Duration(number(t, alarm, "Threshold")) * time.Millisecond
	return age + time.Duration(1+number(t, alarm, "EvaluationPeriods"))*time.Duration(number(t, alarm,
		"Period"))*time.Second
}

// If the blocks are late, a search shows numbers that are held or sold. The first
// of them is available again when its hold has run out without a purchase. The
// alarm is raised within a third of that time, so that an operator has the rest of
// it.
func TestTheAlarmIsBeforeCustomersNotice(t *testing.T) {
	alarm := properties(t, "AWS::CloudWatch::Alarm")["CatalogueBehind"]
	wants(t, "CatalogueBehind", alarm, map[string]string{
		"Namespace": "AWS/Lambda", "MetricName": "IteratorAge", "Statistic": "Maximum",
		"ComparisonOperator": "GreaterThanThreshold",
	})
	wanttest.True(t, "it watches the function", watches(alarm, "IteratorAge", "FunctionName", "CatalogueFunction"))
	if within := ringsWithin(t, alarm); within > shop.HoldFor/3 {
		t.Errorf("CatalogueBehind rings after up to %s, want at most %s", within, shop.HoldFor/3)
	}
	if number(t, alarm, "DatapointsToAlarm") >= number(t, alarm, "EvaluationPeriods") {
		t.Error("CatalogueBehind: between two tries of a batch a minute may pass without a measurement, which must not end " +
			"the alarm")
	}
	for _, mapping := range events(properties(t, "AWS::Serverless::Function")["CatalogueFunction"], "DynamoDB") {
		window, _ := strconv.Atoi(text(mapping, "MaximumBatchingWindowInSeconds")) // none is 0
		wanttest.True(t, "records that wait for a batch ring no alarm", number(t, alarm, "Threshold") > 2000*(window+1))
	}
}
