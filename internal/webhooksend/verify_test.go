package webhooksend_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/webhooksend"
)

// verifier is a receiver in Python: it verifies its input by the specification's
// library, and prints the name of each secret that fits.
const verifier = `
import json, sys
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
sent = json.load(sys.stdin)
for name, secret, body in [("new", sent["new"], sent["body"]), ("old", sent["old"], sent["body"]),
                           ("wrong", sent["wrong"], sent["body"]), ("changed", sent["new"], sent["body"] + " ")]:
    try:
        Webhook(secret).verify(body, sent["headers"])
        print(name)
    except WebhookVerificationError:
        pass
`

// A receiver in another language verifies a delivery with the specification's own
// library, with the new secret and with the one before the rotation.
func TestAnotherLanguageVerifies(t *testing.T) {
	t.Parallel()
	if err := exec.Command("python3", "-c", "import standardwebhooks").Run(); err != nil {
		t.Skip("SKIPPED: there is no python3 with standardwebhooks; pip install standardwebhooks")
	}
	sent := map[string]any{"new": secret, "old": old, "wrong": "whsec_BBBQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, in *http.Request) {
		body, _ := io.ReadAll(in.Body) // a short body does not verify
		headers := map[string]string{}
		for name := range in.Header {
			headers[strings.ToLower(name)] = in.Header.Get(name)
		}
		sent["body"], sent["headers"] = string(body), headers
	}))
	defer server.Close()
	webhooksend.New(true, time.Now).Send(t.Context(), server.URL, []string{secret, old}, delivery)
	input, err := json.Marshal(sent)
	if err != nil {
		t.Fatal(err)
	}
	python := exec.CommandContext(t.Context(), "python3", "-c", verifier)
	python.Stdin = strings.NewReader(string(input))
	said, err := python.CombinedOutput()
	if diff := cmp.Diff("new\nold\n", string(said)); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
}
