package portal

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/aws/aws-lambda-go/events"

	"didpurchase/internal/wanttest"
)

const built = `<!doctype html><script type="module" src="/assets/index-1a2b.js"></script>`

func zipped(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	io.WriteString(w, text)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func site(t *testing.T) fstest.MapFS {
	return fstest.MapFS{
		"index.html":               {Data: []byte(built)},
		"index.html.gz":            {Data: zipped(t, built)},
		"assets/index-1a2b.js":     {Data: []byte("run()")},
		"assets/index-1a2b.js.gz":  {Data: zipped(t, "run()")},
		"assets/index-1a2b.js.br":  {Data: []byte("\xffas brotli")},
		"assets/icon-3c4d.svg":     {Data: []byte("<svg/>")},
		"assets/index-1a2b.css":    {Data: []byte("a{}")},
		"assets/index-1a2b.css.gz": {Data: zipped(t, "a{}")},
	}
}

func body(t *testing.T, answer events.APIGatewayV2HTTPResponse) []byte {
	t.Helper()
	if !answer.IsBase64Encoded {
		return []byte(answer.Body)
	}
	plain, err := base64.StdEncoding.DecodeString(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

var browser = map[string]string{"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}

// Every path that a browser navigates to is the page, under a policy that runs
// nothing but its own files.
func TestShell(t *testing.T) {
	for _, path := range []string{"/", "/numbers", "/dids/+442079460000", "/nothing"} {
		answer := ask(t, site(t), path, browser)
		wanttest.Equal(t, path+": status", answer.StatusCode, 200)
		wanttest.Equal(t, path+": body", answer.Body, built)
		wanttest.Equal(t, path+": Content-Type", answer.Headers["Content-Type"], "text/html; charset=utf-8")
		policy := answer.Headers["Content-Security-Policy"]
		for _, part := range []string{
			"default-src 'none'", "script-src 'self';", "style-src 'self';", "trusted-types 'none'",
			"require-trusted-types-for 'script'",
			"connect-src 'self' https://issuer.example https://signin.example https://files.s3.eu-west-1.amazonaws.com;",
		} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: the policy lacks %s: %s", path, part, policy)
			}
		}
		if answer.Headers["Cache-Control"] != "no-cache" {
			t.Errorf("%s: a page that may not be fresh: %v", path, answer.Headers)
		}
		again := ask(t, site(t), path, map[string]string{"accept": "text/html", "if-none-match": answer.Headers["Etag"]})
		if again.StatusCode != 304 || again.Body != "" {
			t.Errorf("%s: known already, and answered %d %q", path, again.StatusCode, again.Body)
		}
	}
}

func TestAssetsAreCompressedAndKeptForEver(t *testing.T) {
	for _, test := range []struct {
		path, accept, encoding, want string
	}{
		{"/assets/index-1a2b.js", "gzip, deflate, br, zstd", "br", "\xffas brotli"},
		{"/assets/index-1a2b.js", "gzip;q=0.5, br;q=0", "gzip", "run()"},
		{"/assets/index-1a2b.js", "", "", "run()"},
		{"/assets/index-1a2b.css", "br, gzip", "gzip", "a{}"},
		{"/assets/icon-3c4d.svg", "br, gzip", "", "<svg/>"},
	} {
		answer := ask(t, site(t), test.path, map[string]string{"accept-encoding": test.accept})
		at := fmt.Sprintf("%+v", test)
		wanttest.Equal(t, at+": status", answer.StatusCode, 200)
		wanttest.Equal(t, at+": Content-Encoding", answer.Headers["Content-Encoding"], test.encoding)
		wanttest.Equal(t, at+": Vary", answer.Headers["Vary"], "Accept-Encoding")
		wanttest.Contains(t, at+": Cache-Control", answer.Headers["Cache-Control"], "immutable")
		got := body(t, answer)
		if test.encoding == "gzip" {
			r, err := gzip.NewReader(bytes.NewReader(got))
			if err != nil {
				t.Fatal(err)
			}
			if got, err = io.ReadAll(r); err != nil {
				t.Fatal(err)
			}
		}
		if string(got) != test.want {
			t.Errorf("%+v: got %q", test, got)
		}
	}
	for path, kind := range map[string]string{
		"/assets/index-1a2b.js": "text/javascript", "/assets/index-1a2b.css": "text/css",
		"/assets/icon-3c4d.svg": "image/svg+xml",
	} {
		if got := ask(t, site(t), path, nil).Headers["Content-Type"]; !strings.HasPrefix(got, kind) {
			t.Errorf("%s is %q", path, got)
		}
	}
}

func TestWhatIsNoAssetIsNotFound(t *testing.T) {
	for _, path := range []string{"/assets/index-0000.js", "/assets/index-1a2b.js.br", "/assets/", "/assets/a/b"} {
		if answer := ask(t, site(t), path, nil); answer.StatusCode != 404 {
			t.Errorf("%s: %d %q", path, answer.StatusCode, answer.Body)
		}
	}
}

func TestAFunctionWithoutThePageSaysSo(t *testing.T) {
	answer := ask(t, fstest.MapFS{}, "/", browser)
	if answer.StatusCode != 503 || !strings.Contains(answer.Body, "npm run build") {
		t.Errorf("%d %s", answer.StatusCode, answer.Body)
	}
}

func TestConfig(t *testing.T) {
	answer := ask(t, fstest.MapFS{}, "/config.json", nil)
	if want := `{"issuer":"https://issuer.example/pool","client_id":"the-page"}`; answer.Body != want {
		t.Errorf("%s, want %s", answer.Body, want)
	}
}
