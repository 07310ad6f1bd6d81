package seed

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"didpurchase/internal/dynamo"
	"didpurchase/internal/intake"
)

const (
	// importWithin is how long the import of all files may take.
	importWithin = 2 * time.Minute
	// look is how often it is looked at.
	look = 100 * time.Millisecond
)

// importOffer drops acme's files into the bucket, those that are not there yet,
// and waits until each is imported.
func (c Config) importOffer(ctx context.Context, store *dynamo.Store) error {
	bucket := s3.NewFromConfig(c.aws(c.S3), func(o *s3.Options) { o.UsePathStyle = true })
	pending := map[string]bool{}
	for _, f := range offer() {
		key := "inventory/" + acme + "/" + f.name
		pending[key] = true
		if err := c.drop(ctx, bucket, key, f.content); err != nil {
			return fmt.Errorf("seed: put %s: %w", key, err)
		}
	}
	within, cancel := context.WithTimeout(ctx, importWithin)
	defer cancel()
	for {
		err := strike(within, store, pending)
		if err != nil || len(pending) == 0 {
			return err
		}
		select {
		case <-within.Done():
			return fmt.Errorf("seed: the import function did not take in %d files within %s", len(pending), importWithin)
		case <-time.After(look):
		}
	}
}

// drop puts a file, unless it is there.
func (c Config) drop(ctx context.Context, bucket *s3.Client, key, content string) error {
	_, err := bucket.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &c.Bucket, Key: &key})
	var missing *types.NotFound
	if err == nil || !errors.As(err, &missing) {
		return err
	}
	_, err = bucket.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &c.Bucket, Key: &key, Body: strings.NewReader(content), ContentType: aws.String("text/csv"),
	})
	return err
}

// strike takes the files that are imported off pending. One that failed is an
// error.
func strike(ctx context.Context, store *dynamo.Store, pending map[string]bool) error {
	for after := ""; len(pending) > 0; {
		jobs, next, err := store.Jobs(ctx, acme, 200, after)
		if err != nil {
			return fmt.Errorf("seed: %w", err)
		}
		for _, j := range jobs {
			if pending[j.Object.Key] && j.Status == intake.Failed {
				return fmt.Errorf("seed: import of %s failed: %s", j.Object.Key, j.Error)
			}
			if j.Status == intake.Completed {
				delete(pending, j.Object.Key)
			}
		}
		if after = next; next == "" {
			break
		}
	}
	return nil
}
