package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// lockPatience is the longest wait for the last instance to end; after a kill
// it takes a moment.
const lockPatience = 3 * time.Second

// kept are the entries of the data folder that --reset keeps, because they are not
// part of the state.
var kept = map[string]bool{"lock": true, "bin": true}

// folder is the data folder, locked by this process.
type folder struct {
	path string
	lock *flock.Flock
}

// endpoints are the addresses of a running system, without trailing slashes.
type endpoints struct {
	API      string `json:"api"`
	S3       string `json:"s3"`
	S3Bucket string `json:"s3_bucket"`
	DynamoDB string `json:"dynamodb"`
	Table    string `json:"table"`
	SQS      string `json:"sqs"`
	Issuer   string `json:"issuer"`
}

// openFolder makes and locks the folder; with reset it also empties it.
func openFolder(ctx context.Context, path string, reset bool) (*folder, error) {
	path, err := filepath.Abs(path)
	if err == nil {
		err = os.MkdirAll(path, 0o755)
	}
	if err != nil {
		return nil, fmt.Errorf("the data folder: %w (pass another with --data DIR)", err)
	}
	f := &folder{path: path, lock: flock.New(filepath.Join(path, "lock"))}
	ctx, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	if ok, err := f.lock.TryLockContext(ctx, 50*time.Millisecond); errors.Is(err, context.DeadlineExceeded) {
		return nil, fmt.Errorf("another instance runs on %s: stop it, or pass another folder with --data DIR", path)
	} else if !ok {
		return nil, fmt.Errorf("lock the data folder %s: %w", path, err)
	}
	if reset {
		if err := f.empty(); err != nil {
			return nil, errors.Join(fmt.Errorf("reset the data folder: %w", err), f.close())
		}
	}
	return f, nil
}

func (f *folder) close() error { return f.lock.Unlock() }

func (f *folder) file(name string) string { return filepath.Join(f.path, name) }

func (f *folder) empty() error {
	entries, err := os.ReadDir(f.path)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if !kept[entry.Name()] {
			if err := os.RemoveAll(f.file(entry.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// The files with the endpoints: of the running system, and of the previous run.
const (
	endpointsFile     = "endpoints.json"
	lastEndpointsFile = "endpoints-last.json"
)

// readEndpoints reads one of the two files; os.ErrNotExist if there is none.
func readEndpoints(file string) (e endpoints, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return e, err
	}
	return e, json.Unmarshal(text, &e)
}

// publish writes the endpoints in one step: a program that waits for the file
// finds a system that is ready.
func (f *folder) publish(e endpoints) error {
	text, err := json.MarshalIndent(e, "", "  ")
	if err != nil {
		return err
	}
	fresh := f.file(endpointsFile + ".new")
	if err := os.WriteFile(fresh, append(text, '\n'), 0o644); err != nil {
		return fmt.Errorf("publish the endpoints: %w", err)
	}
	if err := os.Rename(fresh, f.file(endpointsFile)); err != nil {
		return fmt.Errorf("publish the endpoints: %w", err)
	}
	return nil
}

// withdraw renames the endpoints' file when the system stops.
func (f *folder) withdraw() error {
	err := os.Rename(f.file(endpointsFile), f.file(lastEndpointsFile))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("withdraw the endpoints: %w", err)
	}
	return nil
}

// moduleRoot returns the folder of go.mod and template.yaml, from any folder of
// the module.
func moduleRoot() (string, error) {
	here, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for at := here; ; at = filepath.Dir(at) {
		text, err := os.ReadFile(filepath.Join(at, "go.mod"))
		if err == nil && strings.HasPrefix(string(text), "module didpurchase\n") {
			return at, nil
		}
		if at == filepath.Dir(at) {
			return "", fmt.Errorf("%s is not inside the repository: change to it first", here)
		}
	}
}
