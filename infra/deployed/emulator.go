package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// The account, region and operator's credentials of the emulated AWS.
const (
	account   = "123456789012"
	region    = "eu-west-1"
	accessKey = "operator"
	secretKey = "operator-secret"
)

// startsWithin is the longest time that the emulator may take to answer.
const startsWithin = 2 * time.Minute

// emulator is ministack, an independent implementation of AWS's APIs, as a
// process of its own. It runs the functions' binaries as processes too.
type emulator struct {
	url     string
	port    int
	process *exec.Cmd
	exited  chan error
}

// freePort returns an unused port of the loopback address.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// newEmulator chooses the port, which the proxy needs before the start.
func newEmulator() (*emulator, error) {
	port, err := freePort()
	return &emulator{url: "http://127.0.0.1:" + strconv.Itoa(port), port: port, exited: make(chan error, 1)}, err
}

// start runs the emulator in a process group of its own, so that stop ends the
// functions too, and returns when it answers.
func (e *emulator) start(ctx context.Context, program, folder string, environment []string) error {
	log, err := os.Create(filepath.Join(folder, "ministack.log"))
	if err != nil {
		return err
	}
	defer log.Close()
	temporary := filepath.Join(folder, "ministack")
	if err := os.MkdirAll(temporary, 0o700); err != nil {
		return err
	}
	e.process = exec.Command(program)
	e.process.Env = append(environment,
		"BIND_HOST=127.0.0.1", "GATEWAY_PORT="+strconv.Itoa(e.port), "AUTH=true", "LAMBDA_EXECUTOR=local",
		"MINISTACK_REGION="+region, "MINISTACK_ACCOUNT_ID="+account, "TMPDIR="+temporary,
		"LOG_LEVEL=WARNING")
	e.process.Stdout, e.process.Stderr = log, log
	e.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := e.process.Start(); err != nil {
		return fmt.Errorf("start ministack: %w", err)
	}
	go func() { e.exited <- e.process.Wait() }()
	return e.awaitAnswer(ctx)
}

func (e *emulator) awaitAnswer(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, startsWithin,
		fmt.Errorf("ministack did not answer within %s", startsWithin))
	defer cancel()
	for {
		answer, err := http.Get(e.url + "/_ministack/health")
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case err := <-e.exited:
			e.exited <- err
			return fmt.Errorf("ministack ended at its start (%v); see ministack.log", err)
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// stop ends the emulator and all functions.
func (e *emulator) stop() error {
	if e.process == nil || e.process.Process == nil {
		return nil
	}
	group := -e.process.Process.Pid
	err := syscall.Kill(group, syscall.SIGTERM)
	select {
	case <-e.exited:
	case <-time.After(10 * time.Second):
	}
	if killed := syscall.Kill(group, syscall.SIGKILL); killed != nil && !errors.Is(killed, syscall.ESRCH) {
		return killed // functions that did not end
	}
	if errors.Is(err, syscall.ESRCH) {
		return nil
	}
	return err
}
