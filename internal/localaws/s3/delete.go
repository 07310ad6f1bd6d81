package s3

import (
	"github.com/johannesboyne/gofakes3"
	"go.etcd.io/bbolt"
)

// DeleteObject adds a delete marker, or removes the object if the bucket has no
// versions. A missing object is no error.
func (b backend) DeleteObject(bucket, key string) (result gofakes3.ObjectDeleteResult, err error) {
	var replaced string
	err = b.db.Update(func(tx *bbolt.Tx) error {
		objects, err := bucketOf(tx, bucket)
		if err != nil {
			return err
		}
		if !objects.versioned() {
			result, replaced, err = objects.erase(key, nullVersion)
			return err
		}
		marker := version{Modified: b.now(), Deleted: true}
		if marker.Sequence, err = nextSequence(tx, marker.Modified); err != nil {
			return err
		}
		_, err = objects.add(key, &marker)
		result = gofakes3.ObjectDeleteResult{IsDeleteMarker: true, VersionID: versionID(marker)}
		return err
	})
	if err != nil {
		return gofakes3.ObjectDeleteResult{}, err
	}
	return result, b.remove(replaced)
}

// DeleteObjectVersion removes one version for good.
func (b backend) DeleteObjectVersion(bucket, key string,
	id gofakes3.VersionID) (result gofakes3.ObjectDeleteResult, err error) {
	var file string
	err = b.db.Update(func(tx *bbolt.Tx) error {
		objects, err := bucketOf(tx, bucket)
		if err == nil {
			result, file, err = objects.erase(key, string(id))
		}
		return err
	})
	if err != nil {
		return gofakes3.ObjectDeleteResult{}, err
	}
	return result, b.remove(file)
}

// erase removes one version from the index and returns its file.
func (b versions) erase(key, id string) (result gofakes3.ObjectDeleteResult, file string, err error) {
	v, err := b.find(key, id)
	if gofakes3.HasErrorCode(err, gofakes3.ErrNoSuchVersion) {
		return result, "", nil
	}
	if err != nil {
		return result, "", err
	}
	result = gofakes3.ObjectDeleteResult{IsDeleteMarker: v.Deleted, VersionID: versionID(v)}
	return result, v.File, b.Delete(versionKey(key, v.Sequence))
}

func (b backend) DeleteMulti(bucket string, keys ...string) (gofakes3.MultiDeleteResult, error) {
	objects := make([]gofakes3.ObjectID, len(keys))
	for i, key := range keys {
		objects[i].Key = key
	}
	return b.DeleteMultiVersions(bucket, objects...)
}

func (b backend) DeleteMultiVersions(bucket string,
	objects ...gofakes3.ObjectID) (result gofakes3.MultiDeleteResult, err error) {
	for _, object := range objects {
		if object.VersionID == "" {
			_, err = b.DeleteObject(bucket, object.Key)
		} else {
			_, err = b.DeleteObjectVersion(bucket, object.Key, gofakes3.VersionID(object.VersionID))
		}
		if err != nil {
			failed := gofakes3.ErrorResultFromError(err)
			failed.Key = object.Key
			result.Error = append(result.Error, failed)
			continue
		}
		result.Deleted = append(result.Deleted, object)
	}
	return result, nil
}
