package awsenv

import (
	"bytes"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"didpurchase/internal/correlation"
)

func TestLinesSayWhatTheyAreFor(t *testing.T) {
	var out bytes.Buffer
	log := NewLogger(&out).With("a", 1)
	ctx := lambdacontext.NewContext(correlation.With(t.Context(), "01J"),
		&lambdacontext.LambdaContext{AwsRequestID: "inv"})
	log.InfoContext(ctx, "x")
	log.InfoContext(t.Context(), "y")
	lines := strings.Split(out.String(), "\n")
	if !strings.HasSuffix(lines[0], `"a":1,"invocation_id":"inv","correlation_id":"01J"}`) ||
		strings.Contains(lines[1], "_id") {
		t.Errorf("got %s", out.String())
	}
}

func TestMetricsNeedANamespace(t *testing.T) {
	for namespace, want := range map[string]bool{"": false, "did-purchase": true} {
		env, err := Load(environment(map[string]string{metricsNamespace: namespace}))
		if err != nil || (env.Metrics != nil) != want {
			t.Errorf("namespace %q: metrics %v, error %v", namespace, env.Metrics, err)
		}
	}
}
