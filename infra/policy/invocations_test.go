package policy_test

import (
	"strings"
	"testing"

	"didpurchase/internal/wanttest"
)

// maxResourcePolicy is the size in bytes of a function's resource policy that
// Lambda takes.
const maxResourcePolicy = 20480

// statement has the approximate form in which Lambda stores a permission, with the
// longest function name, 64 characters, and the longest name of a region.
const statement = `{"Sid":"did-purchase-123456789012345678901234567890-InventoryImportFunctionUploadedPermission-ABCDEFGHIJKL","Effect":"Allow",` +
	`"Principal":{"Service":"apigateway.amazonaws.com"},"Action":"lambda:InvokeFunction",` +
	`"Resource":"arn:aws-us-gov:lambda:ap-southeast-1:123456789012:function:did-purchase-1234567890123456789-InventoryImportFunction-ABCDEFGHIJKL:live",` +
	`"Condition":{"StringEquals":{"AWS:SourceAccount":"123456789012"},"ArnLike":{"AWS:SourceArn":""}}},`

// permissions returns the statements of the functions' resource policies: those in
// the template, and those that SAM adds for events.
func permissions(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{"AuthorizerFunction": {"execute-api/authorizers/*"}} // EnableFunctionDefaultPermissions
	for _, p := range properties(t, "AWS::Lambda::Permission") {
		function, _ := strings.CutSuffix(refersTo(p["FunctionName"]), ".Alias")
		found[function] = append(found[function], written(p["SourceArn"]))
	}
	for id, f := range properties(t, "AWS::Serverless::Function") {
		for range len(events(f, "HttpApi")) + len(events(f, "S3")) {
			found[id] = append(found[id], "made by SAM for an event")
		}
	}
	return found
}

// A function with routes has one statement for all of them, so that the number of
// routes does not fill its resource policy.
func TestTheAPIMayInvokeItsFunctions(t *testing.T) {
	permissions, routes := permissions(t), routes(t)
	const all = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*"
	for id := range properties(t, "AWS::Serverless::Function") {
		granted := 0
		for _, source := range permissions[id] {
			if source == all {
				granted++
			}
		}
		want := 0
		if len(routes[id]) > 0 {
			want = 1
		}
		wanttest.Equal(t, id+": permissions of the API", granted, want)
	}
	for id, p := range properties(t, "AWS::Lambda::Permission") {
		wants(t, id, p, map[string]string{"Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com"})
	}
}

// One more statement must not make a deploy fail: half of each policy stays free.
func TestResourcePoliciesHaveRoom(t *testing.T) {
	for id, sources := range permissions(t) {
		size := len(`{"Version":"2012-10-17","Id":"default","Statement":[]}`)
		for _, source := range sources {
			size += len(statement) + len(source)
		}
		if size > maxResourcePolicy/2 {
			t.Errorf("%s: %d permissions make a resource policy of about %d bytes, Lambda takes %d: write one permission for "+
				"them", id, len(sources), size, maxResourcePolicy)
		}
	}
}
