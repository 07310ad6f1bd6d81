package policy_test

import (
	"strings"
	"testing"
)

// wildcards are the only ones in actions and resources, each with its reason.
// SAM adds policies of AWS's own to roles (logs, X-Ray, SQS, streams), which are
// wide: FunctionBoundary narrows them to this stack.
var wildcards = map[string]string{
	"FunctionBoundary Resource arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Name}${TableSuffix}/index/*":  "a boundary: each role names its index",
	"FunctionBoundary Resource arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Name}${TableSuffix}/stream/*": "a stream's name is the time at which it was made",
	"FunctionBoundary Resource *": "ListStreams, PutTraceSegments and PutTelemetryRecords know no resources",
	"FunctionBoundary Resource arn:${AWS::Partition}:s3:::${Name}-inventory-${AWS::AccountId}/*":                            "a boundary: each role names its prefix",
	"FunctionBoundary Resource arn:${AWS::Partition}:s3:::${Name}-failures-${AWS::AccountId}/*":                             "Lambda chooses the keys of failed batches",
	"FunctionBoundary Resource arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${Name}-*":                        "a boundary: each role names its queue",
	"FunctionBoundary Resource arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/${Name}-*": "a log group's streams, of this stack's functions",

	"InventoryBucketPolicy Action s3:*":                                                           "a Deny",
	"InventoryBucketPolicy Resource ${InventoryBucket.Arn}/*":                                     "a Deny",
	"FailuresBucketPolicy Action s3:*":                                                            "a Deny",
	"FailuresBucketPolicy Resource ${FailuresBucket.Arn}/*":                                       "a Deny",
	"QueuesTlsOnly Action sqs:*":                                                                  "a Deny",
	"QueuesTlsOnly Resource arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${Name}-*": "a Deny",

	"StaffFunction Resource arn:${AWS::Partition}:s3:::${Name}-inventory-${AWS::AccountId}/uploads/*":             "keys of uploads: their names are carriers' and imports' ids",
	"StaffFunction Resource arn:${AWS::Partition}:s3:::${Name}-inventory-${AWS::AccountId}/reports/*":             "keys of reports",
	"InventoryImportFunction Resource arn:${AWS::Partition}:s3:::${Name}-inventory-${AWS::AccountId}/inventory/*": "keys of carriers' files",
	"InventoryImportFunction Resource arn:${AWS::Partition}:s3:::${Name}-inventory-${AWS::AccountId}/uploads/*":   "keys of uploads",
	"InventoryImportFunction Resource arn:${AWS::Partition}:s3:::${Name}-inventory-${AWS::AccountId}/rentals/*":   "keys of files of rentals that are adopted",
	"InventoryImportFunction Resource arn:${AWS::Partition}:s3:::${Name}-inventory-${AWS::AccountId}/reports/*":   "keys of reports",
}

func TestWildcardsHaveReasons(t *testing.T) {
	used := map[string]bool{}
	for id, r := range at(stack(t), "Resources").(object) {
		eachStatement(at(r, "Properties"), func(s object) {
			for _, field := range []string{"Action", "Resource", "NotAction", "NotResource"} {
				for _, v := range list(s[field]) {
					if !strings.Contains(written(v), "*") {
						continue
					}
					what := id + " " + field + " " + written(v)
					if used[what] = true; wildcards[what] == "" {
						t.Errorf("a wildcard without a reason: %s", what)
					}
				}
			}
		})
	}
	for what, reason := range wildcards {
		if !used[what] {
			t.Errorf("no longer there: %s (%s)", what, reason)
		}
	}
}

// A Deny is the only statement that may be about everybody.
func TestOnlyRefusalsAreForEverybody(t *testing.T) {
	for id, r := range at(stack(t), "Resources").(object) {
		eachStatement(at(r, "Properties"), func(s object) {
			if text(s, "Principal") == "*" && text(s, "Effect") != "Deny" {
				t.Errorf("%s allows everybody: %v", id, s)
			}
			if text(s, "Effect") == "Allow" && (s["NotAction"] != nil || s["NotResource"] != nil) {
				t.Errorf("%s allows by exception: %v", id, s)
			}
		})
	}
}

func TestEveryRoleIsWithinTheBoundary(t *testing.T) {
	if got := refersTo(at(stack(t), "Globals", "Function", "PermissionsBoundary")); got != "FunctionBoundary" {
		t.Errorf("Globals.Function.PermissionsBoundary is %q, want FunctionBoundary", got)
	}
	for id, f := range properties(t, "AWS::Serverless::Function") {
		for _, own := range []string{"Role", "PermissionsBoundary"} {
			if f[own] != nil {
				t.Errorf("%s has a %s of its own", id, own)
			}
		}
	}
}

// The boundary must not take away what a role gives: that would only be seen on AWS.
func TestTheBoundaryHoldsWhatRolesGive(t *testing.T) {
	bounded := map[string]bool{}
	eachStatement(properties(t, "AWS::IAM::ManagedPolicy")["FunctionBoundary"], func(s object) {
		for _, a := range list(s["Action"]) {
			bounded[written(a)] = true
		}
	})
	for id, f := range properties(t, "AWS::Serverless::Function") {
		eachStatement(f["Policies"], func(s object) {
			for _, a := range list(s["Action"]) {
				if !bounded[written(a)] {
					t.Errorf("%s may %s, which FunctionBoundary takes away", id, written(a))
				}
			}
		})
	}
}

// eachStatement visits the statements of every policy inside v.
func eachStatement(v any, visit func(object)) {
	switch v := v.(type) {
	case object:
		if _, isStatement := v["Effect"]; isStatement {
			visit(v)
			return
		}
		for _, name := range names(v) {
			eachStatement(v[name], visit)
		}
	case []any:
		for _, item := range v {
			eachStatement(item, visit)
		}
	}
}
