// Package bridge lets containers on this machine reach servers that listen only
// on its loopback interface, as the local world's servers do. It knows nothing
// about the protocol of the connections.
package bridge

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strconv"
	"sync"
	"syscall"

	"golang.org/x/sync/errgroup"
)

// Host is this machine's name in containers that are started with --add-host
// host.docker.internal:host-gateway.
const Host = "host.docker.internal"

// dockerInterface is the network of containers on Linux.
const dockerInterface = "docker0"

const loopback = "127.0.0.1"

// Forwarder carries connections from containers, and from this machine, to one
// server.
type Forwarder struct {
	URL       string // of the server, as containers see it
	listeners []net.Listener
	target    string // host:port
}

// Open listens on a port (0: any) and forwards its connections to the server of
// that URL.
func Open(port int, server string) (*Forwarder, error) {
	to, err := url.Parse(server)
	if err != nil || to.Port() == "" {
		return nil, fmt.Errorf("bridge: %q is not a URL with a port", server)
	}
	addresses, err := here()
	if err != nil {
		return nil, err
	}
	f := &Forwarder{target: to.Host}
	for _, address := range addresses {
		l, err := net.Listen("tcp", net.JoinHostPort(address, strconv.Itoa(port)))
		if errors.Is(err, syscall.EADDRINUSE) {
			err = fmt.Errorf("bridge: the port %d of %s is in use: stop the program that listens there (another start with "+
				"--sam?)", port, address)
		}
		if err != nil {
			return nil, errors.Join(err, f.Close())
		}
		f.listeners = append(f.listeners, l)
		port = l.Addr().(*net.TCPAddr).Port
	}
	f.URL = "http://" + net.JoinHostPort(Host, strconv.Itoa(port))
	return f, nil
}

// here returns the addresses at which this machine and its containers reach it:
// the loopback and, on Linux, docker0's address. Docker Desktop has no such
// interface; it forwards containers to the loopback.
func here() ([]string, error) {
	docker, err := net.InterfaceByName(dockerInterface)
	if err != nil {
		return []string{loopback}, nil
	}
	addresses, err := docker.Addrs()
	if err != nil {
		return nil, fmt.Errorf("bridge: addresses of %s: %w", dockerInterface, err)
	}
	for _, a := range addresses {
		if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil {
			return []string{loopback, n.IP.String()}, nil
		}
	}
	return nil, fmt.Errorf("bridge: %s has no address: is Docker running?", dockerInterface)
}

// Close frees the port.
func (f *Forwarder) Close() (err error) {
	for _, l := range f.listeners {
		err = errors.Join(err, l.Close())
	}
	return err
}

// Run forwards until the context ends.
func (f *Forwarder) Run(ctx context.Context) error {
	all, ctx := errgroup.WithContext(ctx)
	defer context.AfterFunc(ctx, func() { f.Close() })()
	for _, l := range f.listeners {
		all.Go(func() error { return f.accept(ctx, l) })
	}
	return all.Wait()
}

func (f *Forwarder) accept(ctx context.Context, l net.Listener) error {
	for {
		from, err := l.Accept()
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("bridge: %w", err)
		}
		go f.carry(ctx, from)
	}
}

// carry copies both ways until both sides have finished, or the context ends.
func (f *Forwarder) carry(ctx context.Context, from net.Conn) {
	defer from.Close()
	to, err := (&net.Dialer{}).DialContext(ctx, "tcp", f.target)
	if err != nil {
		return // the container sees its connection end, as without the bridge
	}
	defer to.Close()
	defer context.AfterFunc(ctx, func() { from.Close(); to.Close() })()
	var both sync.WaitGroup
	both.Go(func() { pour(to, from) })
	both.Go(func() { pour(from, to) })
	both.Wait()
}

// pour copies the data of one side and passes on its end.
func pour(into, from net.Conn) {
	io.Copy(into, from)
	into.(*net.TCPConn).CloseWrite()
}
