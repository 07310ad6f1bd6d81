package faults_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"

	"didpurchase/internal/faults"
)

// queue is an SQS client without retries, and a counter of the arriving
// requests.
func queue(t *testing.T, plan faults.Plan) (*sqs.Client, *faults.Injector, *atomic.Int32) {
	t.Helper()
	arrived := new(atomic.Int32)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if body, err := io.ReadAll(r.Body); err != nil || len(body) == 0 {
			t.Errorf("body %q, %v", body, err)
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		fmt.Fprintf(w, `{"QueueUrls":["http://queue/%d"]}`, arrived.Add(1))
	}))
	t.Cleanup(server.Close)
	injector := faults.New(plan)
	client := sqs.NewFromConfig(injector.Into(aws.Config{
		Region: "us-east-1", BaseEndpoint: &server.URL, Retryer: func() aws.Retryer { return aws.NopRetryer{} },
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	}))
	return client, injector, arrived
}

func TestFaults(t *testing.T) {
	for _, tc := range []struct {
		fault   faults.Fault
		arrives int32  // requests at the server
		code    string // of the error, "lost" for none from the service, "" for success
	}{
		{faults.None, 1, ""},
		{faults.DropBefore, 0, "lost"},
		{faults.DropAfter, 1, "lost"},
		{faults.Duplicate, 2, ""},
		{faults.Conflict, 1, ""}, // SQS has none
		{faults.Throttle, 0, "ThrottlingException"},
	} {
		t.Run(string(tc.fault), func(t *testing.T) {
			client, injector, arrived := queue(t, faults.Nth(1, tc.fault))
			out, err := client.ListQueues(t.Context(), &sqs.ListQueuesInput{})
			var api smithy.APIError
			switch {
			case tc.code == "" && (err != nil || !slices.Equal(out.QueueUrls, []string{"http://queue/1"})):
				t.Errorf("%v, %v", out, err)
			case tc.code == "lost" && (err == nil || errors.As(err, &api)):
				t.Errorf("err = %v", err)
			case tc.code == "ThrottlingException" && (!errors.As(err, &api) || api.ErrorCode() != tc.code):
				t.Errorf("err = %v", err)
			}
			if arrived.Load() != tc.arrives {
				t.Errorf("%d requests arrived, want %d", arrived.Load(), tc.arrives)
			}
			if broken := tc.fault != faults.None && tc.fault != faults.Conflict; (injector.Broken() == 1) != broken ||
				injector.Total() != 1 {
				t.Errorf("%d of %d broken", injector.Broken(), injector.Total())
			}
			if _, err := client.ListQueues(t.Context(), &sqs.ListQueuesInput{}); err != nil {
				t.Errorf("the call after: %v", err)
			}
		})
	}
}

func TestPlans(t *testing.T) {
	client, injector, _ := queue(t, faults.NthOf("ListQueues", 2, faults.Throttle))
	for n, want := range []bool{false, true, false} {
		_, err := client.ListQueues(t.Context(), &sqs.ListQueuesInput{})
		if (err != nil) != want {
			t.Errorf("call %d: %v", n+1, err)
		}
	}
	if calls := injector.Calls(); calls["ListQueues"] != 3 || len(calls) != 1 {
		t.Errorf("calls %v", calls)
	}
	always := faults.Always("ListQueues", faults.Throttle)
	if always(faults.Call{Operation: "ListQueues"}) != faults.Throttle ||
		always(faults.Call{Operation: "SendMessage"}) != faults.None {
		t.Error("Always")
	}
}

// TestSeededRepeats: the same seed breaks the same calls, and about the given share
// of them.
func TestSeededRepeats(t *testing.T) {
	draw := func(seed uint64) (drawn []faults.Fault) {
		plan := faults.Seeded(seed, 0.25, faults.All...)
		for range 1000 {
			drawn = append(drawn, plan(faults.Call{}))
		}
		return drawn
	}
	first := draw(1)
	if !slices.Equal(first, draw(1)) || slices.Equal(first, draw(2)) {
		t.Error("not a function of the seed")
	}
	whole := 0
	for _, f := range first {
		if f == faults.None {
			whole++
		}
	}
	if whole < 650 || whole > 850 {
		t.Errorf("%d of 1000 whole", whole)
	}
}

// TestSDKRetries: the SDK repeats each of the faults automatically.
func TestSDKRetries(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		fmt.Fprint(w, `{}`)
	}))
	defer server.Close()
	for _, fault := range faults.All {
		injector := faults.New(faults.Nth(1, fault))
		client := sqs.NewFromConfig(injector.Into(aws.Config{
			Region: "us-east-1", BaseEndpoint: &server.URL,
			Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
		}))
		if _, err := client.ListQueues(context.Background(), &sqs.ListQueuesInput{}); err != nil {
			t.Errorf("%s: %v", fault, err)
		}
	}
}

// TestThrottledS3 is for its protocol: errors in XML.
func TestThrottledS3(t *testing.T) {
	injector := faults.New(faults.Nth(1, faults.Throttle))
	client := s3.NewFromConfig(injector.Into(aws.Config{
		Region: "us-east-1", Retryer: func() aws.Retryer { return aws.NopRetryer{} },
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	}))
	_, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("bucket"), Key: aws.String("key")})
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != "SlowDown" {
		t.Errorf("err = %v", err)
	}
}
