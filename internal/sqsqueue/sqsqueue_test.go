package sqsqueue_test

import (
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"didpurchase/internal/localaws/sqs"
	"didpurchase/internal/sqsqueue"
)

func TestSendAndDepth(t *testing.T) {
	t.Parallel()
	server, err := sqs.Open(filepath.Join(t.TempDir(), "queues.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if err := server.Declare(sqs.Queue{Name: "work"}); err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server)
	defer web.Close()
	cfg := aws.Config{Region: "us-east-1", BaseEndpoint: &web.URL,
		Credentials: credentials.NewStaticCredentialsProvider("a", "b", "")}
	queue := sqsqueue.New(cfg, sqs.URL(web.Listener.Addr().String(), "work"))

	var bodies []string
	for i := range 23 {
		bodies = append(bodies, fmt.Sprintf("message %d", i))
	}
	if err := queue.Send(t.Context(), bodies); err != nil {
		t.Fatal(err)
	}
	if _, err := server.Receive(t.Context(), "work", 5, time.Hour, 0); err != nil {
		t.Fatal(err)
	}
	if depth, err := queue.Depth(t.Context()); err != nil || depth != 23 {
		t.Errorf("depth %d, %v; want 23, five of them in flight", depth, err)
	}
	// SQS refuses an empty message and takes the others of its batch.
	if err := queue.Send(t.Context(), []string{"fine", ""}); err == nil ||
		!strings.Contains(err.Error(), "refused message 1") {
		t.Errorf("an empty message: %v", err)
	}
	if depth, err := queue.Depth(t.Context()); err != nil || depth != 24 {
		t.Errorf("depth %d, %v; want 24", depth, err)
	}
	// Ten long messages are too long for one request.
	if err := queue.Send(t.Context(), slices.Repeat([]string{strings.Repeat("x", 120_000)}, 10)); err != nil {
		t.Error(err)
	}
	if depth, err := queue.Depth(t.Context()); err != nil || depth != 34 {
		t.Errorf("depth %d, %v; want 34", depth, err)
	}
	if _, err := sqsqueue.New(cfg, web.URL+"/1/none").Depth(t.Context()); err == nil {
		t.Error("a queue that is not there has a depth")
	}
}
