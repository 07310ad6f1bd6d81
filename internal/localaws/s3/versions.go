package s3

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"

	"github.com/johannesboyne/gofakes3"
	"go.etcd.io/bbolt"
)

// nullVersion is S3's name for the version made without versioning.
const nullVersion = "null"

// versions is an S3 bucket in the index. Its keys are the object's key, a NUL
// and the sequence upside down, so that an object's newest version is first.
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

// newest finds an object's newest version; gofakes3.ErrNoSuchKey when there is
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

// find finds the version of that id; gofakes3.ErrNoSuchVersion.
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

// add makes v the object's newest version, and returns the file of the one
// that it replaces, if it does.
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
