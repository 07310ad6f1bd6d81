package dynoxide

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// indexed is the database that indexed.sql describes.
//
//go:generate sh -c "rm -f indexed.db && sqlite3 indexed.db < indexed.sql"
//go:embed indexed.db
var indexed []byte

// createDatabase creates an empty database if there is none.
func createDatabase(file string) error {
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".new-")
	if err != nil {
		return fmt.Errorf("create the database: %w", err)
	}
	_, err = f.Write(indexed)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err != nil {
		return fmt.Errorf("create the database: %w", errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}
