package s3

import (
	"crypto/md5"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/johannesboyne/gofakes3"
	"go.etcd.io/bbolt"
)

// backend implements gofakes3's interface: buckets.go, objects.go and list.go.
type backend struct{ *Server }

var (
	_ gofakes3.Backend          = backend{}
	_ gofakes3.VersionedBackend = backend{}
)

// PutObject streams the contents into a file, then publishes it.
func (b backend) PutObject(bucket, key string, headers map[string]string, input io.Reader, size int64,
	conditions *gofakes3.PutConditions) (gofakes3.PutObjectResult, error) {
	v, err := b.store(input, size)
	if err != nil {
		return gofakes3.PutObjectResult{}, err
	}
	v.Headers = kept(headers)
	replaced, err := b.publish(bucket, key, &v, conditions)
	if err != nil {
		return gofakes3.PutObjectResult{}, plain(errors.Join(err, b.remove(v.File)))
	}
	b.signal()
	return gofakes3.PutObjectResult{VersionID: versionID(v)}, b.remove(replaced)
}

// store writes the contents to a new file; gofakes3.ErrIncompleteBody if they
// don't have the announced size.
func (b backend) store(input io.Reader, size int64) (version, error) {
	f, err := os.CreateTemp(b.objects, "")
	if err != nil {
		return version{}, err
	}
	sum := md5.New()
	n, err := io.Copy(io.MultiWriter(f, sum), input)
	err = errors.Join(err, f.Close())
	if err == nil && n != size {
		err = gofakes3.ErrIncompleteBody
	}
	name := filepath.Base(f.Name())
	if err != nil {
		b.remove(name)
		return version{}, plain(err)
	}
	return version{Size: n, MD5: sum.Sum(nil), File: name}, nil
}

// plain unwraps S3's own errors, which gofakes3 recognises only unwrapped.
func plain(err error) error {
	var known gofakes3.Error
	if errors.As(err, &known) {
		return known
	}
	return err
}

// publish makes the version its object's newest and adds it to the journal,
// both or neither.
func (b backend) publish(bucket, key string, v *version, conditions *gofakes3.PutConditions) (replaced string,
	err error) {
	now := b.now()
	err = b.db.Update(func(tx *bbolt.Tx) error {
		objects, err := bucketOf(tx, bucket)
		if err != nil {
			return err
		}
		if err := check(objects, key, conditions); err != nil {
			return err
		}
		if v.Sequence, err = nextSequence(tx, now); err != nil {
			return err
		}
		v.Modified = now
		if replaced, err = objects.add(key, v); err != nil {
			return err
		}
		return record(tx, bucket, key, *v)
	})
	return replaced, err
}

func check(objects versions, key string, conditions *gofakes3.PutConditions) error {
	if conditions == nil {
		return nil
	}
	old, err := objects.newest(key)
	if err != nil && !gofakes3.HasErrorCode(err, gofakes3.ErrNoSuchKey) {
		return err
	}
	return gofakes3.CheckPutConditions(conditions, &gofakes3.ConditionalObjectInfo{Exists: err == nil, Hash: old.MD5})
}

// kept returns the request's headers that are stored with an object.
func kept(headers map[string]string) map[string]string {
	out := map[string]string{}
	for name, value := range headers {
		if name == "Last-Modified" || strings.HasPrefix(name, "Content-") ||
			strings.HasPrefix(name, "X-Amz-Meta-") || strings.HasPrefix(name, checksumHeader) {
			out[name] = value
		}
	}
	return out
}

func versionID(v version) gofakes3.VersionID {
	if v.ID == nullVersion {
		return ""
	}
	return gofakes3.VersionID(v.ID)
}

func (b backend) remove(file string) error {
	if file == "" {
		return nil
	}
	return os.Remove(filepath.Join(b.objects, file))
}

func (b backend) GetObject(bucket, key string, part *gofakes3.ObjectRangeRequest) (*gofakes3.Object, error) {
	return b.GetObjectVersion(bucket, key, "", part)
}

func (b backend) HeadObject(bucket, key string) (*gofakes3.Object, error) {
	return b.HeadObjectVersion(bucket, key, "")
}

func (b backend) CopyObject(srcBucket, srcKey, dstBucket, dstKey string,
	headers map[string]string) (gofakes3.CopyObjectResult, error) {
	source, err := b.GetObject(srcBucket, srcKey, nil)
	if err != nil {
		return gofakes3.CopyObjectResult{}, err
	}
	defer source.Contents.Close()
	if _, err := b.PutObject(dstBucket, dstKey, headers, source.Contents, source.Size, nil); err != nil {
		return gofakes3.CopyObjectResult{}, err
	}
	return gofakes3.CopyObjectResult{ETag: gofakes3.FormatETag(source.Hash),
		LastModified: gofakes3.NewContentTime(b.now())}, nil
}
