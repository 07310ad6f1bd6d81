// Package system runs the whole system for a proof: its real functions by
// infra/local, over a database that is reached through a proxy. It uses the system
// through its public interfaces: HTTP, S3 and messages. It knows the processes and
// how to kill them; it may not know requests and their correct answers. It needs
// Linux: processes are found in /proc.
package system

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"didpurchase/infra/proof/proxy"
	"didpurchase/internal/localaws/dynoxide"
)

// startTime is the longest time of a start; on a machine that has built nothing
// yet, it builds the page and all functions.
const startTime = 10 * time.Minute

// Options select the parts to run.
type Options struct {
	Folder  string // folder of the state and the logs; made if missing
	Overlay string // overlay of the go command, with which the functions are built from changed files; "" for none
}

// System is a running system.
type System struct {
	Options
	Proxy *proxy.Proxy
	Clock Clock
	endpoints

	root, program, addr, dynoxide string
	tokens                        tokens

	mu       sync.Mutex // guards the two processes
	local    *exec.Cmd
	database *dynoxide.Server
}

// endpoints are the addresses that infra/local writes when it is ready.
type endpoints struct {
	API, S3, SQS string
	Bucket       string `json:"s3_bucket"`
}

// Start runs the system and returns when it is ready.
func Start(ctx context.Context, o Options) (_ *System, err error) {
	s := &System{Options: o}
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	if s.Folder, err = filepath.Abs(o.Folder); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(s.Folder, 0o755); err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context) error{s.find, s.build, s.StartDatabase, s.StartLocal} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// find finds the module, a free port and dynoxide.
func (s *System) find(ctx context.Context) error {
	root, err := ModuleRoot()
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.root, s.addr = root, l.Addr().String()
	if s.dynoxide, err = dynoxide.Find(ctx); err != nil {
		return errors.Join(err, l.Close())
	}
	return l.Close()
}

// ModuleRoot returns the folder of this module.
func ModuleRoot() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("find the module (run this within it): %w", err)
	}
	return string(out[:len(out)-1]), nil
}

func (s *System) build(ctx context.Context) error {
	s.program = filepath.Join(s.Folder, "local")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", s.program, "./infra/local")
	cmd.Dir = s.root
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build infra/local: %w\n%s", err, said)
	}
	return nil
}

// StartDatabase starts the database on its file, and connects the proxy with it.
func (s *System) StartDatabase(ctx context.Context) error {
	log, err := s.openLog("dynoxide.log")
	if err != nil {
		return err
	}
	server, err := dynoxide.Start(ctx, s.dynoxide, s.databaseFile(), log)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.database = server
	if s.Proxy == nil {
		s.Proxy, err = proxy.New(server.URL)
		return err
	}
	s.Proxy.SetUpstream(server.URL)
	return nil
}

func (s *System) databaseFile() string { return filepath.Join(s.Folder, "dynamodb.db") }

// StartLocal starts infra/local and returns when it is ready. The functions are
// built from the overlay's files, if there is one.
func (s *System) StartLocal(ctx context.Context) error {
	log, err := s.openLog("local.log")
	if err != nil {
		return err
	}
	defer log.Close()
	if err := os.RemoveAll(s.endpointsFile()); err != nil {
		return err
	}
	cmd := exec.Command(s.program, "--addr", s.addr, "--data", s.data(), "--seed", "none", "--dynamodb", s.Proxy.URL)
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.root, log, log
	if s.Overlay != "" {
		cmd.Env = append(os.Environ(), "GOFLAGS=-overlay="+s.Overlay)
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	s.mu.Lock()
	s.local = cmd
	s.mu.Unlock()
	exited := make(chan struct{})
	go func() { cmd.Wait(); close(exited) }()
	return s.awaitReady(ctx, exited)
}

func (s *System) awaitReady(ctx context.Context, exited <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	for {
		if text, err := os.ReadFile(s.endpointsFile()); err == nil {
			return json.Unmarshal(text, &s.endpoints)
		}
		select {
		case <-exited:
			return fmt.Errorf("infra/local ended; see local.log in %s", s.Folder)
		case <-ctx.Done():
			return fmt.Errorf("infra/local is not ready: %w; see local.log in %s", ctx.Err(), s.Folder)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (s *System) data() string          { return filepath.Join(s.Folder, "data") }
func (s *System) endpointsFile() string { return filepath.Join(s.data(), "endpoints.json") }

// openLog opens a log to which all starts append.
func (s *System) openLog(name string) (io.WriteCloser, error) {
	return os.OpenFile(filepath.Join(s.Folder, name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
}
