package follow

import (
	"encoding/json"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// Copy is a carrier's routes on disk, with the place in the feed up to which they
// are complete. A number that is not rented stays, with its version, so that an
// older entry that comes late does not bring it back.
type Copy struct{ db *bbolt.DB }

var (
	bucketRoutes = []byte("routes")
	bucketFeed   = []byte("feed")
	keyCursor    = []byte("cursor")
)

// Open opens the copy in a file, or makes an empty one.
func Open(path string) (*Copy, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		return nil, fmt.Errorf("%s: %w (another follower may use it)", path, err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{bucketRoutes, bucketFeed} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		_ = db.Close() // the first error counts
		return nil, err
	}
	return &Copy{db}, nil
}

// Close closes the file.
func (c *Copy) Close() error { return c.db.Close() }

// Cursor returns the place in the feed, "" before anything was loaded.
func (c *Copy) Cursor() (cursor string, err error) {
	err = c.db.View(func(tx *bbolt.Tx) error {
		cursor = string(tx.Bucket(bucketFeed).Get(keyCursor))
		return nil
	})
	return cursor, err
}

// All returns the routes of the copy.
func (c *Copy) All() (routes []Route, err error) {
	err = c.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketRoutes).ForEach(func(_, text []byte) error {
			var r Route
			if err := json.Unmarshal(text, &r); err != nil {
				return err
			}
			routes = append(routes, r)
			return nil
		})
	})
	return routes, err
}

// Newer returns the greatest version of each number that is newer than the
// copy's.
func (c *Copy) Newer(routes []Route) ([]Route, error) {
	newest := map[string]Route{}
	err := c.db.View(func(tx *bbolt.Tx) error {
		for _, r := range routes {
			known, seen := newest[r.DID]
			if text := tx.Bucket(bucketRoutes).Get([]byte(r.DID)); !seen && text != nil {
				if err := json.Unmarshal(text, &known); err != nil {
					return err
				}
			}
			if r.Version > known.Version {
				newest[r.DID] = r
			}
		}
		return nil
	})
	var newer []Route
	for _, r := range newest {
		newer = append(newer, r)
	}
	return newer, err
}

// Missing returns the rented numbers of the copy that are not among the routes,
// marked as not rented.
func (c *Copy) Missing(routes []Route) (gone []Route, err error) {
	listed := map[string]bool{}
	for _, r := range routes {
		listed[r.DID] = true
	}
	all, err := c.All()
	for _, r := range all {
		if r.Rented() && !listed[r.DID] {
			gone = append(gone, Route{DID: r.DID, Status: "not_rented"})
		}
	}
	return gone, err
}

// Keep writes routes and the cursor in one transaction.
func (c *Copy) Keep(routes []Route, cursor string) error {
	return c.db.Update(func(tx *bbolt.Tx) error { return put(tx, routes, cursor) })
}

// Replace makes the copy consist of these routes.
func (c *Copy) Replace(routes []Route, cursor string) error {
	return c.db.Update(func(tx *bbolt.Tx) error {
		if err := tx.DeleteBucket(bucketRoutes); err != nil {
			return err
		}
		if _, err := tx.CreateBucket(bucketRoutes); err != nil {
			return err
		}
		return put(tx, routes, cursor)
	})
}

func put(tx *bbolt.Tx, routes []Route, cursor string) error {
	for _, r := range routes {
		text, err := json.Marshal(r)
		if err != nil {
			return err
		}
		if err := tx.Bucket(bucketRoutes).Put([]byte(r.DID), text); err != nil {
			return err
		}
	}
	return tx.Bucket(bucketFeed).Put(keyCursor, []byte(cursor))
}
