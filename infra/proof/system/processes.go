package system

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Close ends everything that was started.
func (s *System) Close() {
	s.mu.Lock()
	local, database := s.local, s.database
	s.mu.Unlock()
	if local != nil {
		local.Process.Signal(os.Interrupt)
		for end := time.Now().Add(5 * time.Second); time.Now().Before(end) && alive(local); {
			time.Sleep(20 * time.Millisecond)
		}
		local.Process.Kill()
	}
	if database != nil {
		s.SignalDatabase(syscall.SIGCONT)
		database.Stop()
	}
	if s.Proxy != nil {
		s.Proxy.Close()
	}
}

func alive(cmd *exec.Cmd) bool { return cmd.Process.Signal(syscall.Signal(0)) == nil }

// KillLocal is a kill -9 of infra/local; its functions go with it.
func (s *System) KillLocal() {
	s.mu.Lock()
	local := s.local
	s.mu.Unlock()
	local.Process.Kill()
	for alive(local) {
		time.Sleep(5 * time.Millisecond)
	}
}

// RestartDatabase is a kill -9 of the database, and its start after a while.
func (s *System) RestartDatabase(ctx context.Context, down time.Duration) error {
	s.mu.Lock()
	database := s.database
	s.mu.Unlock()
	database.Stop()
	time.Sleep(down)
	return s.StartDatabase(ctx)
}

// SignalDatabase sends the database's process a signal.
func (s *System) SignalDatabase(signal syscall.Signal) {
	for _, p := range processes() {
		if p.runs(s.dynoxide) && p.mentions(s.databaseFile()) {
			syscall.Kill(p.id, signal)
		}
	}
}

// Functions returns the process ids of the running functions with these names.
func (s *System) Functions(names ...string) (ids []int) {
	for _, p := range processes() {
		for _, name := range names {
			if p.runs(filepath.Join(s.data(), "bin", name)) {
				ids = append(ids, p.id)
			}
		}
	}
	return ids
}

// process is a process in /proc.
type process struct {
	id      int
	program string
}

func processes() (all []process) {
	folders, _ := filepath.Glob("/proc/[0-9]*") // the pattern is well formed
	for _, f := range folders {
		program, err := os.Readlink(filepath.Join(f, "exe"))
		id, number := strconv.Atoi(filepath.Base(f))
		if err == nil && number == nil {
			all = append(all, process{id, program})
		}
	}
	return all
}

// runs reports whether the process runs the program, even if its file was
// replaced since.
func (p process) runs(program string) bool {
	return strings.TrimSuffix(p.program, " (deleted)") == program
}

// mentions reports whether the text is an argument of the process.
func (p process) mentions(text string) bool {
	line, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(p.id), "cmdline"))
	return err == nil && strings.Contains(string(line), text)
}
