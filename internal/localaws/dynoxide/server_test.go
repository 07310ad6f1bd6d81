package dynoxide

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// helperFile, when set, makes this test binary a parent that starts a dynoxide
// on that file, prints its address and waits to be killed.
const helperFile = "DEPS_TEST_HELPER_FILE"

func TestMain(m *testing.M) {
	file := os.Getenv(helperFile)
	if file == "" {
		os.Exit(m.Run())
	}
	path, err := Find(context.Background())
	if err == nil {
		var s *Server
		if s, err = Start(context.Background(), path, file, io.Discard); err == nil {
			fmt.Println(s.URL)
			select {}
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func TestNoChildSurvivesKill9(t *testing.T) {
	file := filepath.Join(t.TempDir(), "db.sqlite")
	for range 2 { // the second run finds the data of the first
		parent := exec.Command(os.Args[0])
		parent.Env = append(os.Environ(), helperFile+"="+file)
		parent.Stderr = os.Stderr
		out, err := parent.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := parent.Start(); err != nil {
			t.Fatal(err)
		}
		url, err := bufio.NewReader(out).ReadString('\n')
		if err != nil {
			t.Fatalf("the helper's address: %v", err)
		}
		url = strings.TrimSpace(url)
		if !answers(t.Context(), url) {
			t.Fatalf("%s does not answer", url)
		}
		if err := parent.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		parent.Wait()
		for answers(t.Context(), url) {
			time.Sleep(time.Millisecond)
		}
	}
}

func TestOneLeftBehindIsNotInTheWay(t *testing.T) {
	path, err := Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "db.sqlite")
	for range 2 {
		s, err := Start(t.Context(), path, file, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Stop()
	}
}

func TestStopEndsTheProgramAndExitTells(t *testing.T) {
	c, err := Leash(io.Discard, "/bin/sleep", "1000")
	if err != nil {
		t.Fatal(err)
	}
	c.Stop()
	c, err = Leash(io.Discard, "/bin/sh", "-c", "exit 7")
	if err != nil {
		t.Fatal(err)
	}
	<-c.Exited()
	var exit *exec.ExitError
	if !errors.As(c.Err(), &exit) || exit.ExitCode() != 7 {
		t.Errorf("ended with %v, want code 7", c.Err())
	}
	c.Stop() // again is harmless
}

func TestTheKeepersOwnDeathEndsTheProgram(t *testing.T) {
	pids := filepath.Join(t.TempDir(), "pid")
	c, err := Leash(io.Discard, "/bin/sh", "-c", "echo $$ > "+pids+".new; mv "+pids+".new "+pids+"; exec sleep 1000")
	if err != nil {
		t.Fatal(err)
	}
	var text []byte
	for text == nil {
		text, _ = os.ReadFile(pids)
		time.Sleep(time.Millisecond)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	c.Stop()
	for syscall.Kill(pid, 0) == nil {
		time.Sleep(time.Millisecond)
	}
}

func TestAProgramThatFailsToStartIsQuoted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dynoxide")
	write(t, path, "#!/bin/sh\necho disk full >&2\nexit 3\n")
	_, err := Start(t.Context(), path, "", io.Discard)
	if err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("got %v, want the program's own words", err)
	}
}

// The test reads the plan of the query that dynoxide makes before each write,
// which shows the used index; a measured time would not be reliable.
func TestTheStreamIsIndexed(t *testing.T) {
	sqlite, err := exec.LookPath("sqlite3")
	if err != nil {
		t.Skip("sqlite3 is not on PATH")
	}
	path, err := Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "db.sqlite")
	s, err := Start(t.Context(), path, file, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	s.Stop()
	for _, query := range []string{
		"SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1 FROM _stream_records WHERE table_name = 't'",
		"SELECT keys_json FROM _stream_records WHERE table_name = 't' AND shard_id = 's' AND CAST(sequence_number AS " +
			"INTEGER) > 5 ORDER BY CAST(sequence_number AS INTEGER) LIMIT 9",
	} {
		plan, err := exec.Command(sqlite, file, "EXPLAIN QUERY PLAN "+query).CombinedOutput()
		if err != nil || !strings.Contains(string(plan), "USING INDEX _stream_records_by_number") {
			t.Errorf("%s\n%s%v", query, plan, err)
		}
	}
}
