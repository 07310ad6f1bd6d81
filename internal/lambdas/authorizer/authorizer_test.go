package authorizer

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"

	"didpurchase/internal/auth"
	"didpurchase/internal/awsenv"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/faults"
	"didpurchase/internal/oidc"
	"didpurchase/internal/wanttest"
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

// A header without a bearer token is the caller's mistake, with the reason in the
// context, for any issuer.
func TestHeaders(t *testing.T) {
	t.Parallel()
	h := New(env(t, "http://127.0.0.1:1"))
	for _, header := range []string{"", "Basic YWxpY2U6eA==", "token"} {
		answer, err := ask(t, h, "authorization", header)
		reason, _ := answer.Context["error"].(string)
		at := fmt.Sprintf("%q", header)
		if err != nil {
			t.Fatalf("%s: %v", at, err)
		}
		wanttest.True(t, at+": the request is passed on", answer.IsAuthorized)
		wanttest.Contains(t, at+": reason", reason, "is not Bearer and a token")
	}
}

// While the issuer has never answered, callers can't be identified: the route's
// function answers 503, and the authorizer does not fail, so there is no alarm.
func TestIssuerThatIsAway(t *testing.T) {
	t.Parallel()
	issuer := httptest.NewServer(http.NotFoundHandler())
	defer issuer.Close()
	claims := `{"iss":"` + issuer.URL + `","aud":"did-purchase","scope":"openid","sub":"s","exp":` +
		strconv.FormatInt(time.Now().Add(time.Hour).Unix(), 10) + `}`
	// any signature
	token := "Bearer eyJhbGciOiJSUzI1NiJ9." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".c2ln"
	unavailable(t, New(env(t, issuer.URL)), token, oidc.ErrNoKeys.Error())
}

// A closed API admits no caller.
func TestClosed(t *testing.T) {
	t.Parallel()
	closed := env(t, "http://127.0.0.1:1")
	closed.APIClosed = true
	for _, header := range []string{"Bearer " + auth.NewSecret(), "Bearer x", ""} {
		unavailable(t, New(closed), header, "the API is closed for maintenance")
	}
}

func unavailable(t *testing.T, h Handler, header, reason string) {
	t.Helper()
	answer, err := ask(t, h, "Authorization", header)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := auth.FromHandover(answer.Context); !errors.Is(err, auth.ErrUnavailable) ||
		!strings.Contains(err.Error(), reason) {
		t.Errorf("the handover has %v, want ErrUnavailable with %q", err, reason)
	}
}

// While the database is down, no caller is refused because of it.
func TestDatabaseThatIsAway(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]faults.Fault{"unreachable": faults.DropBefore, "throttled": faults.Throttle} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			away := env(t, "http://127.0.0.1:1")
			away.AWS.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
			away.AWS = faults.New(faults.Always("GetItem", fault)).Into(away.AWS)
			unavailable(t, New(away), "Bearer "+auth.NewSecret(), "the database can't be reached")
		})
	}
}

// A database that never answers must not make the authorizer time out, which
// API Gateway answers with 500.
func TestDatabaseThatIsSilent(t *testing.T) {
	t.Parallel()
	over := make(chan struct{})
	database := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-over }))
	t.Cleanup(func() { close(over); database.Close() })
	silent := env(t, "http://127.0.0.1:1")
	silent.AWS.BaseEndpoint = &database.URL
	ctx, cancel := context.WithTimeout(t.Context(), toAnswer+200*time.Millisecond)
	defer cancel()
	answer, err := New(silent)(ctx, events.APIGatewayV2CustomAuthorizerV2Request{
		Headers: map[string]string{"authorization": "Bearer " + auth.NewSecret()}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := auth.FromHandover(answer.Context); !errors.Is(err, auth.ErrUnavailable) {
		t.Errorf("the handover has %v, want ErrUnavailable", err)
	}
	if ctx.Err() != nil {
		t.Error("no time was left to answer")
	}
}
