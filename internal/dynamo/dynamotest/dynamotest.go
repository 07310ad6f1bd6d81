// Package dynamotest gives a test its own table in a real DynamoDB API: one
// dynoxide for the whole test binary, which ends with it. It knows the table's
// schema, but not its contents.
package dynamotest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"didpurchase/internal/dynamo"
	"didpurchase/internal/localaws/dynoxide"
)

// start runs the binary's dynoxide; it is never stopped, because it ends with
// this process.
var start = sync.OnceValues(func() (*dynoxide.Server, error) {
	ctx := context.Background()
	path, err := dynoxide.Find(ctx)
	if err != nil {
		return nil, err
	}
	return dynoxide.Start(ctx, path, "", io.Discard)
})

var tables atomic.Int64

// connections are shared by all clients of the binary: with idle ones for each
// client, hundreds of parallel tests use up the process's open files.
var connections = awshttp.NewBuildableClient().WithTimeout(10 * time.Second).
	WithTransportOptions(func(t *http.Transport) { t.MaxIdleConns, t.MaxIdleConnsPerHost = 0, 256 })

// New returns a client and the name of a new, empty table that is dropped when
// the test ends. Tests that use it may run in parallel.
func New(t testing.TB) (*dynamodb.Client, string) {
	t.Helper()
	client := dynamodb.NewFromConfig(Config(t))
	name := fmt.Sprintf("test-%d", tables.Add(1))
	if _, err := client.CreateTable(context.Background(), dynamo.CreateTableInput(name)); err != nil {
		t.Fatalf("create table %s: %v", name, err)
	}
	t.Cleanup(func() {
		_, err := client.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: aws.String(name)})
		if err != nil {
			t.Errorf("delete table %s: %v", name, err)
		}
	})
	return client, name
}

// Config returns the SDK's configuration for the binary's dynoxide: for tests
// that build their own clients, with middleware or for the table's stream.
func Config(t testing.TB) aws.Config {
	t.Helper()
	server, err := start()
	if err != nil {
		t.Fatalf("start dynoxide: %v", err)
	}
	return aws.Config{
		Region:       "us-east-1",
		Credentials:  credentials.NewStaticCredentialsProvider("local", "local", ""),
		BaseEndpoint: aws.String(server.URL),
		HTTPClient:   connections,
	}
}
