package planted

import (
	"context"
	"flag"
	"runtime"
	"strings"
	"testing"
	"time"

	"didpurchase/infra/proof/system"
)

var (
	find = flag.Bool("planted", false, "build the system with each bug, and see that the proof finds it")
	most = flag.Int("planted.histories", 12, "how many histories may show no fault before a bug is called not found")
)

// A patch that no longer applies leaves a bug unproven.
func TestPatchesApply(t *testing.T) {
	t.Parallel()
	root, err := system.ModuleRoot()
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range Bugs {
		if _, err := b.Overlay(root, t.TempDir()); err != nil {
			t.Error(err)
		}
	}
	files, err := patches.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if _, err := Named(strings.TrimSuffix(f.Name(), ".patch")); err != nil {
			t.Errorf("%s: %v", f.Name(), err)
		}
	}
}

func TestHunksApplyOnce(t *testing.T) {
	t.Parallel()
	const patch = "A bug.\n--- a/f.go\n+++ b/f.go\n@@ @@\n one\n-two\n+three\n"
	_, hunks, err := readPatch(patch)
	if err != nil || len(hunks) != 1 {
		t.Fatalf("read %v, %v", hunks, err)
	}
	for _, c := range []struct{ source, want, fault string }{
		{"zero\none\ntwo\n", "zero\none\nthree\n", ""},
		{"two\n", "", "f.go has these lines 0 times"},
		{"one\ntwo\none\ntwo\n", "", "f.go has these lines 2 times"},
	} {
		got, err := hunks[0].apply(c.source)
		if got != c.want {
			t.Errorf("%q: applied %q, want %q", c.source, got, c.want)
		}
		if (err == nil) != (c.fault == "") {
			t.Errorf("%q: error %v", c.source, err)
		}
		if err != nil && !strings.Contains(err.Error(), c.fault) {
			t.Errorf("%q: error %v, want %q", c.source, err, c.fault)
		}
	}
}

func TestFound(t *testing.T) {
	if !*find || runtime.GOOS != "linux" {
		t.Skip("runs with -planted, on Linux")
	}
	for _, b := range Bugs {
		t.Run(b.Name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
			defer cancel()
			f, err := b.Find(ctx, t.TempDir(), Limits{Histories: *most})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("found by seed %d, in history %d, after %s: %s", f.Seed, f.Histories,
				f.After.Round(100*time.Millisecond), f.Fault)
		})
	}
}
