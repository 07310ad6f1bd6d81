package lambdahttp

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"pgregory.net/rapid"

	"didpurchase/internal/wanttest"
)

// unpacked is the body that a client sees.
func unpacked(t *testing.T, answer events.APIGatewayV2HTTPResponse) string {
	t.Helper()
	body := []byte(answer.Body)
	if answer.IsBase64Encoded {
		var err error
		if body, err = base64.StdEncoding.DecodeString(answer.Body); err != nil {
			t.Fatal(err)
		}
	}
	if answer.Headers["Content-Encoding"] != "gzip" {
		return string(body)
	}
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body, err = io.ReadAll(r); err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestWhichAnswersAreCompressed(t *testing.T) {
	t.Parallel()
	long := strings.Repeat(`{"did":"+442079460777"},`, 200)
	noise := make([]byte, 4000)
	rand.NewChaCha8([32]byte{}).Read(noise)
	for name, tc := range map[string]struct {
		accept, kind, encoding, body string
		want                         string // Content-Encoding
		vary                         string
	}{
		"long JSON":            {"gzip, deflate, br", "application/json", "", long, "gzip", "Accept-Encoding"},
		"long problem":         {"gzip", "application/problem+json", "", long, "gzip", "Accept-Encoding"},
		"long CSV":             {"gzip", "text/csv; charset=utf-8", "", long, "gzip", "Accept-Encoding"},
		"any coding":           {"*", "application/json", "", long, "gzip", "Accept-Encoding"},
		"refused by weight":    {"gzip;q=0, br", "application/json", "", long, "", "Accept-Encoding"},
		"refused among all":    {"gzip;q=0, *", "application/json", "", long, "", "Accept-Encoding"},
		"not asked for":        {"", "application/json", "", long, "", "Accept-Encoding"},
		"short JSON":           {"gzip", "application/json", "", "{}", "", "Accept-Encoding"},
		"a font":               {"gzip", "font/woff2", "", long, "", ""},
		"compressed already":   {"gzip", "text/css", "br", long, "br", ""},
		"does not get smaller": {"gzip", "text/plain; charset=latin1", "", string(noise), "", "Accept-Encoding"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			event := events.APIGatewayV2HTTPRequest{RawPath: "/openapi.json",
				Headers: map[string]string{"accept-encoding": tc.accept}}
			answer, _ := call(t, event, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", tc.kind)
				if tc.encoding != "" {
					w.Header().Set("Content-Encoding", tc.encoding)
				}
				io.WriteString(w, tc.body)
			})
			wanttest.Equal(t, "Content-Encoding", answer.Headers["Content-Encoding"], tc.want)
			wanttest.Equal(t, "Vary", answer.Headers["Vary"], tc.vary)
			wanttest.Equal(t, "body as the client sees it", unpacked(t, answer), tc.body)
		})
	}
}

// The client reads exactly the bytes that a handler writes.
func TestEveryBodyArrives(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		body := strings.Repeat(string(rapid.SliceOfN(rapid.Byte(), 1, 300).Draw(r, "body")),
			rapid.IntRange(1, 40).Draw(r, "times"))
		event := events.APIGatewayV2HTTPRequest{RawPath: "/v1/x", Headers: map[string]string{"Accept-Encoding": "gzip"}}
		answer, _ := call(t, event, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/csv")
			io.WriteString(w, body)
		})
		wanttest.Equal(r, "body as the client sees it", unpacked(t, answer), body)
	})
}
