// Command gen writes the numbering table that package e164 embeds: plan.bin
// (lengths, trunk prefixes, country, type and display of every number) and
// areas.bin (names of areas by prefix). Its source is a port of Google's
// libphonenumber; only this command links it, so it stays out of the binaries.
package main

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: gen DIR")
	}
	plan, areas, err := build()
	if err != nil {
		log.Fatal(err)
	}
	for name, data := range map[string][]byte{"plan.bin": plan, "areas.bin": areas} {
		if err := os.WriteFile(filepath.Join(os.Args[1], name), data, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

// build makes both files; the same library makes the same bytes.
func build() (plan, areas []byte, err error) {
	p, err := buildPlan()
	if err != nil {
		return nil, nil, fmt.Errorf("plan: %w", err)
	}
	names, err := libraryAreas()
	if err != nil {
		return nil, nil, fmt.Errorf("areas: %w", err)
	}
	return p.encode(), encodeAreas(p.geographic(names)), nil
}

// table collects varints and texts and compresses them at the end. Package e164
// reads this form.
type table struct{ bytes.Buffer }

func (t *table) uint(n uint64) { t.Write(binary.AppendUvarint(nil, n)) }

func (t *table) text(s string) {
	t.uint(uint64(len(s)))
	t.WriteString(s)
}

func (t *table) texts(list []string) {
	t.uint(uint64(len(list)))
	for _, s := range list {
		t.text(s)
	}
}

func (t *table) compress() []byte {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err != nil {
		panic(err) // the level is a constant
	}
	if _, err := w.Write(t.Bytes()); err != nil {
		panic(err) // a bytes.Buffer takes everything
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// interner numbers distinct texts in the order of their first use.
type interner struct {
	list []string
	ids  map[string]int
}

func (in *interner) id(s string) int {
	if in.ids == nil {
		in.ids = map[string]int{}
	}
	id, ok := in.ids[s]
	if !ok {
		id = len(in.list)
		in.list, in.ids[s] = append(in.list, s), id
	}
	return id
}

func sortedKeys[V any](m map[int]V) []int {
	keys := make([]int, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
