// Package s3 is an S3 for one machine: gofakes3 speaks the protocol; this
// package keeps buckets, versions and objects in a folder, with a journal of
// new objects until they are delivered. Every client that reaches the address
// may do anything: signatures, policies and ACLs are not checked. The package
// does not know the readers of the journal.
//
// We did not choose versitygw, the other S3 in Go: it needs extended attributes
// of the file system, and a broker for its events.
package s3

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/johannesboyne/gofakes3"
	"go.etcd.io/bbolt"
)

// Top-level buckets of the index. All values are JSON.
var (
	infoBucket    = []byte("buckets") // name → bucketInfo
	objectsBucket = []byte("objects") // name → a bucket of versionKey → version
	journalBucket = []byte("journal") // sequence → Created
)

// bucketInfo has the settings of an S3 bucket.
type bucketInfo struct {
	Created    time.Time
	Versioning gofakes3.VersioningStatus
}

// version is one version of an object, or a delete marker.
type version struct {
	Sequence uint64
	ID       string // "null" when made while the bucket had no versioning
	Size     int64
	MD5      []byte
	Headers  map[string]string
	Modified time.Time
	Deleted  bool   `json:",omitempty"`
	File     string `json:",omitempty"` // its name under objects/
}

// Server is an S3 with its state in a folder.
type Server struct {
	db      *bbolt.DB
	objects string // folder of the contents
	now     func() time.Time
	created chan struct{}
	http.Handler
}

// Open serves the contents of the folder, which it creates if it is missing. A
// crash loses nothing that was acknowledged; a power cut may.
func Open(folder string, now func() time.Time) (*Server, error) {
	objects := filepath.Join(folder, "objects")
	if err := os.MkdirAll(objects, 0o755); err != nil {
		return nil, fmt.Errorf("open S3 in %s: %w", folder, err)
	}
	db, err := bbolt.Open(filepath.Join(folder, "index.db"), 0o644, &bbolt.Options{Timeout: 5 * time.Second, NoSync: true})
	if err != nil {
		return nil, fmt.Errorf("open S3 in %s: %w", folder, err)
	}
	s := &Server{db: db, objects: objects, now: now, created: make(chan struct{}, 1)}
	if err := s.prepare(); err != nil {
		return nil, errors.Join(fmt.Errorf("open S3 in %s: %w", folder, err), db.Close())
	}
	s.Handler = s.routes()
	return s, nil
}

// Close ends the server; running requests fail.
func (s *Server) Close() error { return s.db.Close() }

// prepare creates the index, and removes files that a crash left out of it.
func (s *Server) prepare() error {
	known := map[string]bool{}
	err := s.db.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{infoBucket, objectsBucket, journalBucket} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		all := tx.Bucket(objectsBucket)
		return all.ForEachBucket(func(name []byte) error {
			return all.Bucket(name).ForEach(func(_, data []byte) error {
				v, err := decode[version](data)
				known[v.File] = true
				return err
			})
		})
	})
	if err != nil {
		return err
	}
	files, err := os.ReadDir(s.objects)
	if err != nil {
		return err
	}
	for _, file := range files {
		if !known[file.Name()] {
			if err := os.Remove(filepath.Join(s.objects, file.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// EnsureBucket creates the bucket if it is missing, and sets its versioning.
func (s *Server) EnsureBucket(name string, versioned bool) error {
	b := backend{s}
	if err := b.CreateBucket(name); err != nil && !gofakes3.HasErrorCode(err, gofakes3.ErrBucketAlreadyExists) {
		return fmt.Errorf("make bucket %s: %w", name, err)
	}
	if !versioned {
		return nil
	}
	on := gofakes3.VersioningConfiguration{Status: gofakes3.VersioningEnabled}
	if err := b.SetVersioningConfiguration(name, on); err != nil {
		return fmt.Errorf("enable the versions of bucket %s: %w", name, err)
	}
	return nil
}

// Put writes an object as a client would.
func (s *Server) Put(bucket, key string, body []byte) error {
	_, err := backend{s}.PutObject(bucket, key, map[string]string{}, bytes.NewReader(body), int64(len(body)), nil)
	if err != nil {
		return fmt.Errorf("put s3://%s/%s: %w", bucket, key, err)
	}
	return nil
}

func decode[T any](data []byte) (T, error) {
	var value T
	err := json.Unmarshal(data, &value)
	return value, err
}

func put(b *bbolt.Bucket, key []byte, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return b.Put(key, data)
}
