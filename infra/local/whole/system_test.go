// Package whole_test tests the running system from outside, through interfaces that
// are open to everybody: HTTP, S3 and the printed output. It starts `infra/local`
// once, and again after a kill. It takes a minute or two, so it runs only with its
// flag:
//
//	go test ./infra/local/whole -whole -v
//
// The same tests run on a deployed stack, by infra/deployed. Those that need more
// than the interfaces of AWS are skipped there.
package whole_test

import (
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
	"testing"
	"time"

	"didpurchase/infra/deployed/access"
)

var (
	whole      = flag.Bool("whole", false, "start the whole system and test it from outside")
	onDeployed = flag.String("deployed", "", "test the deployed stack that this `file` of infra/deployed describes")
)

// patience is the longest time for a step without a limit of its own.
const patience = 3 * time.Minute

// system is a running system, with its folder.
type system struct {
	program, data, addr string
	process             *exec.Cmd
	tokens              sync.Map // by user
	client              *http.Client
	deployed            *access.Access // nil in the local world
	seen                time.Duration  // the longest time that a sale may take to reach the search

	API, S3, DynamoDB, Table string
	Bucket                   string `json:"s3_bucket"`
}

// running is the system that all tests share; they run one after another.
var running *system

func TestMain(m *testing.M) {
	flag.Parse()
	if *onDeployed != "" {
		os.Exit(runOnDeployed(m, *onDeployed))
	}
	if !*whole {
		fmt.Println("nothing is tested without -whole")
		return
	}
	os.Exit(runAll(m))
}

func runAll(m *testing.M) int {
	folder, err := os.MkdirTemp("", "did-purchase-whole-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	running = &system{program: filepath.Join(folder, "local"), data: filepath.Join(folder, "data"),
		client: http.DefaultClient, seen: seenLocally}
	err = running.build()
	if err == nil {
		err = running.start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer running.kill()
	return m.Run()
}

func (s *system) build() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.addr = l.Addr().String()
	if err := l.Close(); err != nil {
		return err
	}
	said, err := exec.Command("go", "build", "-o", s.program, "didpurchase/infra/local").CombinedOutput()
	if err != nil {
		return fmt.Errorf("build: %w\n%s", err, said)
	}
	return nil
}

// beside returns a file of the test in the parent of the system's folder: "out"
// gets the system's output, "log" its log.
func (s *system) beside(name string) string { return filepath.Join(filepath.Dir(s.data), name) }

// start runs the system and returns when it prints that it is ready.
func (s *system) start() error {
	out, err := os.Create(s.beside("out"))
	if err != nil {
		return err
	}
	defer out.Close()
	log, err := os.OpenFile(s.beside("log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	s.process = exec.Command(s.program, "--addr", s.addr, "--data", s.data)
	s.process.Stdout, s.process.Stderr = out, log
	if err := s.process.Start(); err != nil {
		return err
	}
	return s.awaitReady()
}

func (s *system) awaitReady() error {
	file := filepath.Join(s.data, "endpoints.json")
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		text, err := os.ReadFile(file)
		if err == nil {
			return json.Unmarshal(text, s)
		}
	}
	return fmt.Errorf("there is no %s after %s", file, patience)
}

// kill is a kill -9. All programs that the system started have to end with it.
func (s *system) kill() {
	s.process.Process.Kill()
	s.process.Wait()
	os.Remove(filepath.Join(s.data, "endpoints.json")) // the killed system can't do so
}

// until polls, and fails the test after the limit has passed.
func until(t *testing.T, limit time.Duration, what string, done func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	for !done() {
		select {
		case <-ctx.Done():
			t.Fatalf("not within %s: %s", limit, what)
		case <-time.After(50 * time.Millisecond):
		}
	}
}
