package awsenv

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"didpurchase/internal/wanttest"
)

func environment(kv map[string]string) func(string) string {
	return func(name string) string { return kv[name] }
}

func TestMustHaveNamesWhatIsMissing(t *testing.T) {
	env, err := Load(environment(map[string]string{TableName: "t"}))
	if err != nil {
		t.Fatal(err)
	}
	env.MustHave(TableName)
	defer func() {
		message, _ := recover().(string)
		wanttest.Contains(t, "panic", message, OIDCIssuer)
		wanttest.Contains(t, "panic", message, BucketName)
		wanttest.True(t, "the panic does not name TABLE_NAME, which is set", !strings.Contains(message, TableName))
	}()
	env.MustHave(TableName, OIDCIssuer, BucketName)
	t.Error("no panic")
}

func TestClockOffset(t *testing.T) {
	env, err := Load(environment(map[string]string{clockOffset: "720h"}))
	if err != nil {
		t.Fatal(err)
	}
	if ahead := time.Until(env.Now()); ahead < 719*time.Hour || ahead > 721*time.Hour {
		t.Errorf("clock is %v ahead, want 720h", ahead)
	}
	if now := env.Now(); now.Location() != time.UTC || now.Nanosecond()%int(time.Millisecond) != 0 {
		t.Errorf("clock shows %v, want UTC and whole milliseconds", now)
	}
	if _, err := Load(environment(map[string]string{clockOffset: "a month"})); err == nil ||
		!strings.Contains(err.Error(), clockOffset) {
		t.Errorf("err = %v, want one that names %s", err, clockOffset)
	}
}

// The SDK finds our endpoint and credentials through an interface that it does not
// export; this test checks that it still uses it.
func TestClientsUseEndpointAndCredentials(t *testing.T) {
	var authorization string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		authorization = r.Header.Get("Authorization")
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.Write([]byte(`{"QueueUrls":[]}`))
	}))
	defer server.Close()
	env, err := Load(environment(map[string]string{
		"AWS_REGION": "eu-west-2", "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret",
		"AWS_ENDPOINT_URL_SQS": server.URL,
	}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sqs.NewFromConfig(env.AWS).ListQueues(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(authorization, "Credential=AKID/") || !strings.Contains(authorization, "/eu-west-2/sqs/") {
		t.Errorf("Authorization = %q", authorization)
	}
}
