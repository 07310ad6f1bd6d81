package planted

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// Overlay writes changed copies of the files in the bug's patch into the folder,
// and returns the overlay with which the go command uses them.
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
