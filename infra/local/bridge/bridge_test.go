package bridge

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestServersAreReached(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		io.WriteString(w, "you said "+string(body))
	}))
	defer server.Close()
	f, err := Open(0, server.URL)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- f.Run(ctx) }()
	answer, err := http.Post("http://"+f.listeners[0].Addr().String(), "text/plain", strings.NewReader("hello"))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if body, _ := io.ReadAll(answer.Body); string(body) != "you said hello" {
		t.Errorf("got %q", body)
	}
	if !strings.HasPrefix(f.URL, "http://host.docker.internal:") {
		t.Errorf("URL is %s", f.URL)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := http.Get("http://" + f.listeners[0].Addr().String()); err == nil {
		t.Error("it still listens")
	}
}

func TestWhatIsWrongIsSaid(t *testing.T) {
	if _, err := Open(0, "http://nowhere"); err == nil || !strings.Contains(err.Error(), "port") {
		t.Errorf("got %v", err)
	}
	first, err := Open(0, "http://127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	port := first.listeners[0].Addr().(*net.TCPAddr).Port
	if _, err := Open(port, "http://127.0.0.1:1"); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("got %v", err)
	}
}
