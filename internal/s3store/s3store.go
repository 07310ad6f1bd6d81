// Package s3store reads carriers' files and writes their reports in S3. It
// knows objects, but not their content. The S3 client adds 1 MB to a binary, so
// functions of the API use s3presign instead.
package s3store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"didpurchase/internal/commit"
	"didpurchase/internal/intake"
	"didpurchase/internal/outage"
)

// partSize is the size in bytes of a report's parts; a smaller report is one
// request. It is S3's minimum, because parts are held in memory.
const partSize = 5 << 20

// Bucket keeps objects. It implements intake.Files.
type Bucket struct {
	client *s3.Client
	upload *transfermanager.Client
	name   string
}

// New returns the bucket for reports. With an endpoint ("" on AWS) requests are
// path-style, as servers other than S3 expect.
func New(cfg aws.Config, endpoint, bucket string) Bucket {
	client := s3.NewFromConfig(outage.Marked(cfg), func(o *s3.Options) { o.UsePathStyle = endpoint != "" })
	upload := transfermanager.New(client, func(o *transfermanager.Options) {
		o.PartSizeBytes, o.MultipartUploadThreshold = partSize, partSize
		o.Concurrency = 1
	})
	return Bucket{client: client, upload: upload, name: bucket}
}

// Open streams a version of an object and returns its size in bytes. Errors:
// intake.ErrNoFile; commit.ErrUnavailable, also while reading.
func (b Bucket) Open(ctx context.Context, o intake.Object) (io.ReadCloser, int64, error) {
	in := &s3.GetObjectInput{Bucket: &o.Bucket, Key: &o.Key}
	if o.Version != "" {
		in.VersionId = &o.Version
	}
	out, err := b.client.GetObject(ctx, in)
	var api smithy.APIError
	if errors.As(err, &api) && (api.ErrorCode() == "NoSuchKey" || api.ErrorCode() == "NoSuchVersion") {
		return nil, 0, fmt.Errorf("%w: s3://%s/%s version %q", intake.ErrNoFile, o.Bucket, o.Key, o.Version)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("s3store: open s3://%s/%s: %w", o.Bucket, o.Key, err)
	}
	return body{out.Body}, aws.ToInt64(out.ContentLength), nil
}

// Read streams an object of the bucket. Errors: intake.ErrNoFile;
// commit.ErrUnavailable, also while reading.
func (b Bucket) Read(ctx context.Context, key string) (io.ReadCloser, error) {
	content, _, err := b.Open(ctx, intake.Object{Bucket: b.name, Key: key})
	return content, err
}

// body is an object's content. A broken connection must return an error: it is not
// the end of the file.
type body struct{ io.ReadCloser }

func (b body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == nil || err == io.EOF || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return n, err
	}
	return n, fmt.Errorf("%w: s3store: read: %v", commit.ErrUnavailable, err)
}

// Delete removes a version of an object for good. It is idempotent. Errors:
// commit.ErrUnavailable.
func (b Bucket) Delete(ctx context.Context, o intake.Object) error {
	in := &s3.DeleteObjectInput{Bucket: &o.Bucket, Key: &o.Key}
	if o.Version != "" {
		in.VersionId = &o.Version
	}
	if _, err := b.client.DeleteObject(ctx, in); err != nil {
		return fmt.Errorf("s3store: delete s3://%s/%s: %w", o.Bucket, o.Key, err)
	}
	return nil
}

// WriteOnce stores the body under the key, unless there is an object already, which
// is not changed. Errors: commit.ErrUnavailable.
func (b Bucket) WriteOnce(ctx context.Context, key, contentType string, body []byte) error {
	_, err := b.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &b.name, Key: &key, Body: bytes.NewReader(body), ContentType: &contentType, IfNoneMatch: aws.String("*"),
	})
	var api smithy.APIError
	if errors.As(err, &api) && api.ErrorCode() == "PreconditionFailed" {
		return nil
	}
	if err != nil {
		return fmt.Errorf("s3store: write s3://%s/%s: %w", b.name, key, err)
	}
	return nil
}

// Write stores the body under the key, as a whole or not at all. It holds the body
// in memory in parts. Errors: commit.ErrUnavailable.
func (b Bucket) Write(ctx context.Context, key, contentType string, body io.Reader) error {
	_, err := b.upload.UploadObject(ctx, &transfermanager.UploadObjectInput{
		Bucket: &b.name, Key: &key, Body: body, ContentType: &contentType,
	})
	if err != nil {
		return fmt.Errorf("s3store: write s3://%s/%s: %w", b.name, key, err)
	}
	return nil
}
