// Package dynoxide finds, fetches and runs dynoxide, a DynamoDB on SQLite. It
// is the only program that the local world does not contain. The package
// ends the process together with the one that started it. It may not know
// which tables the database has.
package dynoxide

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// Version is the release of dynoxide that the project is tested against.
const Version = "1.2.1"

// integrity pins the npm tarball of a platform by the registry's
// dist.integrity (SHA-512). A platform with an empty pin is checked by npm
// alone, against the registry: take its pin from
// `npm view @dynoxide/<platform>@1.2.1 dist.integrity`.
var integrity = map[string]string{
	"linux-x64":    "sha512-sBHqlxJ9ANkLluFkYRfd5r8Y0ApFew4FhOrlhgRAgD4XzEoFOukEo1nuBTQ1+jTtofqwn4NWQ2k0Tn5mNTjgUg==",
	"linux-arm64":  "",
	"darwin-x64":   "",
	"darwin-arm64": "",
}

// source tells Find where to look for dynoxide, so that tests can look
// elsewhere.
type source struct {
	cache    string            // the user's cache of this project
	platform string            // npm's name of it: linux-x64
	pins     map[string]string // platform → dist.integrity
}

// Find returns the path of a dynoxide of Version: the one on PATH, else the one
// in the user's cache, else one that it fetches there by npm. Several processes
// may call it at once. Each error explains the next step.
func Find(ctx context.Context) (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no folder for the dynoxide binary: %w (set HOME, or pass --dynamodb URL)", err)
	}
	s := source{cache: filepath.Join(base, "did-purchase"), platform: npmPlatform(), pins: integrity}
	return s.find(ctx)
}

func npmPlatform() string {
	arch := runtime.GOARCH
	if arch == "amd64" {
		arch = "x64"
	}
	return runtime.GOOS + "-" + arch
}

func (s source) find(ctx context.Context) (string, error) {
	if path, err := exec.LookPath("dynoxide"); err == nil && hasVersion(ctx, path) {
		return path, nil
	}
	pin, ok := s.pins[s.platform]
	if !ok {
		return "", fmt.Errorf("dynoxide has no package for %s: install it so that it is on PATH, or pass --dynamodb URL",
			s.platform)
	}
	folder := filepath.Join(s.cache, "dynoxide-"+Version+"-"+s.platform)
	path := filepath.Join(folder, "dynoxide")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	return path, s.fetchOnce(ctx, folder, pin)
}

// hasVersion reports whether the binary is the tested release. Another release
// on PATH is not used.
func hasVersion(ctx context.Context, path string) bool {
	out, err := exec.CommandContext(ctx, path, "--version").Output()
	return err == nil && strings.Contains(string(out), Version)
}

// fetchOnce lets one of several processes fetch while the others wait for it.
func (s source) fetchOnce(ctx context.Context, folder, pin string) error {
	if err := os.MkdirAll(s.cache, 0o755); err != nil {
		return fmt.Errorf("make the cache folder: %w (set XDG_CACHE_HOME to a writable folder, or pass --dynamodb URL)", err)
	}
	lock := flock.New(folder + ".lock")
	if ok, err := lock.TryLockContext(ctx, 50*time.Millisecond); !ok {
		return fmt.Errorf("wait for another fetch of dynoxide (%s): %w", lock.Path(), err)
	}
	defer lock.Unlock()
	if _, err := os.Stat(filepath.Join(folder, "dynoxide")); err == nil {
		return nil
	} else if !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("look for dynoxide in the cache: %w", err)
	}
	return s.fetch(ctx, folder, pin)
}
