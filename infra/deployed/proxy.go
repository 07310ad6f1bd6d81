package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync"
)

// proxy is the HTTPS proxy of all programs of the test. It answers for every
// host of AWS by a certificate of its authority, and passes the request to the
// emulator with its host name. So the functions, SAM and the AWS CLI use the
// addresses of AWS, and requests count as sent by TLS.
type proxy struct {
	listener  net.Listener
	authority *authority
	forward   http.Handler
	move      func(context.Context, moveTask) error // the operation that the emulator lacks
}

// newProxy listens on a free port of the loopback address. The refusals of the
// emulator, with their reasons, are written to log.
func newProxy(emulator string, signer *authority, log *os.File) (*proxy, error) {
	to, err := url.Parse(emulator)
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	return &proxy{listener: l, authority: signer, forward: &httputil.ReverseProxy{
		Transport: &http.Transport{MaxIdleConnsPerHost: 64},
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host = to.Scheme, to.Host
			r.Out.Host = r.In.Host // the signature includes it
			if api, _, found := strings.Cut(r.In.Host, ".execute-api."); found {
				r.Out.Host = api + ".execute-api." + net.JoinHostPort("localhost", to.Port()) // the emulator's name of an API
			}
			r.Out.URL.Path, r.Out.URL.RawPath, r.Out.URL.RawQuery = r.In.URL.Path, r.In.URL.RawPath, r.In.URL.RawQuery
			r.Out.Header.Set("X-Forwarded-Proto", "https")
		},
		ModifyResponse: func(r *http.Response) error { return logRefusal(log, r) },
	}}, nil
}

// logRefusal writes a line for an answer of 400 and above, with the start of its
// text.
func logRefusal(log io.Writer, r *http.Response) error {
	if r.StatusCode < http.StatusBadRequest {
		return nil
	}
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(strings.NewReader(string(text)))
	line := strings.ReplaceAll(string(text[:min(len(text), 600)]), "\n", " ")
	_, err = fmt.Fprintln(log, r.StatusCode, r.Request.Method, r.Request.Host+r.Request.URL.RequestURI(),
		r.Request.Header.Get("X-Amz-Target"), line)
	return err
}

// ServeHTTP passes a request on, except the one operation that the emulator lacks.
func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-Amz-Target") != "AmazonSQS.StartMessageMoveTask" {
		p.forward.ServeHTTP(w, r)
		return
	}
	var task moveTask
	err := json.NewDecoder(r.Body).Decode(&task)
	if err == nil {
		err = p.move(r.Context(), task)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	fmt.Fprint(w, `{"TaskHandle":"done"}`)
}

func (p *proxy) url() string { return "http://" + p.listener.Addr().String() }

// serve accepts connections until the listener is closed.
func (p *proxy) serve() {
	for {
		c, err := p.listener.Accept()
		if err != nil {
			return
		}
		go p.tunnel(c)
	}
}

// ofAWS reports whether the proxy answers for the host. No request leaves the
// machine.
func ofAWS(host string) bool {
	return strings.HasSuffix(host, ".amazonaws.com") || strings.HasSuffix(host, ".amazoncognito.com")
}

func (p *proxy) tunnel(c net.Conn) {
	first, err := http.ReadRequest(bufio.NewReader(c))
	if err != nil {
		c.Close()
		return
	}
	host := first.URL.Hostname()
	if first.Method != http.MethodConnect || !ofAWS(host) {
		fmt.Fprint(c, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
		c.Close()
		return
	}
	fmt.Fprint(c, "HTTP/1.1 200 OK\r\n\r\n")
	certificate, err := p.authority.forHost(host)
	if err != nil {
		c.Close()
		return
	}
	secured := tls.Server(c, &tls.Config{Certificates: []tls.Certificate{*certificate}, NextProtos: []string{"http/1.1"}})
	one := &single{conn: secured, ended: make(chan struct{})}
	server := &http.Server{Handler: p, ConnState: func(_ net.Conn, s http.ConnState) {
		if s == http.StateClosed || s == http.StateHijacked {
			one.once.Do(func() { close(one.ended) })
		}
	}}
	_ = server.Serve(one) // ends with the connection
}

// single is a listener that accepts one connection that exists already.
type single struct {
	conn  net.Conn
	given bool
	ended chan struct{}
	once  sync.Once
}

func (s *single) Accept() (net.Conn, error) {
	if !s.given {
		s.given = true
		return s.conn, nil
	}
	<-s.ended
	return nil, errors.New("the connection has ended")
}

func (s *single) Close() error   { return nil }
func (s *single) Addr() net.Addr { return s.conn.LocalAddr() }
