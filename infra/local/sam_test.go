package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// A developer who starts `sam local` by CONTRIBUTING.md must reach the services
// of --sam.
func TestSamconfigNamesOurPorts(t *testing.T) {
	text, err := os.ReadFile("../../samconfig.toml")
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		"OidcIssuer=" + samURL(samIssuerPort), "OidcAudience=" + audience, "DynamoDBEndpoint=" + samURL(samDynamoDBPort),
		"SqsEndpoint=" + samURL(samSQSPort), "S3Endpoint=" + samURL(samS3Port),
		fmt.Sprintf("PublicS3Endpoint=http://127.0.0.1:%d", samS3Port),
	}, " ")
	for _, environment := range []string{"local", "local-arm64"} {
		for _, command := range []string{"local_invoke", "local_start_api", "local_start_lambda"} {
			header := "[" + environment + "." + command + ".parameters]\n"
			_, section, found := strings.Cut(string(text), header)
			section, _, _ = strings.Cut(section, "\n\n")
			if !found || !strings.Contains(section, want) {
				t.Errorf("samconfig.toml: %s has not %s", strings.TrimSpace(header), want)
			}
		}
	}
}
