package proxy

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Proxy passes calls on to the database, unless its plan breaks them.
type Proxy struct {
	URL    string
	server *http.Server
	client *http.Client

	upstream atomic.Value // string
	plan     atomic.Value // Plan
	running  atomic.Int64 // running calls that a plan could break
	arrived  atomic.Int64 // such calls since the start

	mu     sync.Mutex // guards broken
	broken map[Fault]int
}

// New returns a proxy of the database at the URL. It listens on the loopback
// interface until Close.
func New(upstream string) (*Proxy, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Proxy{
		URL: "http://" + listener.Addr().String(),
		client: &http.Client{Timeout: time.Minute,
			Transport: &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true}},
		broken: map[Fault]int{},
	}
	p.server = &http.Server{Handler: p}
	p.SetUpstream(upstream)
	p.Follow(nil)
	go p.server.Serve(listener)
	return p, nil
}

// Close ends the proxy and cuts the running calls.
func (p *Proxy) Close() error { return p.server.Close() }

// SetUpstream sets the database, after it was started at another address.
func (p *Proxy) SetUpstream(url string) { p.upstream.Store(url) }

// Follow begins to break calls by the plan; nil breaks none.
func (p *Proxy) Follow(plan Plan) { p.plan.Store(plan) }

// Traffic returns the number of functions' calls that are not answered yet, and the
// number since the start. Readers of the table's stream are not counted.
func (p *Proxy) Traffic() (running, arrived int64) { return p.running.Load(), p.arrived.Load() }

// Broken returns the number of calls broken since it was last called, by fault.
func (p *Proxy) Broken() map[Fault]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	broken := maps.Clone(p.broken)
	clear(p.broken)
	return broken
}

// ServeHTTP implements http.Handler.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		cut()
	}
	target := r.Header.Get("X-Amz-Target")
	call := Call{target[strings.LastIndex(target, ".")+1:], body}
	var fault Fault
	var delay time.Duration
	if strings.HasPrefix(target, "DynamoDB_") && call.breakable() {
		p.arrived.Add(1)
		p.running.Add(1)
		defer p.running.Add(-1)
		fault, delay = p.decide(call)
	}
	if p.refuse(w, call, fault, delay) {
		return
	}
	a, err := p.forward(r, body)
	if err != nil {
		cut()
	}
	a.reply(w, fault, delay)
}

// decide asks the plan about the call, and counts it.
func (p *Proxy) decide(c Call) (Fault, time.Duration) {
	plan, _ := p.plan.Load().(Plan)
	if plan == nil {
		return None, 0
	}
	fault, delay := plan(c)
	if fault == None || !c.takes(fault) {
		return None, 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.broken[fault]++
	return fault, delay
}

// refuse applies the faults that happen before a call arrives, and reports whether
// the call ends there.
func (p *Proxy) refuse(w http.ResponseWriter, c Call, f Fault, delay time.Duration) bool {
	switch f {
	case Lost:
		cut()
	case LateCall:
		time.Sleep(delay)
		return false
	case Failed:
		fail(w, http.StatusInternalServerError, "InternalServerError", nil)
	case Throttle:
		fail(w, http.StatusBadRequest, "ProvisionedThroughputExceededException", nil)
	case Conflict:
		conflict(w, c)
	default:
		return false
	}
	return true
}

// answer is the database's answer.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// forward sends the call on with a context of its own: a call that has left its
// sender arrives, even if the sender is gone.
func (p *Proxy) forward(r *http.Request, body []byte) (a answer, err error) {
	q, err := http.NewRequestWithContext(context.Background(), r.Method, p.upstream.Load().(string)+r.URL.RequestURI(),
		bytes.NewReader(body))
	if err != nil {
		return a, err
	}
	q.Header = r.Header.Clone()
	res, err := p.client.Do(q)
	if err != nil {
		return a, err
	}
	defer res.Body.Close()
	a.status, a.header = res.StatusCode, res.Header
	a.body, err = io.ReadAll(res.Body)
	return a, err
}

// reply answers the call, after applying the fault of the answer.
func (a answer) reply(w http.ResponseWriter, f Fault, delay time.Duration) {
	switch f {
	case Unanswered:
		cut()
	case FailedDone:
		fail(w, http.StatusInternalServerError, "InternalServerError", nil)
		return
	case InProgress:
		fail(w, http.StatusBadRequest, "TransactionInProgressException", nil)
		return
	case LateAnswer:
		time.Sleep(delay)
	}
	maps.Copy(w.Header(), a.header)
	w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	w.WriteHeader(a.status)
	if f == HalfAnswer {
		w.Write(a.body[:len(a.body)/2])
		http.NewResponseController(w).Flush()
		cut()
	}
	w.Write(a.body)
}
