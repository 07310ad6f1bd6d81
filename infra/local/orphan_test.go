package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// orphanFile, when set, makes this test binary wait until it is orphaned and
// then write the file. Before that it writes one with the suffix .began.
const orphanFile = "LOCAL_TEST_ORPHAN_FILE"

func TestMain(m *testing.M) {
	file := os.Getenv(orphanFile)
	if file == "" {
		os.Exit(m.Run())
	}
	ctx, stop := untilOrphaned(context.Background())
	defer stop()
	os.WriteFile(file+".began", nil, 0o644)
	<-ctx.Done()
	os.WriteFile(file, nil, 0o644)
}

func waitFor(file string) {
	for {
		if _, err := os.Stat(file); err == nil {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

func TestAKilledGoRunEndsTheProgram(t *testing.T) {
	shell, err := os.ReadFile("/bin/sh")
	if err != nil {
		t.Skip(err)
	}
	folder := t.TempDir()
	file, parent := filepath.Join(folder, "ended"), filepath.Join(folder, "go") // a shell, by that name
	if err := os.WriteFile(parent, shell, 0o755); err != nil {
		t.Fatal(err)
	}
	run := exec.Command(parent, "-c", os.Args[0]+"; :") // the second command keeps the shell from exec
	run.Env = append(os.Environ(), orphanFile+"="+file)
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(file + ".began")
	time.Sleep(2 * orphanCheck) // it reads its parent's name first
	if _, err := os.Stat(file); err == nil {
		t.Error("ended while its parent runs")
	}
	if err := run.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	run.Wait()
	waitFor(file)
}
