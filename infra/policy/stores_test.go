package policy_test

import (
	"slices"
	"strconv"
	"testing"
)

const (
	days14         = "1209600" // seconds
	failedAttempts = 5
)

// wants fails for each path that has another value.
func wants(t *testing.T, id string, v any, want map[string]string) {
	t.Helper()
	for _, path := range names(want) {
		if got := written(at(v, split(path)...)); got != want[path] {
			t.Errorf("%s: %s is %q, want %q", id, path, got, want[path])
		}
	}
}

func split(path string) (parts []string) {
	for start, i := 0, 0; i <= len(path); i++ {
		if i == len(path) || path[i] == '.' {
			parts, start = append(parts, path[start:i]), i+1
		}
	}
	return parts
}

// the kinds of resources that store data
var keepers = []string{"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::Cognito::UserPool"}

func TestDataOutlivesTheStack(t *testing.T) {
	for id, r := range at(stack(t), "Resources").(object) {
		if slices.Contains(keepers, text(r, "Type")) {
			wants(t, id, r, map[string]string{"DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"})
		}
	}
}

func TestTableIsProtected(t *testing.T) {
	for id, p := range properties(t, "AWS::DynamoDB::Table") {
		wants(t, id, p, map[string]string{
			"PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled": "true",
			"DeletionProtectionEnabled":                                   "true",
			"SSESpecification.SSEEnabled":                                 "true",
			"BillingMode":                                                 "PAY_PER_REQUEST",
			"TimeToLiveSpecification.Enabled":                             "true",
		})
	}
}

func TestUserPoolIsProtected(t *testing.T) {
	for id, p := range properties(t, "AWS::Cognito::UserPool") {
		wants(t, id, p, map[string]string{"DeletionProtection": "ACTIVE",
			"AdminCreateUserConfig.AllowAdminCreateUserOnly": "true"})
	}
}

func TestBucketsAreProtected(t *testing.T) {
	for id, p := range properties(t, "AWS::S3::Bucket") {
		wants(t, id, p, map[string]string{
			"VersioningConfiguration.Status":                       "Enabled",
			"PublicAccessBlockConfiguration.BlockPublicAcls":       "true",
			"PublicAccessBlockConfiguration.BlockPublicPolicy":     "true",
			"PublicAccessBlockConfiguration.IgnorePublicAcls":      "true",
			"PublicAccessBlockConfiguration.RestrictPublicBuckets": "true",
		})
		if len(list(at(p, "BucketEncryption", "ServerSideEncryptionConfiguration"))) == 0 {
			t.Errorf("%s is not encrypted", id)
		}
		if !forbidsPlainHTTP(t, "AWS::S3::BucketPolicy", "Bucket", id) {
			t.Errorf("%s can be reached without TLS", id)
		}
		tidies(t, id, p)
	}
}

// tidies fails for a bucket in which invisible data would grow for ever: parts of
// unfinished uploads, and old versions.
func tidies(t *testing.T, id string, bucket object) {
	t.Helper()
	found := map[string]bool{}
	for _, rule := range list(at(bucket, "LifecycleConfiguration", "Rules")) {
		for name := range rule.(object) {
			found[name] = found[name] || text(rule, "Status") == "Enabled"
		}
	}
	for _, need := range []string{"AbortIncompleteMultipartUpload", "NoncurrentVersionExpiration", "ExpirationInDays"} {
		if !found[need] {
			t.Errorf("%s has no lifecycle rule with %s", id, need)
		}
	}
}

// forbidsPlainHTTP fails unless a policy on the store denies everything without
// TLS.
func forbidsPlainHTTP(t *testing.T, kind, subject, id string) (found bool) {
	for _, p := range properties(t, kind) {
		if !slices.ContainsFunc(list(p[subject]), func(v any) bool { return refersTo(v) == id }) {
			continue
		}
		eachStatement(p, func(s object) {
			found = found || text(s, "Effect") == "Deny" && text(s, "Principal") == "*" &&
				text(s, "Condition", "Bool", "aws:SecureTransport") == "false"
		})
	}
	return found
}

func TestQueuesLoseNothing(t *testing.T) {
	queues := properties(t, "AWS::SQS::Queue")
	isDeadLetters := map[string]bool{}
	for id, q := range queues {
		if to := refersTo(at(q, "RedrivePolicy", "deadLetterTargetArn")); to != "" {
			isDeadLetters[to] = true
			wants(t, id, q, map[string]string{"RedrivePolicy.maxReceiveCount": strconv.Itoa(failedAttempts)})
		}
	}
	for id := range failureQueues(t) {
		isDeadLetters[id] = true
	}
	for id, q := range queues {
		wants(t, id, q, map[string]string{"SqsManagedSseEnabled": "true"})
		if isDeadLetters[id] {
			wants(t, id, q, map[string]string{"MessageRetentionPeriod": days14})
		} else if at(q, "RedrivePolicy") == nil {
			t.Errorf("%s has no dead letters", id)
		}
		if !forbidsPlainHTTP(t, "AWS::SQS::QueuePolicy", "Queues", id) {
			t.Errorf("%s can be reached without TLS", id)
		}
	}
}

// failureQueues are the queues for events that could not be processed.
func failureQueues(t *testing.T) map[string]bool {
	found := map[string]bool{}
	for _, f := range properties(t, "AWS::Serverless::Function") {
		found[refersTo(at(f, "EventInvokeConfig", "DestinationConfig", "OnFailure", "Destination"))] = true
		for _, s := range events(f, "ScheduleV2") {
			found[refersTo(at(s, "DeadLetterConfig", "Arn"))] = true
		}
	}
	delete(found, "")
	return found
}
