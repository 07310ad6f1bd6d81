package host

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"

	"didpurchase/infra/local/template"
)

// Limits of the Lambda service, and of this machine.
const (
	maxInstances = 8                // of one function; further invocations wait in order
	initLimit    = 30 * time.Second // Lambda's limit on its own machines is 10 seconds
)

// Processes invokes functions by running their bootstraps. It keeps idle processes
// for the next invocation.
type Processes struct {
	binaries string
	now      func() time.Time
	log      io.Writer
	logMu    sync.Mutex
	group    *group
	api      *runtimeAPI
	pools    map[string]*pool

	mu      sync.Mutex
	closed  bool
	running sync.WaitGroup // invocations and the watchers of processes
}

// ErrClosed means that the functions have been stopped.
var ErrClosed = errors.New("the functions have been stopped")

// Options are the functions to run, and their environment.
type Options struct {
	Functions []template.Function
	Binaries  string           // the folder into which Build put them
	Log       io.Writer        // gets the functions' output, each line with its function's name
	Now       func() time.Time // the real time: deadlines are passed to the functions
}

// NewProcesses starts only the helpers that functions need. Close ends
// everything; so does the end of this process, even after a kill.
func NewProcesses(o Options) (*Processes, error) {
	api, err := newRuntimeAPI()
	if err != nil {
		return nil, err
	}
	group, err := newGroup()
	if err != nil {
		api.close()
		return nil, err
	}
	p := &Processes{binaries: o.Binaries, now: o.Now, log: o.Log, group: group, api: api, pools: map[string]*pool{}}
	for _, f := range o.Functions {
		p.pools[f.Name] = newPool(f)
	}
	return p, nil
}

// Close kills every process and waits for their invocations to end.
func (p *Processes) Close() error {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	err := errors.Join(p.group.close(), p.api.close())
	p.running.Wait()
	return err
}

// begun counts an invocation, unless Close was called.
func (p *Processes) begun() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.running.Add(1)
	}
	return !p.closed
}

// Restart adds the environment to every function's own, from its next
// invocation on. Running invocations keep the old one.
func (p *Processes) Restart(env map[string]string) {
	for _, pool := range p.pools {
		for _, i := range pool.renew(env) {
			p.discard(i)
		}
	}
}

// Invoke implements Invoker.
func (p *Processes) Invoke(ctx context.Context, function string, payload []byte) ([]byte, error) {
	pool, ok := p.pools[function]
	if !ok {
		return nil, fmt.Errorf("%w: %q", ErrUnknownFunction, function)
	}
	return p.invoke(ctx, pool, payload, func() error { return pool.slots.Acquire(ctx, 1) })
}

// invoke runs the event after acquire has got one of the function's slots. If the
// caller has given up by then, the event is not run.
func (p *Processes) invoke(ctx context.Context, pool *pool, payload []byte, acquire func() error) ([]byte, error) {
	if err := checkRequest(pool.function.Name, payload); err != nil {
		return nil, err
	}
	if err := acquire(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil { // the caller gave up as the slot came
		pool.slots.Release(1)
		return nil, err
	}
	if !p.begun() {
		pool.slots.Release(1)
		return nil, ErrClosed
	}
	answers := make(chan answer, 1)
	go func() {
		defer p.running.Done()
		defer pool.slots.Release(1)
		p.run(pool, payload, answers)
	}()
	select {
	case a := <-answers:
		return a.result()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// run handles one invocation. The answer waits until its instance is ready
// again, so that a caller's next invocation finds it.
func (p *Processes) run(pool *pool, payload []byte, answers chan<- answer) {
	inv := invocation{id: ulid.Make().String(), payload: payload, answer: make(chan answer, 1)}
	i, failure := p.begin(pool, &inv)
	if failure != nil {
		answers <- answer{failure: failure}
		return
	}
	a := i.wait(inv, pool.function.Timeout)
	if i.awaitReady(pool.function.Timeout) != nil || !pool.put(i) {
		p.discard(i)
	}
	answers <- a
}

// begin hands the event to an idle instance, or else to a new one. An instance
// that died while idle has not seen the event, so begin tries the next.
func (p *Processes) begin(pool *pool, inv *invocation) (*instance, *FunctionError) {
	for {
		i := pool.take()
		if i == nil {
			var failure *FunctionError
			if i, failure = p.start(pool); failure != nil {
				return nil, failure
			}
		}
		inv.deadline = p.now().Add(pool.function.Timeout)
		if i.offer(*inv) {
			return i, nil
		}
		p.discard(i)
	}
}

// start runs a new process until it asks for its first event.
func (p *Processes) start(pool *pool) (*instance, *FunctionError) {
	f := pool.function
	env, generation := pool.environment()
	cmd := exec.Command(filepath.Join(p.binaries, f.Name))
	i := newInstance(ulid.Make().String(), f.Name, cmd, &lines{mu: &p.logMu, out: p.log, prefix: f.Name})
	i.generation = generation
	cmd.Dir = p.binaries
	cmd.Env = environ(f, env, p.api.address+"/"+i.id)
	p.api.add(i)
	if err := p.group.start(cmd); err != nil {
		p.api.remove(i)
		return nil, &FunctionError{f.Name, "Runtime.InvalidEntrypoint", err.Error()}
	}
	p.running.Go(i.watch)
	if failure := i.awaitReady(initLimit); failure != nil {
		p.discard(i)
		return nil, failure
	}
	return i, nil
}

func (p *Processes) discard(i *instance) {
	i.stop()
	p.api.remove(i)
}

// environ returns the whole environment of a function's process: Lambda's variables
// and the function's own. It passes on nothing of the developer's environment: no
// credentials, no profile.
func environ(f template.Function, env map[string]string, runtimeAPI string) []string {
	all := map[string]string{
		"AWS_ACCESS_KEY_ID":               "local",
		"AWS_SECRET_ACCESS_KEY":           "local",
		"AWS_REGION":                      template.Region,
		"AWS_DEFAULT_REGION":              template.Region,
		"AWS_EC2_METADATA_DISABLED":       "true",
		"AWS_EXECUTION_ENV":               "AWS_Lambda_provided.al2023",
		"AWS_LAMBDA_FUNCTION_NAME":        f.Name,
		"AWS_LAMBDA_FUNCTION_VERSION":     "$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": fmt.Sprint(f.MemoryMB),
		"AWS_LAMBDA_INITIALIZATION_TYPE":  "on-demand",
		"AWS_LAMBDA_RUNTIME_API":          runtimeAPI,
		"LANG":                            "en_US.UTF-8",
		"TZ":                              ":UTC",
		"_HANDLER":                        "bootstrap",
	}
	maps.Copy(all, env)
	var list []string
	for k, v := range all {
		list = append(list, k+"="+v)
	}
	return list
}
