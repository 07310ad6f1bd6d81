package authorizer

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/dynamo/dynamotest"
)

func env(t *testing.T, issuer string) awsenv.Env {
	t.Helper()
	_, table := dynamotest.New(t)
	return awsenv.Env{
		TableName: table, OIDCIssuer: issuer, OIDCAudience: "did-purchase", AWS: dynamotest.Config(t),
		Now: time.Now, Logger: slog.New(slog.NewJSONHandler(io.Discard, nil)),
	}
}

func ask(t *testing.T, h Handler, name, value string) (events.APIGatewayV2CustomAuthorizerSimpleResponse, error) {
	t.Helper()
	return h(context.Background(), events.APIGatewayV2CustomAuthorizerV2Request{Headers: map[string]string{name: value}})
}

// What is no bearer token is the caller's mistake, told in the context, whoever
// the issuer is.
func TestHeaders(t *testing.T) {
	t.Parallel()
	h := New(env(t, "http://127.0.0.1:1"))
	for _, header := range []string{"", "Basic YWxpY2U6eA==", "token"} {
		answer, err := ask(t, h, "authorization", header)
		reason, _ := answer.Context["error"].(string)
		if err != nil || !answer.IsAuthorized || !strings.Contains(reason, "is not Bearer and a token") {
			t.Errorf("%q: %+v, %v; want it passed on with the reason", header, answer, err)
		}
	}
}

// An issuer that can't be asked is nobody's wrong token: API Gateway answers
// the error with a 500, and the caller tries again.
func TestIssuerThatIsAway(t *testing.T) {
	t.Parallel()
	issuer := httptest.NewServer(http.NotFoundHandler())
	defer issuer.Close()
	const token = "Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln" // {"alg":"RS256"}.{} and some signature
	if answer, err := ask(t, New(env(t, issuer.URL)), "Authorization", token); err == nil {
		t.Errorf("answer = %+v, want an error", answer)
	}
}
