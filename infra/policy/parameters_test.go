package policy_test

import (
	"regexp"
	"strings"
	"testing"

	"didpurchase/internal/wanttest"
)

// parameterExamples are values that a parameter accepts and refuses.
var parameterExamples = map[string]struct{ takes, refuses []string }{
	"Name": {[]string{"did-purchase", "abc", strings.Repeat("a", 31)},
		[]string{"", "Did", "1a2", "did-", "did_purchase", strings.Repeat("a", 32), "ab"}},
	"OidcIssuer": {[]string{"", "https://id.example/realms/a/"},
		[]string{"id.example", "https://id.example/?a=b", "https://id example"}},
	"OidcAudience": {[]string{"", "portal", "https://did.example/api"}, []string{"a b"}},
	"OidcSignIn":   {[]string{"", "https://login.example"}, []string{"login.example"}},
	"PortalUrl": {[]string{"", "https://numbers.example", "http://localhost:8080"},
		[]string{"https://numbers.example/", "numbers.example", "x https://a"}},
	"AlarmEmail":     {[]string{"", "ops@carrier.example"}, []string{"ops", "a b@c.example"}},
	"TableSuffix":    {[]string{"", "-restored"}, []string{"restored", "-", "-a/b"}},
	"TableStreamArn": {[]string{"", "arn:aws-us-gov:dynamodb:us-gov-west-1:123456789012:table/did-purchase/stream/2026-11-24T12:00:00.000"}, []string{"arn:aws:dynamodb:eu-west-1:123456789012:table/did-purchase", "stream"}},
	"ClockOffset":    {[]string{"", "1h30m", "-2s", "0s"}, []string{"1", "h", "1d"}},
	"EventBusName": {[]string{"", "default", "did.events"},
		[]string{"a/b", "arn:aws:events:eu-west-1:123456789012:event-bus/a"}},
	"EventBridgeEndpoint": {[]string{"", "http://127.0.0.1:8000"}, []string{"127.0.0.1:8000"}},
	"DynamoDBEndpoint":    {[]string{"", "http://127.0.0.1:8000"}, []string{"127.0.0.1:8000"}},
	"MailFrom":            {[]string{"", "books@example.com"}, []string{"books", "a b@example.com"}},
	"SesEndpoint":         {[]string{"", "http://127.0.0.1:8000"}, []string{"127.0.0.1:8000"}},
	"SsmEndpoint":         {[]string{"", "http://127.0.0.1:8000"}, []string{"127.0.0.1:8000"}},
	"StripeUrl":           {[]string{"", "http://127.0.0.1:8000"}, []string{"127.0.0.1:8000"}},
	"SqsEndpoint":         {[]string{"", "http://127.0.0.1:8000"}, []string{"127.0.0.1:8000"}},
	"S3Endpoint":          {[]string{"", "http://127.0.0.1:8000"}, []string{"127.0.0.1:8000"}},
	"PublicS3Endpoint":    {[]string{"", "http://127.0.0.1:8000"}, []string{"127.0.0.1:8000"}},
}

// A wrong parameter is refused before the deploy begins, and the default is
// accepted.
func TestParametersAreChecked(t *testing.T) {
	for name, p := range at(stack(t), "Parameters").(object) {
		if at(p, "AllowedValues") != nil || at(p, "MinValue") != nil {
			continue
		}
		examples, known := parameterExamples[name]
		if !known || text(p, "AllowedPattern") == "" {
			t.Errorf("%s takes anything, or has no examples here", name)
			continue
		}
		pattern := regexp.MustCompile(text(p, "AllowedPattern"))
		wanttest.True(t, name+": its pattern has both ends", strings.HasPrefix(pattern.String(), "^") &&
			strings.HasSuffix(pattern.String(), "$"))
		wanttest.True(t, name+" takes its default", pattern.MatchString(text(p, "Default")))
		for _, v := range examples.takes {
			wanttest.True(t, name+" takes "+v, pattern.MatchString(v))
		}
		for _, v := range examples.refuses {
			wanttest.True(t, name+" refuses "+v, !pattern.MatchString(v))
		}
	}
}

// physicalNames are the properties by which AWS knows a resource, with the length
// that AWS allows. Other resources get a name from CloudFormation, which shortens
// it to the allowed length for any name of the stack.
var physicalNames = map[string]int{
	"TableName": 255, "BucketName": 63, "QueueName": 80, "LogGroupName": 512, "DashboardName": 255, "AlarmName": 255,
	"TopicName": 256, "UserPoolName": 128, "Domain": 63,
}

// Two stacks of an account have different names: each physical name begins with the
// parameter Name, and is short enough with the longest one.
func TestNamesAreOfTheStack(t *testing.T) {
	for id, r := range at(stack(t), "Resources").(object) {
		if text(r, "Type") == "AWS::Logs::MetricFilter" {
			continue // it names another resource
		}
		for property, most := range physicalNames {
			v := at(r, "Properties", property)
			if v == nil || refersTo(v) == "Name" {
				continue
			}
			name := written(v)
			wanttest.True(t, id+": "+property+" has the stack's name", strings.Contains(name, "${Name}"))
			longest := strings.NewReplacer("${Name}", strings.Repeat("n", 31), "${AWS::AccountId}", "123456789012").Replace(name)
			wanttest.True(t, id+": "+property+" has its own length", !strings.Contains(longest, "${"))
			if len(longest) > most {
				t.Errorf("%s: %s may be %d long, AWS takes %d", id, property, len(longest), most)
			}
		}
	}
	for id, f := range properties(t, "AWS::Serverless::Function") {
		wanttest.True(t, id+" gets its name from CloudFormation", f["FunctionName"] == nil)
		for _, s := range events(f, "ScheduleV2") {
			wanttest.True(t, id+": schedule "+written(s["Name"]), strings.HasPrefix(written(s["Name"]), "${Name}-"))
		}
	}
}

var ofOnePartition = regexp.MustCompile(`arn:aws:|[a-z]\.amazonaws\.com(/|$)|\}\.amazonaws\.com|console\.aws\.amazon`)

// The template can be deployed in China and in GovCloud too: no ARN and no host
// is of one partition only. Principals of services have one name everywhere.
func TestNothingIsOfOnePartition(t *testing.T) {
	var visit func(path string, v any)
	visit = func(path string, v any) {
		switch v := v.(type) {
		case object:
			for name, inner := range v {
				visit(path+"."+name, inner)
			}
		case []any:
			for _, item := range v {
				visit(path, item)
			}
		case string:
			if ofOnePartition.MatchString(v) && !strings.HasSuffix(path, "Principal") && !strings.HasSuffix(path, "Service") {
				t.Errorf("%s is of one partition: %s", path, v)
			}
		}
	}
	for _, part := range []string{"Resources", "Outputs", "Conditions", "Globals"} {
		visit(part, at(stack(t), part))
	}
	for _, partition := range []string{"aws", "aws-cn", "aws-us-gov"} {
		wanttest.True(t, "the mapping of "+partition, at(stack(t), "Mappings", "Partitions", partition) != nil)
	}
}
