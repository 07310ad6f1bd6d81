package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"didpurchase/infra/client"
)

// started is the one system and the one browser that all tests share. Each test
// uses another customer, in a browser context of its own.
var started = struct {
	once    sync.Once
	api     string
	browser context.Context
	err     error
	stop    []func()
}{}

// atOnce is the number of tests in parallel. They wait more than they compute.
const atOnce = "6"

func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", atOnce); err != nil {
		panic(err)
	}
	code := m.Run()
	for i := len(started.stop) - 1; i >= 0; i-- {
		started.stop[i]()
	}
	os.Exit(code)
}

// chromium returns the name of the installed browser; "" if there is none.
func chromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// start returns the address of the running system, and its browser.
func start(t *testing.T) (api string, browser context.Context) {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIPPED: -short: no browser is started")
	}
	program := chromium()
	if program == "" {
		t.Skip("SKIPPED: there is no Chromium on PATH; install Debian's package chromium to run the browser's tests")
	}
	started.once.Do(func() {
		if started.api, started.err = startSystem(); started.err == nil {
			started.browser, started.err = startBrowser(program)
		}
	})
	if started.err != nil {
		t.Fatal(started.err)
	}
	return started.api, started.browser
}

// startSystem runs the program that a newcomer runs, on an empty folder. To work on
// the page, set E2E_API to the address of a running system.
func startSystem() (string, error) {
	if api := os.Getenv("E2E_API"); api != "" {
		return api, nil
	}
	data, err := os.MkdirTemp("", "did-purchase-e2e-")
	if err != nil {
		return "", err
	}
	started.stop = append(started.stop, func() { os.RemoveAll(data) })
	program := filepath.Join(data, "local")
	if said, err := exec.Command("go", "build", "-o", program, "didpurchase/infra/local").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build infra/local: %w\n%s", err, said)
	}
	addr, err := freeAddress()
	if err != nil {
		return "", err
	}
	var log bytes.Buffer
	cmd := exec.Command(program, "--addr", addr, "--data", filepath.Join(data, "state"))
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		return "", err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	started.stop = append(started.stop, func() {
		cmd.Process.Signal(syscall.SIGTERM)
		<-ended
	})
	for {
		select {
		case err := <-ended:
			ended <- err
			return "", fmt.Errorf("infra/local ended: %v\n%s", err, log.Bytes())
		case <-time.After(100 * time.Millisecond):
		}
		text, err := os.ReadFile(filepath.Join(data, "state", "endpoints.json"))
		if err != nil {
			continue
		}
		var endpoints struct{ API string }
		if err = json.Unmarshal(text, &endpoints); err == nil {
			err = waitForSeed(endpoints.API)
		}
		return endpoints.API, err
	}
}

// seeded is the number of DIDs that acme offers on an empty folder. They are
// imported like any file, after the system is ready.
const seeded = 50_000

func waitForSeed(api string) error {
	var total int
	for wait := time.Now().Add(patience); time.Now().Before(wait); time.Sleep(100 * time.Millisecond) {
		if total = offered(client.API{URL: api, HTTP: http.DefaultClient}); total == seeded {
			return nil
		}
	}
	return fmt.Errorf("after %v, %d of %d DIDs are offered", patience, total, seeded)
}

// offered counts the numbers that a customer finds; 0 while the system does not
// answer yet.
func offered(api client.API) int {
	ctx := context.Background()
	token, err := api.SignIn(ctx, "alice")
	if err != nil {
		return 0
	}
	send := func(c client.Call) client.Reply { return api.Send(ctx, token, c) }
	found, err := client.Ask(send, client.SearchAvailableDIDs().With("limit", "1"))
	if err != nil {
		return 0
	}
	return found.Total
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

func startBrowser(program string) (context.Context, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program), chromedp.NoSandbox,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	browser, stop := chromedp.NewContext(allocator)
	started.stop = append(started.stop, stopAllocator, stop)
	return browser, chromedp.Do(browser)
}
