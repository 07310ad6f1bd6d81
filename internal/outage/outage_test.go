package outage_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"didpurchase/internal/commit"
	"didpurchase/internal/outage"
)

// refusing is a service that answers each request with the status and the code.
func refusing(t *testing.T, status int, code string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"__type":%q,"message":"m"}`, code)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// silent is a service that accepts connections and never answers.
func silent(t *testing.T) string {
	t.Helper()
	over := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-over }))
	t.Cleanup(func() { close(over); server.Close() })
	return server.URL
}

func TestWhichErrorsAreOutages(t *testing.T) {
	t.Parallel()
	for what, tc := range map[string]struct {
		endpoint string
		outage   bool
	}{
		"the connection is refused":  {"http://127.0.0.1:1", true},
		"the server does not answer": {silent(t), true},
		"unknown host":               {"http://nowhere.invalid", true},
		"throttled":                  {refusing(t, 400, "ThrottlingException"), true},
		"over capacity":              {refusing(t, 400, "ProvisionedThroughputExceededException"), true},
		"internal error":             {refusing(t, 500, "InternalServerError"), true},
		"unavailable":                {refusing(t, 503, "ServiceUnavailable"), true},
		"no permission":              {refusing(t, 400, "AccessDeniedException"), false},
		"request at fault":           {refusing(t, 400, "ValidationException"), false},
		"no such thing":              {refusing(t, 400, "ResourceNotFoundException"), false},
		"signature is wrong":         {refusing(t, 403, "InvalidSignatureException"), false},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			client := sqs.NewFromConfig(outage.Marked(aws.Config{
				Region: "us-east-1", BaseEndpoint: &tc.endpoint,
				Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
				HTTPClient:  awshttp.NewBuildableClient().WithTimeout(100 * time.Millisecond),
			}))
			_, err := client.ListQueues(t.Context(), &sqs.ListQueuesInput{})
			if got := errors.Is(err, commit.ErrUnavailable); err == nil || got != tc.outage {
				t.Errorf("outage %t, want %t: %v", got, tc.outage, err)
			}
		})
	}
}
