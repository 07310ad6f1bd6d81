package webhooksend_test

import (
	"compress/gzip"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"didpurchase/internal/wanttest"
	"didpurchase/internal/webhook"
	"didpurchase/internal/webhooksend"
)

const (
	secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	old    = "whsec_AAAQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
)

var delivery = webhook.Delivery{EventID: "evt_1", Body: `{"type":"did.rented"}`}

// No address of this machine or of a private network is reached, in any notation,
// nor through a name: the check is on the address that is dialled, so a name that
// resolves differently the second time gains nothing.
func TestNoPrivateAddressIsReached(t *testing.T) {
	t.Parallel()
	reached := false
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer server.Close()
	port := server.URL[strings.LastIndex(server.URL, ":"):]
	client := webhooksend.New(false, time.Now)
	for _, host := range []string{
		"127.0.0.1", "localhost", "[::1]", "0x7f.1", "0x7f000001", "2130706433", "127.1", "0.0.0.0", "[::]",
		"[::ffff:127.0.0.1]",
		"169.254.169.254", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "[fe80::1]", "[fd00::1]",
		"[64:ff9b::7f00:1]",
		"0177.0.0.1", "0x7f.0.0.1", "127.0.1", "0", "[::127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:169.254.169.254]",
		"[::ffff:a9fe:a9fe]",
		"[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2002:a9fe:a9fe::]", "[fd00:ec2::254]",
		"[fec0::1]", "[ff02::1]",
		"169.254.170.2", "192.0.0.192", "100.100.100.200", "198.18.0.1", "224.0.0.1", "255.255.255.255", "localhost.",
		"127.0.0.1.", "①②⑦.0.0.1",
		"0xa9fea9fe", "2852039166", "0251.0376.0251.0376", "0xa9.254.169.254", "169.254.43518", "[::ffff:10.0.0.1]",
		"[::ffff:0:7f00:1]",
		"[64:ff9b::a00:1]", "[64:ff9b::c0a8:101]", "example.com@127.0.0.1", "user:password@169.254.169.254",
		"127.0.0.1%2eexample.com@[::1]",
	} {
		answer := client.Send(t.Context(), "https://"+host+port+"/", []string{secret}, delivery)
		wanttest.Equal(t, host+": status", answer.Status, 0)
		wanttest.True(t, host+": the address is prohibited, or is none: "+answer.Error, notDialled(answer.Error))
	}
	wanttest.Equal(t, "the server was reached", reached, false)
	plain := client.Send(t.Context(), "http://example.com/", []string{secret}, delivery)
	wanttest.Contains(t, "plain HTTP", plain.Error, "not https")
}

func notDialled(err string) bool {
	return strings.Contains(err, "prohibited IP address") || strings.Contains(err, "no such host")
}

// Whatever a receiver answers, its status and at most a kilobyte of its body are
// kept, and the try ends.
func TestAnswersOfOddReceivers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		status int // 0 for no answer
		kept   int // bytes
		err    string
	}{
		"an answer that never ends": {func(out http.ResponseWriter, in *http.Request) {
			for in.Context().Err() == nil {
				_, _ = io.WriteString(out, strings.Repeat("x", 4096))
			}
		}, 200, 1024, ""},
		"a gzip bomb": {func(out http.ResponseWriter, _ *http.Request) {
			out.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(out)
			_, _ = z.Write(make([]byte, 10<<20))
			_ = z.Close()
		}, 200, 1024, ""},
		"a broken gzip": {func(out http.ResponseWriter, _ *http.Request) {
			out.Header().Set("Content-Encoding", "gzip")
			_, _ = io.WriteString(out, "no gzip")
		}, 200, 0, ""},
		"an answer that is cut off": {func(out http.ResponseWriter, _ *http.Request) {
			out.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(out, "half")
		}, 200, 4, ""},
		"a header of 20 KB": {func(out http.ResponseWriter, _ *http.Request) {
			out.Header().Set("X-Long", strings.Repeat("x", 20<<10))
		}, 0, 0, "exceeded"},
		"a connection that breaks": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 0, 0, "EOF"},
	} {
		server := httptest.NewServer(c.answer)
		got := webhooksend.New(true, time.Now).Send(t.Context(), server.URL, []string{secret}, delivery)
		server.CloseClientConnections()
		server.Close()
		wanttest.Equal(t, name+": status", got.Status, c.status)
		wanttest.Equal(t, name+": kept bytes", len(got.Body), c.kept)
		wanttest.Contains(t, name+": error", got.Error, c.err)
	}
	untrusted := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer untrusted.Close()
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0)
	got := webhooksend.New(true, time.Now).Send(t.Context(), untrusted.URL, []string{secret}, delivery)
	wanttest.Contains(t, "a certificate of nobody", got.Error, "certificate")
}

// A receiver may ask for a pause, of an hour at most.
func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	for header, want := range map[string]time.Duration{
		"": 0, "120": 2 * time.Minute, "-5": 0, "soon": 0, "99999999": time.Hour, "999999999999999999999": time.Hour,
		"Mon, 30 Nov 2026 09:10:00 GMT": 10 * time.Minute, "Mon, 30 Nov 2026 08:00:00 GMT": 0,
		"Tue, 01 Dec 2026 09:00:00 GMT": time.Hour,
	} {
		server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) {
			out.Header().Set("Retry-After", header)
			out.WriteHeader(http.StatusTooManyRequests)
		}))
		got := webhooksend.New(true, func() time.Time { return now }).Send(t.Context(), server.URL, []string{secret},
			delivery)
		server.Close()
		wanttest.Equal(t, "pause of "+header, got.RetryAfter, want)
	}
}

// The signature is valid for both secrets while they overlap, and a redirect is an
// answer like others.
func TestSend(t *testing.T) {
	t.Parallel()
	var errs []error
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		for _, s := range []string{secret, old} {
			verifier, _ := standardwebhooks.NewWebhook(s)
			errs = append(errs, verifier.Verify([]byte(delivery.Body), in.Header))
		}
		http.Redirect(out, in, "http://169.254.169.254/", http.StatusFound)
		_, _ = out.Write([]byte(strings.Repeat("x", 5000))) // after the body of the redirect
	}))
	defer server.Close()
	answer := webhooksend.New(true, time.Now).Send(t.Context(), server.URL, []string{secret, old}, delivery)
	wanttest.Equal(t, "status", answer.Status, http.StatusFound)
	wanttest.Equal(t, "kept of the answer", len(answer.Body), 1024)
	wanttest.Equal(t, "verifications", len(errs), 2)
	for _, err := range errs {
		wanttest.Equal(t, "verification", err, nil)
	}
}
