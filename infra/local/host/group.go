package host

import (
	"fmt"
	"io"
	"os/exec"
	"sync"
	"syscall"
)

// group is a process group that ends with this process, even after a kill. Its
// leader is a shell that waits until its standard input closes, and then kills the
// group with itself. (A signal at the parent's death exists only on Linux, where it
// depends on a thread.) Ctrl-C in the terminal does not reach the group; close ends
// it.
type group struct {
	leader *exec.Cmd
	leash  io.Closer
	close  func() error
}

func newGroup() (*group, error) {
	leader := exec.Command("/bin/sh", "-c", "read -r _; kill -9 0")
	leader.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	leash, err := leader.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := leader.Start(); err != nil {
		return nil, fmt.Errorf("start the functions' process group: %w", err)
	}
	g := &group{leader: leader, leash: leash}
	g.close = sync.OnceValue(g.kill)
	return g, nil
}

// start runs the command in the group.
func (g *group) start(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pgid: g.leader.Process.Pid}
	return cmd.Start()
}

// kill ends every member and returns when the leader is gone.
func (g *group) kill() error {
	err := g.leash.Close()
	g.leader.Wait() // it always returns the error "killed"
	return err
}
