package s3

import (
	"bytes"

	"github.com/johannesboyne/gofakes3"
	"go.etcd.io/bbolt"
)

// lastKey, appended to a text, sorts after every key that starts with that
// text.
const lastKey = "\U0010FFFF"

// ListBucket lists the objects that have not been deleted, ascending by key.
func (b backend) ListBucket(name string, prefix *gofakes3.Prefix,
	page gofakes3.ListBucketPage) (*gofakes3.ObjectList, error) {
	if prefix == nil {
		prefix = &gofakes3.Prefix{}
	}
	list := gofakes3.NewObjectList()
	err := b.db.View(func(tx *bbolt.Tx) error {
		objects, err := bucketOf(tx, name)
		if err != nil {
			return err
		}
		return objects.list(list, prefix, page)
	})
	return list, err
}

func (b versions) list(list *gofakes3.ObjectList, prefix *gofakes3.Prefix, page gofakes3.ListBucketPage) error {
	var match gofakes3.PrefixMatch
	var count int64
	c := b.Cursor()
	for k, data := c.Seek(startOf(prefix, page)); k != nil; {
		key := objectKey(k)
		v, err := decode[version](data)
		if err != nil {
			return err
		}
		next := key
		if !v.Deleted && prefix.Match(key, &match) {
			if count++; page.MaxKeys > 0 && count > page.MaxKeys {
				list.IsTruncated = true
				return nil
			}
			if match.CommonPrefix {
				list.AddPrefix(match.MatchedPart)
				next = match.MatchedPart + lastKey
			} else {
				list.Add(&gofakes3.Content{
					Key: key, Size: v.Size, ETag: gofakes3.FormatETag(v.MD5), LastModified: gofakes3.NewContentTime(v.Modified),
				})
			}
			list.NextMarker = next
		} else if key > prefix.Prefix+lastKey {
			break
		}
		k, data = c.Seek(afterKey(next))
	}
	list.NextMarker = ""
	return nil
}

func startOf(prefix *gofakes3.Prefix, page gofakes3.ListBucketPage) []byte {
	if page.Marker != "" && page.Marker >= prefix.Prefix {
		return afterKey(page.Marker)
	}
	return []byte(prefix.Prefix)
}

// afterKey follows every version of the object.
func afterKey(key string) []byte { return append([]byte(key), 1) }

// ListBucketVersions lists every version and delete marker, by key, the newest
// first.
func (b backend) ListBucketVersions(name string, prefix *gofakes3.Prefix,
	page *gofakes3.ListBucketVersionsPage) (*gofakes3.ListBucketVersionsResult, error) {
	if prefix == nil {
		prefix = &gofakes3.Prefix{}
	}
	if page == nil {
		page = &gofakes3.ListBucketVersionsPage{}
	}
	list := gofakes3.NewListBucketVersionsResult(name, prefix, page)
	err := b.db.View(func(tx *bbolt.Tx) error {
		objects, err := bucketOf(tx, name)
		if err != nil {
			return err
		}
		return objects.listVersions(list, prefix, page)
	})
	return list, err
}

func (b versions) listVersions(list *gofakes3.ListBucketVersionsResult, prefix *gofakes3.Prefix,
	page *gofakes3.ListBucketVersionsPage) error {
	var match gofakes3.PrefixMatch
	var count int64
	c := b.Cursor()
	start, err := b.startOfVersions(page)
	if err != nil {
		return err
	}
	for k, data := c.Seek(start); k != nil; k, data = c.Next() {
		key := objectKey(k)
		if !prefix.Match(key, &match) {
			continue
		}
		if match.CommonPrefix {
			list.AddPrefix(match.MatchedPart)
			continue
		}
		v, err := decode[version](data)
		if err != nil {
			return err
		}
		if count++; page.MaxKeys > 0 && count > page.MaxKeys {
			list.IsTruncated = true
			return nil
		}
		list.Versions = append(list.Versions, item(key, v, b.isNewest(k)))
		list.NextKeyMarker, list.NextVersionIDMarker = key, gofakes3.VersionID(v.ID)
	}
	list.NextKeyMarker, list.NextVersionIDMarker = "", ""
	return nil
}

func (b versions) startOfVersions(page *gofakes3.ListBucketVersionsPage) ([]byte, error) {
	switch {
	case page.KeyMarker == "":
		return nil, nil
	case page.VersionIDMarker == "":
		return afterKey(page.KeyMarker), nil
	}
	v, err := b.find(page.KeyMarker, string(page.VersionIDMarker))
	return append(versionKey(page.KeyMarker, v.Sequence), 0), err
}

func (b versions) isNewest(k []byte) bool {
	first, _ := b.Cursor().Seek(objectPrefix(objectKey(k)))
	return bytes.Equal(first, k)
}

func item(key string, v version, newest bool) gofakes3.VersionItem {
	modified := gofakes3.NewContentTime(v.Modified)
	if v.Deleted {
		return &gofakes3.DeleteMarker{Key: key, VersionID: gofakes3.VersionID(v.ID), IsLatest: newest, LastModified: modified}
	}
	return &gofakes3.Version{
		Key: key, VersionID: gofakes3.VersionID(v.ID), IsLatest: newest, LastModified: modified,
		Size: v.Size, ETag: gofakes3.FormatETag(v.MD5),
	}
}
