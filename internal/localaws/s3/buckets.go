package s3

import (
	"errors"

	"github.com/johannesboyne/gofakes3"
	"go.etcd.io/bbolt"
)

func (b backend) ListBuckets() (found []gofakes3.BucketInfo, err error) {
	err = b.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(infoBucket).ForEach(func(name, data []byte) error {
			info, err := decode[bucketInfo](data)
			found = append(found, gofakes3.BucketInfo{Name: string(name), CreationDate: gofakes3.NewContentTime(info.Created)})
			return err
		})
	})
	return found, err
}

func (b backend) CreateBucket(name string) error {
	return b.db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.Bucket(objectsBucket).CreateBucket([]byte(name))
		if err != nil {
			return gofakes3.ResourceError(gofakes3.ErrBucketAlreadyExists, name)
		}
		return put(tx.Bucket(infoBucket), []byte(name), bucketInfo{Created: b.now()})
	})
}

func (b backend) BucketExists(name string) (exists bool, err error) {
	err = b.db.View(func(tx *bbolt.Tx) error {
		exists = tx.Bucket(infoBucket).Get([]byte(name)) != nil
		return nil
	})
	return exists, err
}

// DeleteBucket refuses a bucket with any version in it.
func (b backend) DeleteBucket(name string) error {
	return b.db.Update(func(tx *bbolt.Tx) error {
		objects, err := bucketOf(tx, name)
		if err != nil {
			return err
		}
		if k, _ := objects.Cursor().First(); k != nil {
			return gofakes3.ResourceError(gofakes3.ErrBucketNotEmpty, name)
		}
		return dropBucket(tx, name)
	})
}

// ForceDeleteBucket deletes the contents too; their files are removed at the
// next start.
func (b backend) ForceDeleteBucket(name string) error {
	return b.db.Update(func(tx *bbolt.Tx) error {
		if _, err := bucketOf(tx, name); err != nil {
			return err
		}
		return dropBucket(tx, name)
	})
}

func dropBucket(tx *bbolt.Tx, name string) error {
	return errors.Join(
		tx.Bucket(objectsBucket).DeleteBucket([]byte(name)),
		tx.Bucket(infoBucket).Delete([]byte(name)),
	)
}

func (b backend) VersioningConfiguration(name string) (config gofakes3.VersioningConfiguration, err error) {
	err = b.db.View(func(tx *bbolt.Tx) error {
		objects, err := bucketOf(tx, name)
		config.Status = objects.info.Versioning
		return err
	})
	return config, err
}

func (b backend) SetVersioningConfiguration(name string, config gofakes3.VersioningConfiguration) error {
	if config.MFADelete.Enabled() {
		return gofakes3.ErrNotImplemented
	}
	return b.db.Update(func(tx *bbolt.Tx) error {
		objects, err := bucketOf(tx, name)
		if err != nil {
			return err
		}
		objects.info.Versioning = config.Status
		return put(tx.Bucket(infoBucket), []byte(name), objects.info)
	})
}
