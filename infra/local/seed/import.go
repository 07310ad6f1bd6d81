package seed

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"didpurchase/internal/dynamo"
	"didpurchase/internal/intake"
)

const (
	// importWithin is the longest time for the import of all files.
	importWithin = 2 * time.Minute
	// look is the pause between two reads of the imports.
	look = 100 * time.Millisecond
)

// importOffer puts acme's files that are not imported yet into the bucket, and
// waits until each is imported.
func (c Config) importOffer(ctx context.Context, store *dynamo.Store) error {
	before, err := newestJobs(ctx, store)
	if err != nil {
		return err
	}
	given := map[string]string{} // the import that failed at an earlier start, by key
	for _, f := range offer() {
		key := "inventory/" + acme + "/" + f.name
		job, known := before[key]
		if known && job.Status != intake.Failed {
			given[key] = ""
			continue
		}
		given[key] = job.ID
		if err := c.drop(ctx, key, f.content); err != nil {
			return fmt.Errorf("seed: put %s: %w", key, err)
		}
	}
	return awaitImports(ctx, store, given)
}

// drop puts a file into the bucket.
func (c Config) drop(ctx context.Context, key, content string) error {
	bucket := s3.NewFromConfig(c.aws(c.S3), func(o *s3.Options) { o.UsePathStyle = true })
	_, err := bucket.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &c.Bucket, Key: &key, Body: strings.NewReader(content), ContentType: aws.String("text/csv"),
	})
	return err
}

// awaitImports waits until each key has a completed import that is newer than
// the given one. A failed import is an error.
func awaitImports(ctx context.Context, store *dynamo.Store, given map[string]string) error {
	ctx, cancel := context.WithTimeoutCause(ctx, importWithin,
		fmt.Errorf("seed: the files of %s are not imported within %s", acme, importWithin))
	defer cancel()
	for {
		jobs, err := newestJobs(ctx, store)
		if err != nil {
			return err
		}
		done := 0
		for key, failedBefore := range given {
			switch job := jobs[key]; {
			case job.Status == intake.Completed:
				done++
			case job.Status == intake.Failed && job.ID != failedBefore:
				return fmt.Errorf("seed: import of %s failed: %s", key, job.Error)
			}
		}
		if done == len(given) {
			return nil
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(look):
		}
	}
}

// newestJobs returns the newest of acme's imports for each key.
func newestJobs(ctx context.Context, store *dynamo.Store) (map[string]intake.Job, error) {
	newest := map[string]intake.Job{}
	for after, first := "", true; first || after != ""; first = false {
		jobs, next, err := store.Jobs(ctx, acme, 200, after)
		if err != nil {
			return nil, fmt.Errorf("seed: %w", err)
		}
		for _, j := range jobs {
			if _, newer := newest[j.Object.Key]; !newer {
				newest[j.Object.Key] = j
			}
		}
		after = next
	}
	return newest, nil
}
