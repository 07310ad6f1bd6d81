// Package planted puts bugs into a copy of the source and has the proof find
// them: a checker that finds nothing proves little until it has found these.
// The source itself has no switch for them: the go command builds the functions
// from changed copies of some files, by its overlay.
package planted

import (
	"cmp"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"didpurchase/infra/proof"
	"didpurchase/infra/proof/keys"
	"didpurchase/infra/proof/nemesis"
	"didpurchase/infra/proof/system"
)

//go:embed *.patch
var patches embed.FS

// Bug is a planted bug, and where the proof finds it.
type Bug struct {
	Name    string // of its patch
	Nemesis string // "" for one that only requests with the same key find
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

// Overlay writes changed copies of the files that the bug's patch changes into
// the folder, and returns the overlay that has the go command use them.
func (b Bug) Overlay(root, folder string) (file string, err error) {
	text, err := fs.ReadFile(patches, b.Name+".patch")
	if err != nil {
		return "", err
	}
	_, hunks, err := readPatch(string(text))
	if err != nil {
		return "", fmt.Errorf("%s.patch: %w", b.Name, err)
	}
	changed := map[string]string{}
	for _, h := range hunks {
		path := filepath.Join(root, filepath.FromSlash(h.file))
		if _, known := changed[path]; !known {
			source, err := os.ReadFile(path)
			if err != nil {
				return "", fmt.Errorf("%s.patch: %w", b.Name, err)
			}
			changed[path] = string(source)
		}
		if changed[path], err = h.apply(changed[path]); err != nil {
			return "", fmt.Errorf("%s.patch no longer applies: %w", b.Name, err)
		}
	}
	return writeOverlay(changed, folder)
}

func writeOverlay(changed map[string]string, folder string) (file string, err error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	replace := map[string]string{}
	for path, source := range changed {
		copied := filepath.Join(folder, strconv.Itoa(len(replace))+"-"+filepath.Base(path))
		if err := os.WriteFile(copied, []byte(source), 0o644); err != nil {
			return "", err
		}
		replace[path] = copied
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	file = filepath.Join(folder, "overlay.json")
	return file, os.WriteFile(file, text, 0o644)
}

// Found is how the proof found a bug.
type Found struct {
	Bug       Bug
	Seed      uint64 // of the history that showed it
	Histories int    // with that one
	After     time.Duration
	Fault     string // the first
}

// ErrNotFound says that the proof finds nothing wrong with a bug planted.
var ErrNotFound = errors.New("the planted bug was not found")

// requests are each client's in the histories that look for bugs.
const requests = 45

// String is a line about the finding.
func (f Found) String() string {
	return fmt.Sprintf("%s: found by %s, seed %d, in history %d, after %s: %.300s",
		f.Bug.Name, cmp.Or(f.Bug.Nemesis, "keys"), f.Seed, f.Histories, f.After.Round(100*time.Millisecond), f.Fault)
}

// FindIn is Find in a folder of the bug's own within the folder, or in a
// temporary one when the folder is "".
func (b Bug) FindIn(ctx context.Context, folder string, most int) (Found, error) {
	if folder != "" {
		return b.Find(ctx, filepath.Join(folder, b.Name), most)
	}
	made, err := os.MkdirTemp("", "did-purchase-planted-")
	if err != nil {
		return Found{}, err
	}
	defer os.RemoveAll(made)
	return b.Find(ctx, made, most)
}

// Find builds the system with the bug, and makes histories until one shows it,
// from the bug's seed on.
func (b Bug) Find(ctx context.Context, folder string, most int) (f Found, err error) {
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
	for f.Histories < most && ctx.Err() == nil {
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
