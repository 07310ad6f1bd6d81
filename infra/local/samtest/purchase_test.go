// Package samtest_test buys numbers through `sam local start-api`, over the
// services of `infra/local --sam`, by the commands of README.md. It needs SAM,
// Docker and what `sam build` made, so it runs only when asked to:
//
//	go test ./infra/local/samtest -sam -v
package samtest_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"didpurchase/internal/wanttest"
)

var sam = flag.Bool("sam", false, "buy through `sam local start-api`")

const (
	root = "../../.."
	// issuer is where --sam serves tokens; samconfig.toml names it too.
	issuer   = "http://127.0.0.1:8100"
	patience = 3 * time.Minute
)

func TestPurchase(t *testing.T) {
	if !*sam {
		t.Skip("asked for by -sam alone")
	}
	startServices(t)
	c := client{api: startAPI(t)}
	c.token = tokenOf(t, "alice")

	var found struct {
		Total int
		Data  []struct{ DID string }
	}
	c.call(t, "GET", "/v1/available-dids?contains=777&limit=2", "", nil, http.StatusOK, &found)
	if found.Total < 2 || len(found.Data) != 2 {
		t.Fatalf("found %+v, want at least two numbers", found)
	}
	numbers := []string{found.Data[0].DID, found.Data[1].DID}
	var held struct {
		Results []struct{ Outcome string }
		Cart    struct{ Total json.RawMessage }
	}
	c.call(t, "POST", "/v1/cart/items", "", map[string][]string{"dids": numbers}, http.StatusOK, &held)
	for _, r := range held.Results {
		if r.Outcome != "held" {
			t.Fatalf("held %+v", held)
		}
	}
	var order, again struct {
		ID   string
		DIDs []string
	}
	confirmed := map[string]json.RawMessage{"total": held.Cart.Total}
	c.call(t, "POST", "/v1/orders", "key-1", confirmed, http.StatusCreated, &order)
	c.call(t, "POST", "/v1/orders", "key-1", confirmed, http.StatusCreated, &again)
	if !slices.Equal(order.DIDs, numbers) || again.ID != order.ID {
		t.Errorf("ordered %+v, then %+v, want %v in one order", order, again, numbers)
	}
	var mine struct{ Data []struct{ DID string } }
	c.call(t, "GET", "/v1/dids", "", nil, http.StatusOK, &mine)
	if len(mine.Data) != 2 {
		t.Fatalf("alice has %+v, want two numbers", mine.Data)
	}
	wanttest.Equal(t, "first number of alice", mine.Data[0].DID, numbers[0])
	wanttest.Equal(t, "second number of alice", mine.Data[1].DID, numbers[1])
	c.token = "nonsense"
	c.call(t, "GET", "/v1/dids", "", nil, http.StatusUnauthorized, nil)
}

// startServices runs infra/local --sam until the test ends.
func startServices(t *testing.T) {
	t.Helper()
	folder := t.TempDir()
	program, data := filepath.Join(folder, "local"), filepath.Join(folder, "data")
	if said, err := exec.Command("go", "build", "-o", program, "didpurchase/infra/local").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, said)
	}
	start(t, exec.Command(program, "--sam", "--addr", freeAddress(t), "--data", data))
	await(t, "the services", func() bool {
		_, err := os.Stat(filepath.Join(data, "endpoints.json"))
		return err == nil
	})
}

// startAPI runs SAM's API until the test ends, and gives its URL.
func startAPI(t *testing.T) string {
	t.Helper()
	environment := "local"
	if runtime.GOARCH == "arm64" {
		environment = "local-arm64"
	}
	address := freeAddress(t)
	_, port, _ := net.SplitHostPort(address)
	cmd := exec.Command("sam", "local", "start-api", "--config-env", environment, "--port", port, "--skip-pull-image")
	cmd.Dir = root
	start(t, cmd)
	await(t, "sam local start-api", func() bool {
		c, err := net.Dial("tcp", address)
		if err != nil {
			return false
		}
		c.Close()
		return true
	})
	return "http://" + address
}

// start runs a program until the test ends; its output is shown when the test
// fails.
func start(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGINT)
		cmd.Wait()
		if t.Failed() {
			t.Logf("%s said:\n%s", cmd, said.String())
		}
	})
}

func await(t *testing.T, what string, ready func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ready(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not ready after %v", what, patience)
		}
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func tokenOf(t *testing.T, user string) string {
	t.Helper()
	answer, err := http.Post(issuer+"/local/token", "application/json",
		bytes.NewBufferString(fmt.Sprintf(`{"user": %q}`, user)))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var token struct {
		Access string `json:"access_token"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&token); err != nil || token.Access == "" {
		t.Fatalf("no token: %v", err)
	}
	return token.Access
}

// client is one user at SAM's API.
type client struct{ api, token string }

// call sends a request and reads its answer, which has to have the status.
func (c client) call(t *testing.T, method, path, key string, body any, status int, into any) {
	t.Helper()
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		content = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, c.api+path, content)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	r.Header.Set("Content-Type", "application/json")
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != status {
		t.Fatalf("%s %s: %d %s (%v), want %d", method, path, answer.StatusCode, text, err, status)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%s %s: %v in %s", method, path, err, text)
	}
}
