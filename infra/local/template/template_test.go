package template

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/wanttest"
)

const stack = "../../../template.yaml"

func world() Surroundings {
	return Surroundings{Parameters: map[string]string{"OidcIssuer": "http://issuer.test", "OidcAudience": "did-purchase"},
		QueueURL: func(name string) string { return "http://sqs.test/" + name }}
}

func load(t *testing.T, w Surroundings) *Template {
	t.Helper()
	tpl, err := Load(stack, w)
	if err != nil {
		t.Fatal(err)
	}
	return tpl
}

func TestFunctionIsResolvedForThisMachine(t *testing.T) {
	w := world()
	w.Parameters["DynamoDBEndpoint"], w.Parameters["ClockOffset"] = "http://db.test", "1h"
	f, ok := load(t, w).Function("renewal-sweep")
	if !ok {
		t.Fatal("no renewal-sweep")
	}
	want := Function{
		Name: "renewal-sweep", CodeURI: "functions/renewal-sweep", Timeout: 55 * time.Second, MemoryMB: 512,
		Env: map[string]string{
			"TABLE_NAME":                "did-purchase",
			"RENEWAL_QUEUE_URL":         "https://sqs.us-east-1.amazonaws.com/123456789012/did-purchase-renewal",
			"IMPORT_QUEUE_URL":          "https://sqs.us-east-1.amazonaws.com/123456789012/did-purchase-import",
			"REPORT_QUEUE_URL":          "https://sqs.us-east-1.amazonaws.com/123456789012/did-purchase-reports",
			"CLOCK_OFFSET":              "1h",
			"AWS_ENDPOINT_URL_DYNAMODB": "http://db.test",
			"AWS_ENDPOINT_URL_SQS":      "",
		},
		Async: Async{MaxRetries: 0, MaxAge: time.Minute, FailureQueue: "did-purchase-sweep-dead-letters"},
	}
	if d := cmp.Diff(want, f); d != "" {
		t.Error(d)
	}
}

func TestStoresAndWhatListensToThem(t *testing.T) {
	tpl := load(t, world())
	if d := cmp.Diff(Key{"pk", "sk"}, tpl.Table.Key); d != "" {
		t.Error(d)
	}
	wantIndexes := []Index{
		{"due", Key{"duePK", "nextAt"}, "INCLUDE", []string{"customer", "carrier"}},
		{"rentals", Key{"owner", "sk"}, "INCLUDE", []string{"state", "began", "label", "tags", "dest", "unpaid"}},
	}
	if d := cmp.Diff(wantIndexes, tpl.Table.Indexes); d != "" {
		t.Error(d)
	}
	wantBucket := Bucket{"did-purchase-inventory-123456789012", true, []Notification{
		{"s3:ObjectCreated:*", "inventory/", "", "inventory-import"},
		{"s3:ObjectCreated:*", "rentals/", "", "inventory-import"},
		{"s3:ObjectCreated:*", "uploads/", "", "inventory-import"},
	}}
	if d := cmp.Diff(wantBucket, tpl.Buckets[0]); d != "" {
		t.Error(d)
	}
	if len(tpl.Streams) != 2 || tpl.Streams[0].FailureBucket != "did-purchase-failures-123456789012" {
		t.Errorf("streams: %+v", tpl.Streams)
	}
	wantMapping := QueueMapping{Function: "inventory-import", Queue: "did-purchase-import", BatchSize: 1,
		MaxConcurrency: 10, PartialFailures: true}
	if !slices.Contains(tpl.QueueMappings, wantMapping) {
		t.Errorf("no %+v in %+v", wantMapping, tpl.QueueMappings)
	}
	wantSchedules := []Schedule{
		{"did-purchase-sweep", "renewal-sweep", "rate(1 minute)", "", 2, time.Minute, "did-purchase-sweep-dead-letters"},
		{"did-purchase-reconcile", "operate", "cron(30 3 * * ? *)", `{"command": "reconcile", "pass": "begin"}`, 2, time.Hour,
			"did-purchase-sweep-dead-letters"},
		{"did-purchase-reconcile-resume", "operate", "rate(15 minutes)", `{"command": "reconcile", "pass": "resume"}`, 2,
			10 * time.Minute, "did-purchase-sweep-dead-letters"},
	}
	if d := cmp.Diff(wantSchedules, tpl.Schedules); d != "" {
		t.Error(d)
	}
}

// tableName is the line by which the template passes the table's name to functions.
const tableName = `TABLE_NAME: !Sub "${Name}${TableSuffix}"`

func TestUnknownPartsAreErrorsWithTheirLine(t *testing.T) {
	text, err := os.ReadFile(stack)
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct{ old, new, want string }{
		"property": {"CodeUri: functions/search", "CodeUri: functions/search\n      VpcConfig: {}",
			`property "VpcConfig"`},
		"resource type":    {"Type: AWS::Logs::LogGroup", "Type: AWS::Kinesis::Stream", `type "AWS::Kinesis::Stream"`},
		"event type":       {"Type: ScheduleV2", "Type: Schedule", `type "Schedule"`},
		"intrinsic":        {tableName, "TABLE_NAME: {Ref: Name}", "want one value"},
		"short intrinsic":  {tableName, "TABLE_NAME: !ImportValue x", "intrinsic !ImportValue"},
		"reference":        {tableName, "TABLE_NAME: !Ref Nmae", `"Nmae"`},
		"condition":        {tableName, "TABLE_NAME: !If [A, B, C]", `condition "A"`},
		"its function":     {"OnAws: !Equals [", "OnAws: !And [", "not !And"},
		"attribute":        {"Queue: !GetAtt ImportQueue.Arn", "Queue: !GetAtt ImportQueue.Url", `attribute "Url"`},
		"wrong target":     {"Queue: !GetAtt ImportQueue.Arn", "Queue: !GetAtt FailuresBucket.Arn", "no AWS::SQS::Queue"},
		"number":           {"Timeout: 900", "Timeout: long", `not "long"`},
		"authorizer":       {"security: [{NONE: []}]", "security: [{Other: []}]", `authorizer "Other"`},
		"path variable":    {"parameters: [*id, *did]", "parameters: [*did]", `parameters are ["did"]`},
		"integration":      {"type: aws_proxy", "type: http_proxy", "integrations aws_proxy"},
		"event of a route": {"Type: ScheduleV2", "Type: HttpApi", "DefinitionBody"},
		"filter":           {`{"dynamodb": {`, `{dynamodb: {`, "not JSON"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := parse("template.yaml", []byte(strings.Replace(string(text), c.old, c.new, 1)), world())
			if err == nil {
				t.Fatalf("no error, want one that contains %q", c.want)
			}
			wanttest.Contains(t, "error", err.Error(), c.want)
			wanttest.True(t, "the error begins with template.yaml:", strings.HasPrefix(err.Error(), "template.yaml:"))
		})
	}
}

func TestParametersAreThoseOfTheTemplate(t *testing.T) {
	t.Parallel()
	unknown := world()
	unknown.Parameters["Tabel"] = "x"
	_, unknownErr := Load(stack, unknown)
	_, missingErr := parse("stack.yaml", []byte("Parameters: {Stage: {Type: String}}"), Surroundings{})
	for want, err := range map[string]error{`no parameter "Tabel"`: unknownErr, `"Stage" needs a value`: missingErr} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestConditionsDecide(t *testing.T) {
	t.Parallel()
	w := world()
	w.Parameters["Schedules"], w.Parameters["TableSuffix"] = "DISABLED", "-restored"
	w.Parameters["TableStreamArn"] = "arn:aws:dynamodb:us-east-1:123456789012:table/did-purchase/stream/local"
	tpl := load(t, w)
	if len(tpl.Schedules) > 0 {
		t.Errorf("schedules though they are disabled: %+v", tpl.Schedules)
	}
	search, _ := tpl.Function("search")
	if got := search.Env["TABLE_NAME"]; got != "did-purchase-restored" || tpl.Table.Name != "did-purchase" {
		t.Errorf("search uses %q as well as the table %q, want only the restored one", got, tpl.Table.Name)
	}
	authorizer, _ := tpl.Function("authorizer")
	if got := authorizer.Env["OIDC_ISSUER"]; got != "http://issuer.test" {
		t.Errorf("the authorizer's issuer is %q, want the parameter", got)
	}
	if len(tpl.Streams) != 2 {
		t.Errorf("%d streams, want only the parameter's", len(tpl.Streams))
	}
}

func TestTheErrorsLineIsTheFiles(t *testing.T) {
	t.Parallel()
	_, err := parse("stack.yaml", []byte("Parameters: {OidcIssuer: {}, OidcAudience: {}}\nResources:\n  Q:\n    Type: "+
		"AWS::SQS::Queue\n    Properties:\n      QueueName: q\n      Colour: red\n"), world())
	if want := `stack.yaml:7: the local world does not know the property "Colour" here`; err == nil ||
		err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestMissingFileIsNamed(t *testing.T) {
	if _, err := Load(filepath.Join(t.TempDir(), "none.yaml"), world()); err == nil {
		t.Error("no error")
	}
}
