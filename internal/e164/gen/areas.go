package main

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"didpurchase/internal/e164"
)

// libraryAreas reads the library's English names of areas: prefix of an E.164
// number → name. The library does not export them, so it reads the library's
// file.
func libraryAreas() (map[string]string, error) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/nyaruka/phonenumbers").Output()
	if err != nil {
		return nil, fmt.Errorf("find the library: %w", err)
	}
	packed, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "data", "prefix_to_geocodings", "en.txt.gz"))
	if err != nil {
		return nil, err
	}
	unzip, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(unzip)
	if err != nil {
		return nil, err
	}
	return parseAreas(bytes.NewReader(data))
}

// parseAreas reads the library's format: the names, then for each prefix its
// difference to the previous one and the index of its name.
func parseAreas(r *bytes.Reader) (map[string]string, error) {
	var size, count uint32
	if err := binary.Read(r, binary.LittleEndian, &size); err != nil {
		return nil, err
	}
	text := make([]byte, size)
	if _, err := io.ReadFull(r, text); err != nil {
		return nil, err
	}
	names := strings.Split(string(text), "\n")
	if err := binary.Read(r, binary.LittleEndian, &count); err != nil {
		return nil, err
	}
	areas := make(map[string]string, count)
	prefix := uint64(0)
	for range count {
		diff, err := binary.ReadUvarint(r)
		if err != nil {
			return nil, err
		}
		var name uint16
		if err := binary.Read(r, binary.LittleEndian, &name); err != nil {
			return nil, err
		}
		prefix += diff
		areas[strconv.FormatUint(prefix, 10)] = names[name]
	}
	return areas, nil
}

// geographic keeps the areas that a range can have: areas of geographic numbers
// that are not smaller than a block. (The rest is half a million prefixes of
// Chinese mobiles and of Australian hundreds.)
func (p *plan) geographic(areas map[string]string) map[string]string {
	kept := map[string]string{}
	for prefix, name := range areas {
		if length := p.geographicLength(prefix); length-len(prefix) >= 4 {
			kept[prefix] = strings.TrimSpace(name)
		}
	}
	return kept
}

// geographicLength returns the length of the longest geographic numbers that
// begin with the prefix, 0 if there are none.
func (p *plan) geographicLength(prefix string) (longest int) {
	for _, c := range p.codes {
		calling := strconv.Itoa(c.calling)
		if !strings.HasPrefix(prefix, calling) {
			continue
		}
		for _, length := range sortedKeys(c.trees) {
			national := prefix[len(calling):]
			if length >= len(national) && p.hasGeographic(p.walk(c.trees[length], national)) {
				longest = len(calling) + length
			}
		}
	}
	return longest
}

func (p *plan) walk(tree int, digits string) int {
	for _, d := range digits {
		if tree&1 == 0 {
			return tree
		}
		tree = p.nodes[tree>>1][d-'0']
	}
	return tree
}

func (p *plan) hasGeographic(tree int) bool {
	if tree&1 == 0 {
		return strings.Split(p.classes.list[tree>>1], " ")[1] == string(e164.Geographic)
	}
	return slices.ContainsFunc(p.nodes[tree>>1][:], p.hasGeographic)
}

// encodeAreas writes areas.bin; package e164's decodeAreas reads it. Prefixes
// are written in the order of their digits, which lets neighbours share names.
func encodeAreas(areas map[string]string) []byte {
	var prefixes, names []string
	for prefix, name := range areas {
		prefixes, names = append(prefixes, prefix), append(names, name)
	}
	slices.Sort(prefixes)
	slices.Sort(names)
	names = slices.Compact(names)
	var t table
	t.texts(names)
	t.uint(uint64(len(prefixes)))
	last := uint64(0)
	for _, prefix := range prefixes {
		key := areaKey(prefix)
		t.uint(key - last)
		last = key
	}
	for _, prefix := range prefixes {
		name, _ := slices.BinarySearch(names, areas[prefix])
		t.uint(uint64(name))
	}
	return t.compress()
}

// areaKey returns the prefix filled up to 9 digits, then its length: in this
// order a prefix comes before longer prefixes that begin with it.
func areaKey(prefix string) uint64 {
	key, err := strconv.ParseUint(prefix+strings.Repeat("0", 9-len(prefix))+strconv.Itoa(len(prefix)), 10, 64)
	if err != nil {
		panic(err) // made of digits
	}
	return key
}
