package host

import (
	"fmt"
	"os/exec"
	"sync"
	"time"
)

// instance is one process of a function. It handles one invocation at a time.
type instance struct {
	id         string
	function   string
	generation int // generation of the environment in which it was started
	cmd        *exec.Cmd
	output     *lines
	ready      chan struct{}   // signals that it asks for its next event
	next       chan invocation // passes that event to it
	exited     chan struct{}
	exit       error // the reason of its end, once exited is closed

	mu      sync.Mutex
	current *invocation
	broken  *FunctionError // the error of a failed start
}

func newInstance(id, function string, cmd *exec.Cmd, output *lines) *instance {
	cmd.Stdout, cmd.Stderr = output, output
	cmd.WaitDelay = time.Second // for output that a grandchild keeps open
	return &instance{
		id: id, function: function, cmd: cmd, output: output,
		ready: make(chan struct{}), next: make(chan invocation), exited: make(chan struct{}),
	}
}

// watch waits for the end of the process.
func (i *instance) watch() {
	i.exit = i.cmd.Wait()
	i.output.flush()
	close(i.exited)
}

// stop kills the process and returns when it is gone.
func (i *instance) stop() {
	i.cmd.Process.Kill() // fails only if it has ended already
	<-i.exited
}

func (i *instance) alive() bool {
	select {
	case <-i.exited:
		return false
	default:
		return true
	}
}

// awaitReady returns when the process asks for an event. After the limit it
// kills the process.
func (i *instance) awaitReady(limit time.Duration) *FunctionError {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-i.ready:
		return nil
	case <-i.exited:
		return i.death()
	case <-timer.C:
		i.stop()
		return timedOut(i.function, limit).failure
	}
}

// offer hands the event to the waiting process. It returns false if the process
// died before it took the event: then the function has not seen it.
func (i *instance) offer(inv invocation) bool {
	i.mu.Lock()
	i.current = &inv
	i.mu.Unlock()
	select {
	case i.next <- inv:
		return true
	case <-i.exited:
		return false
	}
}

// wait returns the answer, or a failure if the process dies or is killed after
// the time-out.
func (i *instance) wait(inv invocation, timeout time.Duration) answer {
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case a := <-inv.answer:
		return a
	case <-i.exited:
		return finished(inv.answer, answer{failure: i.death()})
	case <-timer.C:
		i.stop()
		return finished(inv.answer, timedOut(i.function, timeout))
	}
}

// finish answers the invocation with that id, if it is the running one.
func (i *instance) finish(id string, a answer) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.current == nil || i.current.id != id {
		return false
	}
	i.current.answer <- a
	i.current = nil
	return true
}

func (i *instance) failInit(e *FunctionError) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.broken = e
}

// death returns the reason why the process ended.
func (i *instance) death() *FunctionError {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.broken != nil {
		return i.broken
	}
	return &FunctionError{i.function, "Runtime.ExitError", fmt.Sprintf("Runtime exited: %v", i.cmd.ProcessState)}
}
