package template

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/auth"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/wanttest"
)

func TestEveryFunctionFolderIsInTheStack(t *testing.T) {
	folders, err := os.ReadDir("../../../functions")
	if err != nil {
		t.Fatal(err)
	}
	tpl := load(t, world())
	for _, folder := range folders {
		if _, ok := tpl.Function(folder.Name()); !ok {
			t.Errorf("functions/%s is not in template.yaml", folder.Name())
		}
	}
}

// AWS asks for a visibility time-out of six times the function's time-out, and
// a queue without a dead-letter queue loops for ever.
func TestEveryConsumedQueueIsSafe(t *testing.T) {
	tpl := load(t, world())
	for _, m := range tpl.QueueMappings {
		f, _ := tpl.Function(m.Function)
		i := slices.IndexFunc(tpl.Queues, func(q Queue) bool { return q.Name == m.Queue })
		q := tpl.Queues[i]
		if q.Visibility < 6*f.Timeout {
			t.Errorf("%s is hidden %v, %s may run %v", q.Name, q.Visibility, f.Name, f.Timeout)
		}
		at := fmt.Sprintf("%s and its mapping", q.Name)
		wanttest.True(t, at+": a dead-letter queue is named", q.DeadLetterQueue != "")
		wanttest.True(t, at+": a maximum of receives is set", q.MaxReceiveCount != 0)
		wanttest.True(t, at+": partial batch failures are on", m.PartialFailures)
		wanttest.True(t, at+": a maximum concurrency is set", m.MaxConcurrency != 0)
	}
}

func TestOnlyThePortalIsOpen(t *testing.T) {
	tpl := load(t, world())
	var fallback bool
	for _, r := range tpl.API.Routes {
		if open := r.Authorizer == nil; open != (r.Function == "portal" || r.Path == auth.ProviderEventsPath) {
			t.Errorf("%s %s of %s: open = %v", r.Method, r.Path, r.Function, open)
		}
		fallback = fallback || r.Path == "$default" && r.Method == "ANY"
	}
	if !fallback {
		t.Error("nothing answers $default")
	}
}

// A route has its own limit, or that of every route; no route has none.
func TestEveryRouteIsThrottled(t *testing.T) {
	limits := map[string]Limit{}
	for _, r := range load(t, world()).API.Routes {
		limits[r.Method+" "+r.Path] = r.Limit
		if r.Limit == (Limit{}) {
			t.Errorf("%s %s has no limit", r.Method, r.Path)
		}
	}
	for route, want := range map[string]Limit{
		"POST /v1/orders": {PerSecond: 50, Burst: 100}, "POST /v1/cart/items": {PerSecond: 100, Burst: 200},
		"GET /v1/me": {PerSecond: 200, Burst: 400},
	} {
		if diff := cmp.Diff(want, limits[route]); diff != "" {
			t.Errorf("%s: %s", route, diff)
		}
	}
}

// The operations are the same as in the generated document.
func TestEveryOperationHasItsRouteAndTheReverse(t *testing.T) {
	text, err := os.ReadFile("../../../internal/lambdas/portal/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Paths map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	var documented, routed []string
	for path, operations := range document.Paths {
		for method := range operations {
			documented = append(documented, strings.ToUpper(method)+" "+path)
		}
	}
	for _, r := range load(t, world()).API.Routes {
		if r.Function != "portal" {
			routed = append(routed, r.Method+" "+r.Path)
		}
	}
	slices.Sort(documented)
	slices.Sort(routed)
	if d := cmp.Diff(documented, routed); d != "" {
		t.Errorf("documented, routed (+):\n%s", d)
	}
}

// The stores are tested on the table that is deployed.
func TestTheStoresTableIsTheStacks(t *testing.T) {
	in := dynamo.CreateTableInput("did-purchase")
	want := Table{Name: *in.TableName, Key: keyOfSchema(in.KeySchema),
		StreamView: string(in.StreamSpecification.StreamViewType)}
	for _, a := range in.AttributeDefinitions {
		want.Attributes = append(want.Attributes, Attribute{*a.AttributeName, string(a.AttributeType)})
	}
	for _, x := range in.GlobalSecondaryIndexes {
		want.Indexes = append(want.Indexes, Index{*x.IndexName, keyOfSchema(x.KeySchema), string(x.Projection.ProjectionType),
			x.Projection.NonKeyAttributes})
	}
	if d := cmp.Diff(want, load(t, world()).Table); d != "" {
		t.Error(d)
	}
}

func keyOfSchema(schema []types.KeySchemaElement) (k Key) {
	for _, e := range schema {
		if e.KeyType == types.KeyTypeHash {
			k.Hash = aws.ToString(e.AttributeName)
		} else {
			k.Range = aws.ToString(e.AttributeName)
		}
	}
	return k
}
