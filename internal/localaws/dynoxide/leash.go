package dynoxide

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
)

// keeper runs the program given as its arguments and kills it when its own
// standard input ends. That is a pipe whose other end only the parent holds,
// so it ends however the parent goes, kill -9 included: a signal on the
// parent's death exists on Linux alone, and follows a thread there. The
// program's exit code is the keeper's. Then it removes the folder of what is
// for this run alone, if there is one.
const keeper = `
exec 3<&0
"$@" 3<&- </dev/null &
program=$!
exec 2>/dev/null
{ read -r _ <&3; kill -9 $program; } &
watcher=$!
exec 3<&-
wait $program
code=$?
kill $watcher
[ -z "$SCRATCH" ] || rm -rf "$SCRATCH"
exit $code
`

// Child is a process that does not outlive this one.
type Child struct {
	cmd    *exec.Cmd
	leash  io.Closer
	exited chan struct{}
	err    error
}

// Leash starts the program in a process group of its own, away from the
// terminal's Ctrl-C. It ends by Stop, or with this process.
func Leash(output io.Writer, program string, args ...string) (*Child, error) {
	return leash(output, "", program, args...)
}

// leash is Leash with a folder that goes when the program ends, "" for none.
func leash(output io.Writer, scratch, program string, args ...string) (*Child, error) {
	cmd := exec.Command("/bin/sh", append([]string{"-c", keeper, "keeper", program}, args...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Stdout, cmd.Stderr = output, output
	cmd.Env = append(os.Environ(), "SCRATCH="+scratch)
	held, hold, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	cmd.Stdin = held
	err = cmd.Start()
	held.Close()
	if err != nil {
		hold.Close()
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	c := &Child{cmd: cmd, leash: hold, exited: make(chan struct{})}
	go func() {
		c.err = cmd.Wait()
		close(c.exited)
	}()
	return c, nil
}

// Exited is closed when the program has ended; Err then says how.
func (c *Child) Exited() <-chan struct{} { return c.exited }

// Err is how the program ended, once Exited is closed.
func (c *Child) Err() error { return c.err }

// Stop kills the program and returns when it has ended.
func (c *Child) Stop() {
	c.leash.Close()
	<-c.exited
}
