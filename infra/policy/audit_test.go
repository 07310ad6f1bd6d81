package policy_test

import (
	"slices"
	"strings"
	"testing"
)

// auditKeys is the pattern of the partitions of the audit.
const auditKeys = "AUDIT#*"

// auditors are the functions that write entries of the audit.
var auditors = []string{"DeskFunction", "AccessFunction", "ReportsFunction", "InventoryFunction", "PackagesFunction",
	"InventoryImportFunction", "HistoryFunction", "OperateFunction", "PaymentsFunction"}

// deniedOn lists the actions that a policy denies on the audit's partitions.
func deniedOn(policy any, keys string) (actions []string) {
	eachStatement(policy, func(s object) {
		if text(s, "Effect") != "Deny" || !slices.Contains(list(at(s, "Condition", "ForAnyValue:StringLike",
			"dynamodb:LeadingKeys")), any(keys)) {
			return
		}
		for _, a := range list(s["Action"]) {
			actions = append(actions, written(a))
		}
	})
	return actions
}

// No function's role can change or delete an entry of the audit: the boundary of
// every role denies it, and allows no other action that could.
func TestTheAuditIsAppendOnly(t *testing.T) {
	boundary := properties(t, "AWS::IAM::ManagedPolicy")["FunctionBoundary"]
	denied := deniedOn(boundary, auditKeys)
	eachStatement(boundary, func(s object) {
		if text(s, "Effect") != "Allow" {
			return
		}
		for _, a := range list(s["Action"]) {
			action := written(a)
			if writes[action] && action != "dynamodb:PutItem" && !slices.Contains(denied, action) ||
				strings.HasSuffix(action, "*") {
				t.Errorf("FunctionBoundary: a role may %s on the audit", action)
			}
		}
	})
	global := at(stack(t), "Globals", "Function", "PermissionsBoundary")
	for id, f := range properties(t, "AWS::Serverless::Function") {
		own, isOwn := f["PermissionsBoundary"]
		if boundary := refersTo(own); !isOwn && refersTo(global) != "FunctionBoundary" || isOwn &&
			boundary != "FunctionBoundary" {
			t.Errorf("%s has not the boundary", id)
		}
	}
}

// Only functions whose acts are in the audit write its entries; the template names
// them.
func TestOnlyAuditorsWriteEntries(t *testing.T) {
	if denied := deniedOn(properties(t, "AWS::IAM::ManagedPolicy")["AuditIsReadOnly"], auditKeys); !slices.Contains(denied,
		"dynamodb:PutItem") {
		t.Errorf("AuditIsReadOnly refuses %v", denied)
	}
	for id, f := range properties(t, "AWS::Serverless::Function") {
		isDenied := slices.ContainsFunc(list(f["Policies"]), func(p any) bool { return refersTo(p) == "AuditIsReadOnly" })
		eachStatement(f["Policies"], func(s object) {
			puts := text(s, "Effect") == "Allow" &&
				slices.ContainsFunc(list(s["Action"]), func(a any) bool { return written(a) == "dynamodb:PutItem" })
			if puts && !isDenied && !slices.Contains(auditors, id) {
				t.Errorf("%s may write entries of the audit", id)
			}
		})
	}
}
