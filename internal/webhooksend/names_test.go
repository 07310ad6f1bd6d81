package webhooksend_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"didpurchase/internal/wanttest"
	"didpurchase/internal/webhooksend"
)

// answerDNS answers each question for an IPv4 address with the next of the
// addresses, which must not be cached, and has no answer to other questions. It
// returns its address, and counts the answers.
func answerDNS(t *testing.T, addresses ...net.IP) (address string, asked *atomic.Int64) {
	t.Helper()
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	asked = new(atomic.Int64)
	go func() {
		question := make([]byte, 512)
		for {
			n, from, err := server.ReadFrom(question)
			if err != nil {
				return // closed
			}
			end := 12 // of the question, after the header: labels, a zero, type and class
			for question[end] != 0 {
				end += 1 + int(question[end])
			}
			end += 5
			answer := append([]byte{}, question[:min(n, end)]...)
			answer[2], answer[3], answer[11] = 0x81, 0x80, 0 // an answer without additional records
			if question[end-3] == 1 {
				ip := addresses[int(asked.Add(1)-1)%len(addresses)]
				answer[7] = 1
				answer = append(answer, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4)
				answer = append(answer, ip.To4()...)
			}
			_, _ = server.WriteTo(answer, from) // the client asks again
		}
	}()
	return server.LocalAddr().String(), asked
}

// A name leads to a public address at first, and to this machine, its metadata
// service or its network when it is dialled. Not parallel: it replaces the
// resolver of the process.
func TestANameThatRebinds(t *testing.T) {
	reached := false
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer server.Close()
	dns, asked := answerDNS(t, net.IPv4(93, 184, 216, 34), net.IPv4(127, 0, 0, 1), net.IPv4(169, 254, 169, 254),
		net.IPv4(10, 0, 0, 1))
	before := net.DefaultResolver
	defer func() { net.DefaultResolver = before }()
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", dns)
	}}
	const name = "hooks.rebinding.example"
	if first, err := net.DefaultResolver.LookupHost(t.Context(), name); err != nil || first[0] != "93.184.216.34" {
		t.Fatalf("the name leads to %v at first, %v", first, err)
	}
	client := webhooksend.New(false, time.Now)
	port := server.URL[strings.LastIndex(server.URL, ":"):]
	for _, address := range []string{"127.0.0.1", "169.254.169.254", "10.0.0.1"} {
		answer := client.Send(t.Context(), "https://"+name+port+"/", []string{secret}, delivery)
		wanttest.Equal(t, address+": status", answer.Status, 0)
		wanttest.Contains(t, address+": the answer", answer.Error, "prohibited IP address: "+address)
	}
	wanttest.Equal(t, "answers of the name server", asked.Load(), 4)
	wanttest.Equal(t, "the server was reached", reached, false)
}

// A redirect to a private address is an answer that is not followed, in each of
// its forms.
func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	inside := false
	private := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { inside = true }))
	defer private.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		server := httptest.NewServer(http.RedirectHandler(private.URL, status))
		answer := webhooksend.New(true, time.Now).Send(t.Context(), server.URL, []string{secret}, delivery)
		server.Close()
		wanttest.Equal(t, "status", answer.Status, status)
	}
	wanttest.Equal(t, "a redirect was followed", inside, false)
}
