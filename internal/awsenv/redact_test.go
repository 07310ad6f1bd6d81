package awsenv

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
)

// sdk returns an error as the SDK does: with its operation, and a message that
// quotes the request.
func sdk(message string) error {
	return fmt.Errorf("dynamo: put: %w", &smithy.OperationError{
		ServiceID: "DynamoDB", OperationName: "PutItem",
		Err: &smithy.GenericAPIError{Code: "ValidationException", Message: message},
	})
}

// refusedCall is a real error of net/http, which quotes the whole URL.
func refusedCall(t *testing.T, query string) error {
	t.Helper()
	response, err := http.Get("http://127.0.0.1:1/files/a.csv?" + query)
	if err == nil {
		response.Body.Close()
		t.Fatal("something listens at port 1")
	}
	return err
}

func TestErrorsAreRedacted(t *testing.T) {
	t.Parallel()
	const prefix = "dynamo: put: operation error DynamoDB: PutItem, api error ValidationException: "
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"a user's key": {sdk(`Key {"pk":{"S":"USER#https://idp.example#sub-alice"}} is too long`),
			prefix + `Key {"pk":{"S":"USER#…"}} is too long`},
		"an API key's hash": {sdk("bad key APIKEY#0a1b2c"), prefix + "bad key APIKEY#…"},
		"a customer's key":  {sdk("pk=CUSTOMER#acme#alice, sk=ENTRY#01"), prefix + "pk=CUSTOMER#…, sk=ENTRY#…"},
		"a number's key":    {sdk("[DID#acme#44207123 442071234567]"), prefix + "[DID#… (number)]"},
		"a partition": {errors.New("dynamo: \"P#4420\" is not the key of a partition"),
			"dynamo: \"P#…\" is not the key of a partition"},
		"a range's key": {sdk("sk R#12#442071234560, S#12#44207123#gold or T#12#44207123"),
			prefix + "sk R#…, S#… or T#…"},
		"a number":       {errors.New("+442071234567 is rented by somebody"), "(number) is rented by somebody"},
		"a shown number": {errors.New("+44 20 7123 4567 is held"), "(number) is held"},
		"an address":     {errors.New("no mailbox zoe.x@private.example"), "no mailbox (address)"},
		"an API key":     {errors.New("key didkey_ABCDEFGH234567 is unknown"), "key didkey_… is unknown"},
		"a token":        {errors.New("parse eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln: bad"), "parse (token): bad"},
		"an access key":  {sdk("no such id AKIAABCDEFGHIJKLMNOP"), prefix + "no such id (access key)"},
		"nothing of these": {errors.New("table did-purchase: 3 of 25 writes in 120 ms, request 01KBQ7Z"),
			"table did-purchase: 3 of 25 writes in 120 ms, request 01KBQ7Z"},
	} {
		if diff := cmp.Diff(c.want, logged(t, "error", c.err)["error"]); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	err := refusedCall(t, "X-Amz-Credential=AKIAABCDEFGHIJKLMNOP%2F20261129&X-Amz-Signature=abcdef0123&"+
		"X-Amz-Security-Token=IQoJb3")
	text := fmt.Sprint(logged(t, "error", err)["error"])
	for _, secret := range []string{"AKIAABCD", "abcdef0123", "IQoJb3"} {
		if strings.Contains(text, secret) {
			t.Errorf("a signed URL's %s is logged: %s", secret, text)
		}
	}
	if !strings.Contains(text, "connection refused") {
		t.Errorf("the reason is lost: %s", text)
	}
}

// Secrets are replaced in every kind of value, and in the message; other
// attributes stay.
func TestSecretsAreRedactedEverywhere(t *testing.T) {
	t.Parallel()
	const token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln"
	for name, value := range map[string]any{
		"text": token, "list": []string{token}, "struct": struct{ Token string }{token}, "map": map[string]string{"a": token},
		"header": http.Header{"Authorization": {"Bearer " + token}}, "wrapped": fmt.Errorf("x: %w", errors.New(token)),
	} {
		if text := fmt.Sprint(logged(t, "value", value)["value"]); strings.Contains(text, "c2ln") {
			t.Errorf("%s: %s", name, text)
		}
	}
	kept := logged(t, "partition", "DID#acme#44207123", "sequence_number", "123456789012", "rows", 1234567, "ids",
		[]string{"01KB"})
	delete(kept, "time")
	want := map[string]any{
		"level": "INFO", "msg": "a (token)", "partition": "DID#acme#44207123", "sequence_number": "123456789012",
		"rows": 1234567.0, "ids": []any{"01KB"},
	}
	if diff := cmp.Diff(want, kept); diff != "" {
		t.Error(diff)
	}
}

// logged returns the line that a logger writes, with a token in its message.
func logged(t *testing.T, attrs ...any) (line map[string]any) {
	t.Helper()
	var out bytes.Buffer
	NewLogger(&out).InfoContext(t.Context(), "a eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln", attrs...)
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	return line
}
