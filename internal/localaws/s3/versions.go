package s3

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/johannesboyne/gofakes3"
	"go.etcd.io/bbolt"
)

// nullVersion is S3's name for a version in a bucket without versioning.
const nullVersion = "null"

// versions is an S3 bucket in the index. Its keys are the object's key, a NUL
// and the inverted sequence, so that an object's newest version is first.
type versions struct {
	*bbolt.Bucket
	info bucketInfo
}

// bucketOf finds an S3 bucket; gofakes3.ErrNoSuchBucket.
func bucketOf(tx *bbolt.Tx, name string) (versions, error) {
	data := tx.Bucket(infoBucket).Get([]byte(name))
	if data == nil {
		return versions{}, gofakes3.BucketNotFound(name)
	}
	info, err := decode[bucketInfo](data)
	return versions{tx.Bucket(objectsBucket).Bucket([]byte(name)), info}, err
}

func (b versions) versioned() bool { return b.info.Versioning == gofakes3.VersioningEnabled }

func objectPrefix(key string) []byte { return append([]byte(key), 0) }

func versionKey(key string, sequence uint64) []byte {
	return binary.BigEndian.AppendUint64(objectPrefix(key), ^sequence)
}

func objectKey(k []byte) string { return string(k[:bytes.IndexByte(k, 0)]) }

// newest returns an object's newest version; gofakes3.ErrNoSuchKey if there is
// none or it is a delete marker.
func (b versions) newest(key string) (version, error) {
	prefix := objectPrefix(key)
	k, data := b.Cursor().Seek(prefix)
	if !bytes.HasPrefix(k, prefix) {
		return version{}, gofakes3.KeyNotFound(key)
	}
	v, err := decode[version](data)
	if err == nil && v.Deleted {
		err = gofakes3.KeyNotFound(key)
	}
	return v, err
}

// find returns the version of that id; gofakes3.ErrNoSuchVersion.
func (b versions) find(key, id string) (version, error) {
	prefix := objectPrefix(key)
	c := b.Cursor()
	for k, data := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, data = c.Next() {
		v, err := decode[version](data)
		if err != nil || v.ID == id {
			return v, err
		}
	}
	return version{}, gofakes3.ResourceError(gofakes3.ErrNoSuchVersion, key)
}

// add makes v the object's newest version, and returns the file of a replaced
// version.
func (b versions) add(key string, v *version) (replaced string, err error) {
	v.ID = nullVersion
	if b.versioned() {
		v.ID = rand.Text()
	} else if old, err := b.find(key, nullVersion); err == nil {
		replaced = old.File
		if err := b.Delete(versionKey(key, old.Sequence)); err != nil {
			return "", err
		}
	}
	return replaced, put(b.Bucket, versionKey(key, v.Sequence), v)
}

// GetObjectVersion returns the newest version if id is empty.
func (b backend) GetObjectVersion(bucket, key string, id gofakes3.VersionID,
	part *gofakes3.ObjectRangeRequest) (*gofakes3.Object, error) {
	v, err := b.look(bucket, key, id)
	if err != nil {
		return nil, err
	}
	object := describe(key, v)
	if v.Deleted {
		return object, nil
	}
	if object.Range, err = part.Range(v.Size); err != nil {
		return nil, err
	}
	f, err := os.Open(filepath.Join(b.objects, v.File))
	if err != nil {
		return nil, fmt.Errorf("the contents of s3://%s/%s: %w", bucket, key, err)
	}
	object.Contents = f
	if object.Range != nil {
		withoutChecksums(object.Metadata)
		object.Contents = section{io.NewSectionReader(f, object.Range.Start, object.Range.Length), f}
	}
	return object, nil
}

// section reads a part of an open file.
type section struct {
	io.Reader
	io.Closer
}

func (b backend) HeadObjectVersion(bucket, key string, id gofakes3.VersionID) (*gofakes3.Object, error) {
	v, err := b.look(bucket, key, id)
	if err != nil {
		return nil, err
	}
	return describe(key, v), nil
}

func (b backend) look(bucket, key string, id gofakes3.VersionID) (v version, err error) {
	err = b.db.View(func(tx *bbolt.Tx) error {
		objects, err := bucketOf(tx, bucket)
		if err != nil {
			return err
		}
		if id == "" {
			v, err = objects.newest(key)
		} else {
			v, err = objects.find(key, string(id))
		}
		return err
	})
	return v, err
}

func describe(key string, v version) *gofakes3.Object {
	return &gofakes3.Object{
		Name: key, Metadata: v.Headers, Size: v.Size, Hash: v.MD5,
		VersionID: versionID(v), IsDeleteMarker: v.Deleted, Contents: http.NoBody,
	}
}

// withoutChecksums drops the headers that are valid only for the whole object.
func withoutChecksums(headers map[string]string) {
	for name := range headers {
		if strings.HasPrefix(name, checksumHeader) {
			delete(headers, name)
		}
	}
}
