package host

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// gate is a place where functions stop until the test lets one continue.
type gate struct {
	url     string
	arrived chan struct{}
	pass    chan struct{}
	left    chan struct{} // a function that left without being let through

	mu           sync.Mutex
	inside, most int
}

func newGate(t *testing.T) *gate {
	g := &gate{arrived: make(chan struct{}, 100), pass: make(chan struct{}), left: make(chan struct{}, 100)}
	s := httptest.NewServer(g)
	t.Cleanup(s.CloseClientConnections)
	g.url = s.URL
	return g
}

func (g *gate) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	g.count(1)
	defer g.count(-1)
	g.arrived <- struct{}{}
	select {
	case <-g.pass:
	case <-r.Context().Done():
		g.left <- struct{}{}
	}
}

func (g *gate) count(by int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside += by
	g.most = max(g.most, g.inside)
}
