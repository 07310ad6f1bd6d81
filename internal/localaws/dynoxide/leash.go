package dynoxide

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
)

// keeper runs the program in its arguments and kills it when its own standard
// input ends. Standard input is a pipe that only the parent holds open, so it
// ends whenever the parent ends, also by kill -9: a signal at the parent's
// death exists only on Linux, and follows a thread there. The keeper's exit
// code is the program's. Afterwards it removes the folder of temporary data, if
// there is one.
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

// Leash starts the program in its own process group, away from the terminal's
// Ctrl-C. It ends by Stop, or with this process.
func Leash(output io.Writer, program string, args ...string) (*Child, error) {
	return leash(output, "", program, args...)
}

// leash is Leash with a folder that is removed when the program ends, "" for
// none.
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

// Exited is closed when the program has ended; Err then has the result.
func (c *Child) Exited() <-chan struct{} { return c.exited }

// Err returns the program's result, once Exited is closed.
func (c *Child) Err() error { return c.err }

// Stop kills the program and returns when it has ended.
func (c *Child) Stop() {
	c.leash.Close()
	<-c.exited
}
