package webhooksend

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"didpurchase/internal/wanttest"
	"didpurchase/internal/webhook"
)

var (
	key  = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	sent = webhook.Delivery{EventID: "evt_1", Body: `{"type":"did.rented"}`}
)

// trusting returns the sender with an additional certificate authority.
func trusting(authority *x509.Certificate) *Client {
	c := New(true, time.Now)
	pool := x509.NewCertPool()
	pool.AddCert(authority)
	c.http.Transport.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: pool, ServerName: "example.com"}
	return c
}

// A receiver that speaks HTTP/2 gets signed deliveries over one connection, also
// several at once, and its answers are kept like answers over HTTP/1.1.
func TestAReceiverOfHTTP2(t *testing.T) {
	t.Parallel()
	verifier, err := standardwebhooks.NewWebhook(key)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex // guards the two
	connections, versions := map[string]bool{}, map[string]int{}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		body, _ := io.ReadAll(in.Body) // half a body has another signature
		if verifier.Verify(body, in.Header) != nil {
			out.WriteHeader(http.StatusUnauthorized)
			return
		}
		mu.Lock()
		connections[in.RemoteAddr], versions[in.Proto] = true, versions[in.Proto]+1
		mu.Unlock()
		out.WriteHeader(http.StatusAccepted)
		_, _ = io.WriteString(out, "thanks")
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	client := trusting(server.Certificate())
	first := client.Send(t.Context(), server.URL, []string{key}, sent)
	wanttest.Equal(t, "error", first.Error, "")
	wanttest.Equal(t, "kept answer", first.Body, "thanks")
	var others sync.WaitGroup
	for range webhook.PerWebhook {
		others.Go(func() {
			answer := client.Send(t.Context(), server.URL, []string{key}, sent)
			wanttest.Equal(t, "status of a parallel delivery", answer.Status, http.StatusAccepted)
		})
	}
	others.Wait()
	wanttest.Diff(t, "deliveries by protocol", versions, map[string]int{"HTTP/2.0": 1 + webhook.PerWebhook})
	wanttest.Equal(t, "connections", len(connections), 1)
}

// A receiver of HTTP/2 that breaks the stream gets no second request: the courier
// decides when to try again.
func TestABrokenStreamOfHTTP2(t *testing.T) {
	t.Parallel()
	asked := 0
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		asked++
		panic(http.ErrAbortHandler)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	answer := trusting(server.Certificate()).Send(t.Context(), server.URL, []string{key}, sent)
	wanttest.Contains(t, "error", answer.Error, "stream error")
	wanttest.Equal(t, "status", answer.Status, 0)
	wanttest.Equal(t, "requests", asked, 1)
}

// drip answers a byte every 3 seconds, without an end.
type drip struct{ header bool }

// RoundTrip implements http.RoundTripper.
func (d drip) RoundTrip(r *http.Request) (*http.Response, error) {
	if !d.header { // not even the header is complete
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	read, write := io.Pipe()
	context.AfterFunc(r.Context(), func() { write.CloseWithError(r.Context().Err()) }) // as a connection does
	go func() {
		for err := error(nil); err == nil; _, err = write.Write([]byte("x")) {
			time.Sleep(3 * time.Second)
		}
	}()
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: read, Request: r}, nil
}

// A receiver that answers byte by byte occupies the function for the timeout, and
// no longer. A try that received the header has its status, and the received part
// of the body.
func TestASlowDrip(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		transport drip
		status    int
		body      string
	}{
		"of the header": {drip{header: false}, 0, ""},
		"of the body":   {drip{header: true}, http.StatusOK, "xxx"},
	} {
		synctest.Test(t, func(t *testing.T) { // its clock jumps
			client := New(true, time.Now)
			client.http.Transport = c.transport
			answer := client.Send(t.Context(), "http://127.0.0.1/", []string{key}, sent)
			wanttest.Equal(t, "a drip "+name+": status", answer.Status, c.status)
			wanttest.Equal(t, "a drip "+name+": kept of the body", answer.Body, c.body)
			wanttest.Equal(t, "a drip "+name+": time", answer.Took, Timeout)
			time.Sleep(Timeout) // until the receiver notices
		})
	}
}
