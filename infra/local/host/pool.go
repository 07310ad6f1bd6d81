package host

import (
	"cmp"
	"maps"
	"sync"

	"golang.org/x/sync/semaphore"

	"didpurchase/infra/local/template"
)

// pool holds a function's idle instances.
type pool struct {
	function template.Function
	slots    *semaphore.Weighted // one for each instance; waiting invocations get it in order
	demand   *semaphore.Weighted // one for each invocation that OnDemand has admitted

	mu         sync.Mutex
	env        map[string]string
	generation int
	idle       []*instance // the last used first, like Lambda
}

func newPool(f template.Function) *pool {
	concurrency := int64(cmp.Or(f.Concurrency, sharedConcurrency))
	return &pool{function: f, slots: semaphore.NewWeighted(maxInstances), demand: semaphore.NewWeighted(concurrency),
		env: f.Env}
}

// take returns a living idle instance, or nil.
func (p *pool) take() *instance {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.idle) > 0 {
		i := p.idle[len(p.idle)-1]
		p.idle = p.idle[:len(p.idle)-1]
		if i.alive() {
			return i
		}
	}
	return nil
}

// put keeps a ready instance; it returns false if the instance has an old
// environment.
func (p *pool) put(i *instance) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i.generation != p.generation {
		return false
	}
	p.idle = append(p.idle, i)
	return true
}

func (p *pool) environment() (env map[string]string, generation int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.env, p.generation
}

// renew changes the environment and returns the idle instances with the old
// one.
func (p *pool) renew(env map[string]string) []*instance {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.env = maps.Clone(p.function.Env)
	if p.env == nil {
		p.env = map[string]string{}
	}
	maps.Copy(p.env, env)
	p.generation++
	old := p.idle
	p.idle = nil
	return old
}
