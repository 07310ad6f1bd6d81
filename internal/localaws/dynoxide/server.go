package dynoxide

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	// startTries is the number of free ports to try: another program may take a
	// port before dynoxide does.
	startTries = 5
	// startTime is the longest wait for dynoxide's first answer; it takes
	// milliseconds.
	startTime = 20 * time.Second
)

// Server is a running dynoxide.
type Server struct {
	URL string // http://127.0.0.1:<port>
	*Child
}

// Start runs the dynoxide at path on a free port of the loopback interface and
// returns once it answers. Its items are in the SQLite file or, if file is
// empty, in a temporary one (in memory, its stream would have no index: see
// indexed.sql). If an earlier run's dynoxide still uses the file, it does no
// harm: SQLite's locks work between processes.
func Start(ctx context.Context, path, file string, output io.Writer) (*Server, error) {
	var err error
	for range startTries {
		var s *Server
		if s, err = startOnce(ctx, path, file, output); err == nil {
			return s, nil
		}
		if ctx.Err() != nil {
			break
		}
	}
	return nil, err
}

func startOnce(ctx context.Context, path, file string, output io.Writer) (*Server, error) {
	port, err := freePort()
	if err != nil {
		return nil, fmt.Errorf("find a free port for dynoxide: %w", err)
	}
	var said bytes.Buffer
	child, err := open(io.MultiWriter(output, &said), path, port, file)
	if err != nil {
		return nil, err
	}
	s := &Server{URL: "http://127.0.0.1:" + strconv.Itoa(port), Child: child}
	if err := s.wait(ctx); err != nil {
		s.Stop()
		return nil, fmt.Errorf("%w\n%s", err, bytes.TrimSpace(said.Bytes()))
	}
	return s, nil
}

// open runs dynoxide on the file, "" for a temporary one.
func open(output io.Writer, path string, port int, file string) (child *Child, err error) {
	scratch := ""
	if file == "" {
		if scratch, err = os.MkdirTemp("", "dynoxide-"); err != nil {
			return nil, fmt.Errorf("make a folder for dynoxide: %w", err)
		}
		file = filepath.Join(scratch, "dynamodb.db")
	}
	if err = createDatabase(file); err == nil {
		child, err = leash(output, scratch, path,
			"serve", "--host", "127.0.0.1", "--port", strconv.Itoa(port), "--db-path", file)
	}
	if err != nil && scratch != "" {
		err = errors.Join(err, os.RemoveAll(scratch))
	}
	return child, err
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// wait returns when the server answers.
func (s *Server) wait(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	for {
		if answers(ctx, s.URL) {
			return nil
		}
		select {
		case <-s.Exited():
			return fmt.Errorf("dynoxide ended at once (%v)", s.Err())
		case <-ctx.Done():
			return fmt.Errorf("dynoxide does not answer at %s: %w", s.URL, ctx.Err())
		case <-time.After(2 * time.Millisecond):
		}
	}
}

func answers(ctx context.Context, url string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	return strings.HasPrefix(res.Header.Get("Server"), "Dynoxide/")
}
