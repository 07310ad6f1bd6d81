// Package samtest_test buys numbers through `sam local start-api`, over the
// services of `infra/local --sam`, by the commands of README.md. It needs SAM,
// Docker and the result of `sam build`, so it runs only with its flag:
//
//	go test ./infra/local/samtest -sam -v
package samtest_test

import (
	"bytes"
	"flag"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"didpurchase/infra/client"
	"didpurchase/internal/wanttest"
)

var sam = flag.Bool("sam", false, "buy through `sam local start-api`")

const (
	root = "../../.."
	// issuer is the address at which --sam serves tokens; samconfig.toml has it
	// too.
	issuer   = "http://127.0.0.1:8100"
	patience = 3 * time.Minute
)

func TestPurchase(t *testing.T) {
	if !*sam {
		t.Skip("asked for by -sam alone")
	}
	startServices(t)
	api := client.API{URL: startAPI(t), HTTP: http.DefaultClient}
	token, err := client.API{URL: issuer, HTTP: http.DefaultClient}.SignIn(t.Context(), "alice")
	if err != nil {
		t.Fatal(err)
	}
	alice := func(c client.Call) client.Reply { return api.Send(t.Context(), token, c) }

	found := ask(t, alice, client.SearchAvailableDIDs().With("contains", "777", "limit", "2"))
	if len(found.Data) != 2 {
		t.Fatalf("found %+v, want two numbers", found)
	}
	numbers := []string{found.Data[0].DID, found.Data[1].DID}
	held := ask(t, alice, client.AddToCart(client.HoldRequest{DIDs: numbers}))
	for _, r := range held.Results {
		if r.Outcome != "held" {
			t.Fatalf("held %+v", held)
		}
	}
	buy := client.CreateOrder(client.OrderRequest{Total: new(held.Cart.Total)}).Keyed("key-1")
	order, again := ask(t, alice, buy), ask(t, alice, buy)
	wanttest.Diff(t, "numbers of the order", order.DIDs, numbers)
	wanttest.Equal(t, "order under the same key", again.ID, order.ID)
	mine := ask(t, alice, client.ListDIDs())
	if len(mine.Data) != 2 {
		t.Fatalf("alice has %+v, want two numbers", mine.Data)
	}
	wanttest.Equal(t, "first number of alice", mine.Data[0].DID, numbers[0])
	wanttest.Equal(t, "second number of alice", mine.Data[1].DID, numbers[1])
	wanttest.Equal(t, "status for no token of ours", api.Send(t.Context(), "nonsense", client.ListDIDs().Call).Status, 401)
}

// ask fails the test unless the request succeeds.
func ask[Answer any](t *testing.T, send client.Sender, r client.Request[Answer]) Answer {
	t.Helper()
	answer, err := client.Ask(send, r)
	if err != nil {
		t.Fatal(err)
	}
	return answer
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

// startAPI runs SAM's API until the test ends, and returns its URL.
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
