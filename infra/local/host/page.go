package host

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// lockInterval is the pause between two checks whether another start has built
// the page.
const lockInterval = 100 * time.Millisecond

// stampFile is in the built folder and names the inputs of the build.
const stampFile = "built-from"

// notInputs are folders of the page that are not part of its source.
var notInputs = map[string]bool{"node_modules": true, "assets": true, "screenshots": true}

// BuildPage builds the web page in folder (with npm's package.json, whose
// scripts write to assets/dist) if one of its inputs has changed. Build embeds
// it afterwards.
func BuildPage(ctx context.Context, folder string) error {
	lock := flock.New(filepath.Join(folder, ".build.lock")) // two starts at once share the folder
	if _, err := lock.TryLockContext(ctx, lockInterval); err != nil {
		return fmt.Errorf("build the page: lock %s: %w", folder, err)
	}
	defer lock.Unlock()
	packages, err := digest(filepath.Join(folder, "package-lock.json"))
	if err != nil {
		return fmt.Errorf("build the page: %w", err)
	}
	all, err := digest(folder)
	if err != nil {
		return fmt.Errorf("build the page: %w", err)
	}
	dist := filepath.Join(folder, "assets", "dist")
	if stamped(dist, all) {
		return nil
	}
	modules := filepath.Join(folder, "node_modules")
	if !stamped(modules, packages) {
		if err := npm(ctx, folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund"); err != nil {
			return err
		}
		if err := stamp(modules, packages); err != nil {
			return fmt.Errorf("build the page: %w", err)
		}
	}
	if err := npm(ctx, folder, "run", "build"); err != nil {
		return err
	}
	return stamp(dist, all)
}

func stamped(folder, sum string) bool {
	text, err := os.ReadFile(filepath.Join(folder, stampFile))
	return err == nil && string(text) == sum
}

func stamp(folder, sum string) error {
	return os.WriteFile(filepath.Join(folder, stampFile), []byte(sum), 0o644)
}

// digest returns the digest of a file, or of all input files in a folder, by
// name and content. It ignores Go files, hidden files and tests.
func digest(root string) (string, error) {
	sum := sha256.New()
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch name := entry.Name(); {
		case err != nil:
			return err
		case entry.IsDir():
			if path != root && notInputs[name] {
				return filepath.SkipDir
			}
			return nil
		case strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".go") || strings.Contains(name, ".test."):
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(root, path)
		fmt.Fprintf(sum, "%s %d\n", filepath.ToSlash(name), len(text))
		sum.Write(text)
		return nil
	})
	return hex.EncodeToString(sum.Sum(nil)), err
}

// npm runs an npm command in the folder.
func npm(ctx context.Context, folder string, args ...string) error {
	program, err := exec.LookPath("npm")
	if err != nil {
		return errors.New("npm is not on PATH, and is needed to build the web page: install Node.js 20.19 or later")
	}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = folder
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("build the page: npm %s in %s: %w\n%s", strings.Join(args, " "), folder, err,
			bytes.TrimSpace(said.Bytes()))
	}
	return nil
}
