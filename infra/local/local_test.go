package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"

	"didpurchase/infra/local/host"
	"didpurchase/internal/wanttest"
)

func TestFlags(t *testing.T) {
	var out bytes.Buffer
	o, err := parseFlags([]string{"--addr", "127.0.0.1:9", "--data", "d", "--reset", "--seed", "none", "--dynamodb",
		"http://x"}, &out)
	if err != nil {
		t.Fatal(err)
	}
	wanttest.Equal(t, "--addr", o.addr, "127.0.0.1:9")
	wanttest.Equal(t, "--data", o.data, "d")
	wanttest.True(t, "--reset", o.reset)
	wanttest.Equal(t, "--seed", o.seed, "none")
	wanttest.Equal(t, "--dynamodb", o.dynamodb, "http://x")
	for _, wrong := range [][]string{{"--seed", "some"}, {"--port", "1"}, {"rebiuld"}, {"--data", ""}} {
		if _, err := parseFlags(wrong, io.Discard); err == nil {
			t.Errorf("%q is taken", wrong)
		}
	}
	out.Reset()
	if _, err := parseFlags([]string{"--help"}, &out); err == nil {
		t.Error("help is no start")
	}
	for _, word := range []string{"-addr", "-data", "-reset", "-seed", "-dynamodb", "rebuild", "reconcile",
		"127.0.0.1:8080"} {
		if !strings.Contains(out.String(), word) {
			t.Errorf("the help lacks %s:\n%s", word, &out)
		}
	}
}

func TestOneInstanceHoldsTheFolder(t *testing.T) {
	path := t.TempDir()
	f, err := openFolder(t.Context(), path, false)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond) // instead of lockPatience
	defer cancel()
	if _, err := openFolder(ctx, path, false); err == nil ||
		!strings.Contains(err.Error(), "another instance runs on "+path) {
		t.Errorf("a second instance gets %v", err)
	}
	if err := f.close(); err != nil {
		t.Fatal(err)
	}
	if f, err = openFolder(t.Context(), path, false); err != nil {
		t.Fatal(err)
	}
	if err := f.close(); err != nil {
		t.Error(err)
	}
}

func TestResetForgetsTheStateAlone(t *testing.T) {
	path := t.TempDir()
	for _, name := range []string{"bin/search", "s3/index.db", "sqs.db", "endpoints.json"} {
		file := filepath.Join(path, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, nil, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	f, err := openFolder(t.Context(), path, true)
	if err != nil {
		t.Fatal(err)
	}
	defer f.close()
	var left []string
	entries, err := os.ReadDir(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		left = append(left, e.Name())
	}
	if strings.Join(left, " ") != "bin lock" {
		t.Errorf("left are %q", left)
	}
}

func TestEndpointsAreThereWhileTheSystemIs(t *testing.T) {
	f, err := openFolder(t.Context(), t.TempDir(), false)
	if err != nil {
		t.Fatal(err)
	}
	defer f.close()
	want := endpoints{API: "http://127.0.0.1:8080", S3Bucket: "files"}
	if err := f.publish(want); err != nil {
		t.Fatal(err)
	}
	if got, err := readEndpoints(f.file(endpointsFile)); err != nil || got != want {
		t.Errorf("read %+v, %v", got, err)
	}
	for range 2 {
		if err := f.withdraw(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := readEndpoints(f.file(endpointsFile)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("withdrawn endpoints: %v", err)
	}
	if got, err := readEndpoints(f.file(lastEndpointsFile)); err != nil || got != want {
		t.Errorf("of the last run %+v, %v", got, err)
	}
}

func TestAUsedPortSaysWhatToDo(t *testing.T) {
	s, err := listenAPI("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_, err = listenAPI(s.Addr().String())
	if err == nil {
		t.Fatal("a used port is no error")
	}
	wanttest.Contains(t, "error", err.Error(), s.Addr().String()+" is in use")
	wanttest.Contains(t, "error", err.Error(), "--addr")
	other, err := listenAgain(s.URL)
	if err != nil || other.URL == s.URL {
		t.Fatalf("instead of a used port %s, %v", other.URL, err)
	}
	other.Close()
	again, err := listenAgain(other.URL)
	if err != nil || again.URL != other.URL {
		t.Errorf("again %s, want %s; %v", again.URL, other.URL, err)
	}
	again.Close()
}

func TestTheRootIsFoundFromWithin(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "template.yaml")); err != nil {
		t.Error(err)
	}
	t.Chdir(t.TempDir())
	if root, err := moduleRoot(); err == nil {
		t.Errorf("outside of the module the root is %s", root)
	}
}

func TestInvoke(t *testing.T) {
	functions := host.NewInProcess()
	functions.Register("echo", time.Minute, func(_ context.Context, in map[string]string) (any, error) {
		if in["fail"] != "" {
			return nil, messages.InvokeResponse_Error{Type: "Refused", Message: in["fail"]}
		}
		return in, nil
	})
	mux := http.NewServeMux()
	mux.Handle("POST "+invokePath+"{function}", invoker(functions))
	tests := []struct {
		function, kind, from, body string
		status                     int
		want                       string
	}{
		{"echo", "application/json", "127.0.0.1:1", `{"a":"b"}`, 200, `{"a":"b"}`},
		{"echo", "application/json; charset=utf-8", "[::1]:1", `{"a":"b"}`, 200, `{"a":"b"}`},
		{"echo", "application/json", "127.0.0.1:1", `{"fail":"no"}`, 200, `{"errorMessage":"no","errorType":"Refused"}`},
		{"echo", "application/json", "192.0.2.7:1", `{}`, 403, "this machine only"},
		{"echo", "text/plain", "127.0.0.1:1", `{}`, 415, "application/json"},
		{"none", "application/json", "127.0.0.1:1", `{}`, 404, "none"},
	}
	for _, test := range tests {
		r := httptest.NewRequest(http.MethodPost, invokePath+test.function, strings.NewReader(test.body))
		r.Header.Set("Content-Type", test.kind)
		r.RemoteAddr = test.from
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		if w.Code != test.status || !strings.Contains(w.Body.String(), test.want) {
			t.Errorf("%+v is answered %d %s", test, w.Code, w.Body)
		}
		if failed := w.Header().Get("X-Amz-Function-Error") != ""; failed != strings.Contains(test.body, "fail") {
			t.Errorf("%+v: function error: %v", test, failed)
		}
	}
}

func TestRebuildGoesOnToTheEnd(t *testing.T) {
	data := t.TempDir()
	err := rebuild(t.Context(), []string{"--data", data, "--carrier", "acme"})
	if err == nil || !strings.Contains(err.Error(), "nothing runs on") {
		t.Errorf("without a running system: %v", err)
	}
	var asked []string
	functions := host.NewInProcess()
	functions.Register("operate", time.Minute, func(_ context.Context, in map[string]string) (any, error) {
		asked = append(asked, fmt.Sprintf("%s %s %s", in["command"], in["carrier"], in["cursor"]))
		if in["cursor"] == "" {
			return map[string]any{"cursor": "half"}, nil
		}
		return map[string]any{"done": true}, nil
	})
	mux := http.NewServeMux()
	mux.Handle("POST "+invokePath+"{function}", invoker(functions))
	front := httptest.NewServer(mux)
	defer front.Close()
	if err := (&folder{path: data}).publish(endpoints{API: front.URL}); err != nil {
		t.Fatal(err)
	}
	if err := rebuild(t.Context(), []string{"--data", data, "--carrier", "acme"}); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(asked, ", "); got != "rebuild acme , rebuild acme half" {
		t.Errorf("asked %s", got)
	}
}

func TestTheAddressOfEveryInterfaceIsNamedAsThisMachines(t *testing.T) {
	l, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if s := newSite(l); !strings.HasPrefix(s.URL, "http://127.0.0.1:") {
		t.Errorf("named %s", s.URL)
	}
}
