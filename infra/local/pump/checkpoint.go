package pump

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// checkpoint is the position of a mapping in a stream. Its file is always
// replaced as a whole.
type checkpoint struct {
	file string
	position
}

// position is the place after a record of a shard.
type position struct {
	Stream string // ARN; with another stream's ARN the position is void
	Shard  string
	After  string // sequence number; "" before the first
}

// loadCheckpoint reads the position in the stream, or none.
func loadCheckpoint(file, stream string) (*checkpoint, error) {
	c := &checkpoint{file: file}
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, &c.position)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("read the checkpoint %s: %w", file, err)
	}
	if c.Stream != stream {
		c.position = position{Stream: stream}
	}
	return c, nil
}

// save replaces the position.
func (c *checkpoint) save(shard, after string) error {
	next := position{Stream: c.Stream, Shard: shard, After: after}
	if next == c.position {
		return nil
	}
	text, err := json.Marshal(next)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(c.file), 0o755); err != nil {
		return fmt.Errorf("write the checkpoint: %w", err)
	}
	fresh := c.file + ".new"
	if err := os.WriteFile(fresh, text, 0o644); err != nil {
		return fmt.Errorf("write the checkpoint: %w", err)
	}
	if err := os.Rename(fresh, c.file); err != nil {
		return fmt.Errorf("write the checkpoint: %w", err)
	}
	c.position = next
	return nil
}
