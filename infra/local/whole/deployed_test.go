package whole_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"didpurchase/infra/client"
	"didpurchase/infra/deployed/access"
)

// seenDeployed is the longest time that a sale may take to reach the search on an
// emulated AWS, which reads streams once a second.
const seenDeployed = 15 * time.Second

// runOnDeployed runs the tests on the deployed stack that the file describes.
func runOnDeployed(m *testing.M, file string) int {
	to, err := access.Read(file)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	running = &system{
		deployed: to, client: to.Client, seen: seenDeployed,
		API: to.Outputs["ApiUrl"], Table: to.Outputs["TableName"], Bucket: to.Outputs["InventoryBucketName"],
		S3: "https://s3." + to.Region + ".amazonaws.com", DynamoDB: "https://dynamodb." + to.Region + ".amazonaws.com",
	}
	return m.Run()
}

// onlyLocal skips a test on a deployed stack.
func (s *system) onlyLocal(t *testing.T, reason string) {
	t.Helper()
	if s.deployed != nil {
		t.Skip("SKIPPED: " + reason)
	}
}

// aws returns a configuration for a store of the system.
func (s *system) aws(url string) aws.Config {
	if s.deployed != nil {
		return s.deployed.AWS
	}
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: &url, Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	}
}

// operate invokes the function of operators: through Lambda's API, or through the
// local world's.
func (s *system) operate(t *testing.T, command, into any) {
	t.Helper()
	if s.deployed != nil {
		if err := s.deployed.Invoke(t.Context(), s.deployed.Outputs["OperateFunctionName"], command, into); err != nil {
			t.Fatal(err)
		}
		return
	}
	invocation := client.Call{Method: http.MethodPost, Path: "/local/invoke/operate", Body: command}
	reply := s.api().Send(t.Context(), "", invocation)
	if err := json.Unmarshal(reply.Body, into); reply.Status != http.StatusOK || err != nil {
		t.Fatalf("operate answers %s", reply)
	}
}
