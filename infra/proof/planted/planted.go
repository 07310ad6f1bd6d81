// Package planted puts bugs into a copy of the source and lets the proof find them:
// a checker that finds nothing proves little until it has found these. The source
// itself has no switch for them: the go command builds the functions from changed
// copies of some files, with its overlay.
package planted

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"didpurchase/infra/proof"
	"didpurchase/infra/proof/keys"
	"didpurchase/infra/proof/nemesis"
	"didpurchase/infra/proof/system"
)

//go:embed *.patch
var patches embed.FS

// Bug is a planted bug, and the nemesis with which the proof finds it.
type Bug struct {
	Name    string // name of its patch
	Nemesis string // "" for a bug that only requests with the same key find
	Seed    uint64
}

// Bugs are all planted bugs.
var Bugs = []Bug{
	{"hold-guard", "none", 1},
	{"until-ignored", "none", 1},
	{"removal-guard", "none", 1},
	{"key-unrecorded", "repeats", 1},
	{"key-read-once", "", 1},
	{"account-version", "repeats", 1},
	{"lost-answer", "drops", 1},
	{"block-version", "old-batches", 1},
	{"block-unlogged", "none", 1},
	{"lapse-by-line", "cart-outages", 1},
	{"renewal-period", "renewals", 1},
}

// Named returns the bug with the name.
func Named(name string) (Bug, error) {
	at := slices.IndexFunc(Bugs, func(b Bug) bool { return b.Name == name })
	if at < 0 {
		return Bug{}, fmt.Errorf("there is no planted bug %q", name)
	}
	return Bugs[at], nil
}

// Select returns the bugs with these names, with commas between them, or all.
func Select(names string) (bugs []Bug, err error) {
	if names == "all" {
		return Bugs, nil
	}
	for name := range strings.SplitSeq(names, ",") {
		b, err := Named(name)
		if err != nil {
			return nil, err
		}
		bugs = append(bugs, b)
	}
	return bugs, nil
}

// Found is the history in which the proof found a bug.
type Found struct {
	Bug       Bug
	Seed      uint64 // of the history that showed it
	Histories int    // number of histories, including that one
	After     time.Duration
	Fault     string // the first fault
}

// Errors of a search for a bug.
var (
	// ErrNotFound means that the proof missed the bug: no history up to the limit
	// showed a fault.
	ErrNotFound = errors.New("the planted bug was not found")
	// ErrTimeOver means that the time ended before a history showed a fault.
	ErrTimeOver = errors.New("the planted bug was not found before the time was over")
)

// Limits limit the search for a bug. It makes at least one history.
type Limits struct {
	Histories int
	Time      time.Duration // no history begins after that; 0 for no limit
}

// requests is the number of requests of each client in these histories.
const requests = 45

// String returns a line about the finding.
func (f Found) String() string {
	return fmt.Sprintf("%s: found by %s, seed %d, in history %d, after %s: %.300s",
		f.Bug.Name, cmp.Or(f.Bug.Nemesis, "keys"), f.Seed, f.Histories, f.After.Round(100*time.Millisecond), f.Fault)
}

// FindIn is Find in a folder of the bug's own within the folder, or in a temporary
// one if the folder is "".
func (b Bug) FindIn(ctx context.Context, folder string, limits Limits) (Found, error) {
	if folder != "" {
		return b.Find(ctx, filepath.Join(folder, b.Name), limits)
	}
	made, err := os.MkdirTemp("", "did-purchase-planted-")
	if err != nil {
		return Found{}, err
	}
	defer os.RemoveAll(made)
	return b.Find(ctx, made, limits)
}

// Find builds the system with the bug, and makes histories until one shows it,
// beginning with the bug's seed. Errors: ErrNotFound, ErrTimeOver.
func (b Bug) Find(ctx context.Context, folder string, limits Limits) (f Found, err error) {
	asked := time.Now()
	root, err := system.ModuleRoot()
	if err != nil {
		return f, err
	}
	overlay, err := b.Overlay(root, filepath.Join(folder, "overlay"))
	if err != nil {
		return f, err
	}
	s, err := system.Start(ctx, system.Options{Folder: folder, Overlay: overlay})
	if err != nil {
		return f, err
	}
	defer s.Close()
	t, err := proof.Prepare(s)
	if err != nil {
		return f, err
	}
	began := time.Now()
	for f.Histories < limits.Histories && ctx.Err() == nil {
		if limits.Time > 0 && f.Histories > 0 && time.Since(asked) > limits.Time {
			return f, fmt.Errorf("%s: %w, in %d histories", b.Name, ErrTimeOver, f.Histories)
		}
		seed := b.Seed + uint64(f.Histories)
		f.Histories++
		faults, err := b.look(t, seed)
		if err != nil {
			return f, err
		}
		if len(faults) > 0 {
			f.Bug, f.Seed, f.After, f.Fault = b, seed, time.Since(began), faults[0]
			return f, nil
		}
	}
	return f, fmt.Errorf("%s: %w in %d histories", b.Name, ErrNotFound, f.Histories)
}

// look makes one history, or one run of keys, and returns its faults.
func (b Bug) look(t *proof.Trial, seed uint64) ([]string, error) {
	if b.Nemesis == "" {
		r := keys.Run(t.System, keys.Options{Keys: 20, Threads: 16, Seed: seed})
		return r.Faults, nil
	}
	n, err := nemesis.Named(b.Nemesis)
	if err != nil {
		return nil, err
	}
	return t.Run(proof.Plan{Seed: seed, Nemesis: n, Requests: requests, Patience: 12 * time.Second}).Faults, nil
}
