package policy_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Beginnings of the keys of wildcards.
const (
	boundary   = "FunctionBoundary"
	ours       = ":${AWS::Region}:${AWS::AccountId}:"
	table      = " Resource arn:${AWS::Partition}:dynamodb" + ours + "table/${Name}"
	logs       = " Resource arn:${AWS::Partition}:logs" + ours + "log-group:/aws/lambda/${Name}-"
	identities = " Resource arn:${AWS::Partition}:ses" + ours + "identity/*"
	secrets    = " Resource arn:${AWS::Partition}:ssm" + ours + "parameter/${Name}/payments/*"
	pools      = " Resource arn:${AWS::Partition}:cognito-idp" + ours + "userpool/*"
	files      = " Resource arn:${AWS::Partition}:s3:::${Name}-inventory-${AWS::AccountId}/"
	streams    = "a log group's streams"
)

// wildcards are the only ones in actions and resources, with their reasons. SAM
// adds AWS's own policies to roles (logs, X-Ray, SQS, streams), which are wide:
// FunctionBoundary narrows them to this stack.
var wildcards = map[string]string{
	boundary + table + "/index/*":                "a boundary: each role names its index",
	boundary + table + "/stream/*":               "a stream's name is the time at which it was made",
	boundary + table + "${TableSuffix}/index/*":  "a boundary: each role names its index",
	boundary + table + "${TableSuffix}/stream/*": "a stream's name is the time at which it was made",
	boundary + " Resource *":                     "ListStreams, PutTraceSegments and PutTelemetryRecords know no resources",
	boundary + files + "*":                       "a boundary: each role names its prefix",
	boundary + " Resource arn:${AWS::Partition}:s3:::${Name}-failures-${AWS::AccountId}/*": "Lambda chooses the keys of failed batches",
	boundary + logs + "authorizer:*":       streams,
	boundary + logs + "search:*":           streams,
	boundary + logs + "cart:*":             streams,
	boundary + logs + "checkout:*":         streams,
	boundary + logs + "account:*":          streams,
	boundary + logs + "routing:*":          streams,
	boundary + logs + "inventory:*":        streams,
	boundary + logs + "packages:*":         streams,
	boundary + logs + "desk:*":             streams,
	boundary + logs + "rentals:*":          streams,
	boundary + logs + "access:*":           streams,
	boundary + logs + "reports:*":          streams,
	boundary + logs + "reports-worker:*":   streams,
	boundary + logs + "portal:*":           streams,
	boundary + logs + "inventory-import:*": streams,
	boundary + logs + "catalogue:*":        streams,
	boundary + logs + "history:*":          streams,
	boundary + logs + "renewal-sweep:*":    streams,
	boundary + logs + "renewal-worker:*":   streams,
	boundary + logs + "operate:*":          streams,
	boundary + logs + "courier:*":          streams,
	boundary + logs + "payments:*":         streams,
	boundary + identities:                  "an identity is the address or its domain; the condition names the address",
	"CourierFunction" + identities:         "an identity is the address or its domain; the condition names the address",
	boundary + pools:                       "a boundary: the role of access names the stack's pool",
	boundary + secrets:                     "names of parameters: they are carriers' ids",
	"PaymentsFunction" + secrets:           "names of parameters: they are carriers' ids",

	"InventoryBucketPolicy Action s3:*":                                                           "a Deny",
	"InventoryBucketPolicy Resource ${InventoryBucket.Arn}/*":                                     "a Deny",
	"FailuresBucketPolicy Action s3:*":                                                            "a Deny",
	"FailuresBucketPolicy Resource ${FailuresBucket.Arn}/*":                                       "a Deny",
	"QueuesTlsOnly Action sqs:*":                                                                  "a Deny",
	"QueuesTlsOnly Resource arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${Name}-*": "a Deny",

	"AccountFunction" + files + "invoices/*":          "keys of invoices: customers' and invoices' ids",
	"ReportsFunction" + files + "audits/*":            "keys of reports",
	"ReportsWorkerFunction" + files + "audits/*":      "keys of reports",
	"ReportsWorkerFunction" + files + "audit-parts/*": "keys of parts",
	"RentalsFunction" + files + "exports/*":           "keys of files for customers: customers' ids and new ids",
	"RenewalWorkerFunction" + files + "invoices/*":    "keys of invoices",
	"InventoryFunction" + files + "uploads/*":         "keys of uploads: their names are carriers' and imports' ids",
	"InventoryFunction" + files + "reports/*":         "keys of reports",
	"InventoryImportFunction" + files + "inventory/*": "keys of carriers' files",
	"InventoryImportFunction" + files + "uploads/*":   "keys of uploads",
	"InventoryImportFunction" + files + "rentals/*":   "keys of files of rentals that are adopted",
	"InventoryImportFunction" + files + "reports/*":   "keys of reports",
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

// A Deny is the only statement that may apply to everybody.
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
				t.Errorf("%s has its own %s", id, own)
			}
		}
	}
}

// The boundary must allow everything that a role allows: a missing action would
// fail only on AWS.
func TestTheBoundaryHoldsWhatRolesGive(t *testing.T) {
	bounded, resources := map[string]bool{}, map[string]bool{}
	eachStatement(properties(t, "AWS::IAM::ManagedPolicy")["FunctionBoundary"], func(s object) {
		for _, a := range list(s["Action"]) {
			bounded[written(a)] = true
		}
		for _, r := range list(s["Resource"]) {
			resources[written(r)] = true
		}
	})
	groups := properties(t, "AWS::Logs::LogGroup")
	for id, f := range properties(t, "AWS::Serverless::Function") {
		eachStatement(f["Policies"], func(s object) {
			for _, a := range list(s["Action"]) {
				if !bounded[written(a)] {
					t.Errorf("%s may %s, which FunctionBoundary takes away", id, written(a))
				}
			}
		})
		group := written(groups[refersTo(at(f, "LoggingConfig", "LogGroup"))]["LogGroupName"])
		if !resources["arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:"+group+":*"] {
			t.Errorf("%s can't write its log group %s within FunctionBoundary", id, group)
		}
	}
	for id, q := range properties(t, "AWS::SQS::Queue") {
		if !resources["arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:"+written(q["QueueName"])] {
			t.Errorf("no function can reach %s within FunctionBoundary", id)
		}
	}
}

// Stacks are called did-purchase, did-purchase-dev and did-purchase-staging in one
// account. So a name that begins with did-purchase may belong to another stack.
func TestTheBoundaryIsOfThisStack(t *testing.T) {
	beyond := regexp.MustCompile(`\$\{Name\}[^/:]*\*`)
	eachStatement(properties(t, "AWS::IAM::ManagedPolicy")["FunctionBoundary"], func(s object) {
		for _, r := range list(s["Resource"]) {
			if beyond.MatchString(written(r)) {
				t.Errorf("FunctionBoundary: %s is of other stacks too", written(r))
			}
		}
	})
}

// identityKeys are the partitions of users, API keys and invitations.
var identityKeys = []string{"USER#", "APIKEY#", "INVITATION#"}

// A caller who takes over a function must not be able to give others access.
// TestOnlyPaymentsReadsSecrets checks that carriers' secrets are out of reach of
// the other functions, and that no role writes them.
func TestOnlyPaymentsReadsSecrets(t *testing.T) {
	readers := 0
	for id, f := range properties(t, "AWS::Serverless::Function") {
		eachStatement(f["Policies"], func(s object) {
			for _, a := range list(s["Action"]) {
				action := written(a)
				if !strings.HasPrefix(action, "ssm:") {
					continue
				}
				if readers++; id != "PaymentsFunction" || action != "ssm:GetParameters" {
					t.Errorf("%s may %s", id, action)
				}
			}
		})
	}
	if readers != 1 {
		t.Errorf("%d statements are about parameters, want 1", readers)
	}
}

// Only access reaches the user pool, this stack's alone, with the four actions that
// invitations and removals need: none that sets a password or deletes.
func TestOnlyAccessCreatesLogins(t *testing.T) {
	var got []string
	for id, f := range properties(t, "AWS::Serverless::Function") {
		eachStatement(f["Policies"], func(s object) {
			for _, a := range list(s["Action"]) {
				if strings.HasPrefix(written(a), "cognito-idp:") {
					got = append(got, id+" "+written(a)+" "+written(list(s["Resource"])[0]))
				}
			}
		})
	}
	slices.Sort(got)
	want := []string{}
	for _, action := range []string{"AdminCreateUser", "AdminDisableUser", "AdminEnableUser", "AdminGetUser"} {
		want = append(want, "AccessFunction cognito-idp:"+action+" UserPool.Arn")
	}
	if !slices.Equal(got, want) {
		t.Errorf("functions may %q, want %q", got, want)
	}
}

func TestOnlyAccessAndOperateWriteIdentities(t *testing.T) {
	keys, err := os.ReadFile("../../internal/dynamo/keys.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range identityKeys {
		if !strings.Contains(string(keys), `"`+key) {
			t.Errorf("internal/dynamo/keys.go has no %s", key)
		}
	}
	refused := refusedWrites(t)
	for action := range writes {
		if !refused[action] {
			t.Errorf("IdentitiesAreReadOnly does not refuse %s, if a role allowed it", action)
		}
	}
	for id, f := range properties(t, "AWS::Serverless::Function") {
		isDenied := slices.ContainsFunc(list(f["Policies"]),
			func(p any) bool { return refersTo(p) == "IdentitiesAreReadOnly" })
		eachStatement(f["Policies"], func(s object) {
			for _, a := range list(s["Action"]) {
				if action := written(a); writes[action] && id != "AccessFunction" && id != "OperateFunction" &&
					!(isDenied && refused[action]) {
					t.Errorf("%s may %s on users and API keys", id, action)
				}
			}
		})
	}
}

// writes are the actions that can change an item.
var writes = map[string]bool{"dynamodb:PutItem": true, "dynamodb:UpdateItem": true, "dynamodb:DeleteItem": true,
	"dynamodb:BatchWriteItem": true, "dynamodb:PartiQLUpdate": true, "dynamodb:PartiQLInsert": true,
	"dynamodb:PartiQLDelete": true}

// refusedWrites are the actions that IdentitiesAreReadOnly refuses for all identityKeys.
func refusedWrites(t *testing.T) map[string]bool {
	t.Helper()
	refused := map[string]bool{}
	eachStatement(properties(t, "AWS::IAM::ManagedPolicy")["IdentitiesAreReadOnly"], func(s object) {
		keys := list(at(s, "Condition", "ForAnyValue:StringLike", "dynamodb:LeadingKeys"))
		for _, key := range identityKeys {
			if !slices.Contains(keys, any(key+"*")) {
				t.Errorf("IdentitiesAreReadOnly leaves out %s", key)
			}
		}
		for _, a := range list(s["Action"]) {
			if text(s, "Effect") == "Deny" {
				refused[written(a)] = true
			}
		}
	})
	return refused
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
