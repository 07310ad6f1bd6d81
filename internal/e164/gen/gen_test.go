package main

import (
	"bytes"
	"os"
	"testing"
)

// The committed tables are what go generate makes today.
func TestCommittedTables(t *testing.T) {
	plan, areas, err := build()
	if err != nil {
		t.Fatal(err)
	}
	for name, made := range map[string][]byte{"../plan.bin": plan, "../areas.bin": areas} {
		committed, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(made, committed) {
			t.Errorf("%s is stale: run go generate ./internal/e164", name)
		}
	}
}
