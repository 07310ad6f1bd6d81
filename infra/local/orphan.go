package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const orphanCheck = 200 * time.Millisecond

// untilOrphaned ends the context if this program was started by `go run` and `go
// run` is killed. A killed parent sends no signal, so the child would go on
// unnoticed and keep the port.
func untilOrphaned(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	parent := os.Getppid()
	go func() {
		if !isGoCommand(ctx, parent) {
			return
		}
		for os.Getppid() == parent && ctx.Err() == nil {
			time.Sleep(orphanCheck)
		}
		cancel()
	}()
	return ctx, cancel
}

func isGoCommand(ctx context.Context, pid int) bool {
	name, err := exec.CommandContext(ctx, "ps", "-o", "comm=", "-p", strconv.Itoa(pid)).Output()
	return err == nil && filepath.Base(strings.TrimSpace(string(name))) == "go"
}
