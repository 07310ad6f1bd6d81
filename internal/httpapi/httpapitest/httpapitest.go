// Package httpapitest sends requests to handlers of the API as API Gateway would,
// for tests.
package httpapitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"didpurchase/internal/auth"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/wanttest"
)

// Callers of one carrier.
var (
	Buyer  = auth.Principal{Carrier: "acme", Customer: "alice", User: "u1", Roles: []auth.Role{auth.Buyer}}
	Owner  = auth.Principal{Carrier: "acme", Customer: "alice", User: "u4", Roles: []auth.Role{auth.Owner}}
	Viewer = auth.Principal{Carrier: "acme", Customer: "alice", User: "u2", Roles: []auth.Role{auth.Viewer}}
	Admin  = auth.Principal{Carrier: "acme", User: "u3", Roles: []auth.Role{auth.Admin}}
)

// Send makes one request as who and returns the answer, its problem if it is one,
// and the log.
func Send(t *testing.T, h func(*slog.Logger) http.Handler, who *auth.Principal, method, target, body string,
	headers ...string) (*httptest.ResponseRecorder, httpapi.Problem, string) {
	t.Helper()
	request := httpapi.Request{ID: "req-1"}
	if who != nil {
		handover := who.Handover()
		if strings.HasPrefix(target, auth.AcceptPath) {
			handover = auth.NewcomerHandover("https://issuer.example", "newcomer")
		}
		wire, err := json.Marshal(handover)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(wire, &request.Authorizer); err != nil {
			t.Fatal(err)
		}
	}
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	var log bytes.Buffer
	w := httptest.NewRecorder()
	h(slog.New(slog.NewJSONHandler(&log, nil))).ServeHTTP(w, r.WithContext(httpapi.WithRequest(r.Context(), request)))
	var p httpapi.Problem
	if w.Code >= 400 {
		if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
			t.Errorf("%s %s: %d with Content-Type %q", method, target, w.Code, got)
		}
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
			t.Fatalf("%s %s: %v in %s", method, target, err, w.Body)
		}
		at := fmt.Sprintf("%s %s", method, target)
		wanttest.Equal(t, at+": request id", p.RequestID, "req-1")
		wanttest.Equal(t, at+": status", p.Status, w.Code)
		wanttest.Equal(t, at+": title", p.Title, http.StatusText(w.Code))
		wanttest.Equal(t, at+": type", p.Type, "/docs#"+p.Code)
		wanttest.True(t, at+": there is a detail", p.Detail != "")
	}
	return w, p, log.String()
}
