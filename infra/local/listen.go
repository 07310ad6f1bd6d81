package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"syscall"
	"time"
)

// shutdownTime is the time that running requests get when the system stops.
const shutdownTime = time.Second

// site is an address and the handler that answers there.
type site struct {
	net.Listener
	URL string // without a trailing slash
}

// listenAPI listens at the address of the HTTP API. Its error explains the next
// step.
func listenAPI(addr string) (site, error) {
	l, err := net.Listen("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return site{}, fmt.Errorf("the address %s is in use: stop the program that listens there, or pass another address "+
			"with --addr 127.0.0.1:PORT", addr)
	}
	if err != nil {
		return site{}, fmt.Errorf("listen at --addr %s: %w", addr, err)
	}
	return newSite(l), nil
}

// listenAgain listens at the address of the last run, so that a client's
// settings stay valid, or else at a free one.
func listenAgain(last string) (site, error) {
	if at, err := url.Parse(last); err == nil && at.Host != "" {
		if l, err := net.Listen("tcp", at.Host); err == nil {
			return newSite(l), nil
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return site{}, fmt.Errorf("listen at a free port: %w", err)
	}
	return newSite(l), nil
}

// newSite names the listener's address as this machine reaches it.
func newSite(l net.Listener) site {
	at := l.Addr().(*net.TCPAddr)
	host := at.IP.String()
	if at.IP.IsUnspecified() {
		host = "127.0.0.1"
	}
	return site{Listener: l, URL: fmt.Sprintf("http://%s", net.JoinHostPort(host, fmt.Sprint(at.Port)))}
}

// serve answers until the context ends.
func (s site) serve(ctx context.Context, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(s.Listener) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve %s: %w", s.URL, err)
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	if server.Shutdown(last) != nil {
		server.Close()
	}
	return nil
}
