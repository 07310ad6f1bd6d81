package awsenv

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// awsConfig reads region and credentials, which Lambda sets for every function. The
// SDK's config package would also read profiles, SSO, web identities and the
// instance's metadata, which a function does not have. Without it, each binary is 2
// MB smaller and starts faster.
func awsConfig(getenv func(string) string) aws.Config {
	return aws.Config{
		Region: getenv("AWS_REGION"),
		Credentials: credentials.NewStaticCredentialsProvider(
			getenv("AWS_ACCESS_KEY_ID"), getenv("AWS_SECRET_ACCESS_KEY"), getenv("AWS_SESSION_TOKEN")),
		ConfigSources: []any{endpoints{getenv}},
	}
}

// endpoints returns a service's endpoint from AWS_ENDPOINT_URL_<SERVICE>, the
// variable that the SDK documents.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
type endpoints struct{ getenv func(string) string }

// GetServiceBaseEndpoint is called by each client's NewFromConfig.
func (e endpoints) GetServiceBaseEndpoint(_ context.Context, sdkID string) (string, bool, error) {
	service := strings.ToUpper(strings.ReplaceAll(sdkID, " ", "_"))
	url := e.getenv("AWS_ENDPOINT_URL_" + service)
	return url, url != "", nil
}
