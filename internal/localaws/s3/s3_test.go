package s3

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"didpurchase/internal/wanttest"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// open serves the folder until the test ends or stop is called.
func open(t *testing.T, folder string) (server *Server, client *s3.Client, stop func()) {
	t.Helper()
	server, err := Open(folder, func() time.Time { return noon })
	if err != nil {
		t.Fatal(err)
	}
	if err := server.EnsureBucket("plain", false); err != nil {
		t.Fatal(err)
	}
	if err := server.EnsureBucket("kept", true); err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(server)
	stopped := false
	stop = func() {
		if !stopped {
			stopped = true
			front.Close()
			if err := server.Close(); err != nil {
				t.Error(err)
			}
		}
	}
	t.Cleanup(stop)
	client = s3.New(s3.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(front.URL), UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
	return server, client, stop
}

func upload(t *testing.T, client *s3.Client, bucket, key, body string) *s3.PutObjectOutput {
	t.Helper()
	out, err := client.PutObject(t.Context(),
		&s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader(body)})
	if err != nil {
		t.Fatalf("put %s: %v", key, err)
	}
	return out
}

func contents(t *testing.T, client *s3.Client, in *s3.GetObjectInput) string {
	t.Helper()
	out, err := client.GetObject(t.Context(), in)
	if err != nil {
		t.Fatalf("get %s %s: %v", *in.Key, aws.ToString(in.VersionId), err)
	}
	defer out.Body.Close()
	body, err := io.ReadAll(out.Body)
	if err != nil {
		t.Fatalf("read %s: %v", *in.Key, err)
	}
	return string(body)
}

func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return fmt.Sprint(err)
}

func TestEveryVersionSurvivesARestart(t *testing.T) {
	folder := t.TempDir()
	_, client, stop := open(t, folder)
	bucket, key := aws.String("kept"), aws.String("inventory/acme/a b+ü.csv")
	first := upload(t, client, *bucket, *key, "one")
	second := upload(t, client, *bucket, *key, "two")
	gone, err := client.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: bucket, Key: key})
	if err != nil || !*gone.DeleteMarker {
		t.Fatalf("delete: %+v, %v", gone, err)
	}
	stop()

	_, client, _ = open(t, folder)
	if _, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: bucket, Key: key}); code(err) != "NoSuchKey" {
		t.Errorf("a deleted object answers %v", err)
	}
	for id, want := range map[*string]string{first.VersionId: "one", second.VersionId: "two"} {
		if got := contents(t, client, &s3.GetObjectInput{Bucket: bucket, Key: key, VersionId: id}); got != want {
			t.Errorf("version %s holds %q, want %q", *id, got, want)
		}
		head, err := client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: bucket, Key: key, VersionId: id})
		at := fmt.Sprintf("head of %s", *id)
		if err != nil {
			t.Fatalf("%s: %v", at, err)
		}
		wanttest.Equal(t, at+": length", *head.ContentLength, 3)
		wanttest.Equal(t, at+": version", *head.VersionId, *id)
	}
	if _, err := client.DeleteObject(t.Context(),
		&s3.DeleteObjectInput{Bucket: bucket, Key: key, VersionId: gone.VersionId}); err != nil {
		t.Fatal(err)
	}
	if got := contents(t, client, &s3.GetObjectInput{Bucket: bucket, Key: key}); got != "two" {
		t.Errorf("without its delete marker the object holds %q, want two", got)
	}
}

func TestABucketWithoutVersionsKeepsOneFile(t *testing.T) {
	folder := t.TempDir()
	_, client, _ := open(t, folder)
	for _, body := range []string{"one", "two", "three"} {
		if out := upload(t, client, "plain", "key", body); out.VersionId != nil {
			t.Errorf("version %s in a bucket without versions", *out.VersionId)
		}
	}
	if got := contents(t, client, &s3.GetObjectInput{Bucket: aws.String("plain"),
		Key: aws.String("key")}); got != "three" {
		t.Errorf("holds %q", got)
	}
	if files, err := os.ReadDir(filepath.Join(folder, "objects")); err != nil || len(files) != 1 {
		t.Errorf("%d files, %v", len(files), err)
	}
	if _, err := client.DeleteObject(t.Context(),
		&s3.DeleteObjectInput{Bucket: aws.String("plain"), Key: aws.String("key")}); err != nil {
		t.Fatal(err)
	}
	if files, err := os.ReadDir(filepath.Join(folder, "objects")); err != nil || len(files) != 0 {
		t.Errorf("%d files after the delete, %v", len(files), err)
	}
}

func TestTheJournalHoldsWhatWasNotDelivered(t *testing.T) {
	folder := t.TempDir()
	server, client, stop := open(t, folder)
	var versions []string
	for _, key := range []string{"a", "b", "a"} {
		versions = append(versions, *upload(t, client, "kept", key, "body").VersionId)
	}
	<-server.Created()
	all, err := server.Undelivered(0, 10)
	if err != nil || len(all) != 3 {
		t.Fatalf("%d in the journal, %v", len(all), err)
	}
	for i, c := range all {
		wanttest.Equal(t, "version", c.VersionID, versions[i])
		wanttest.Equal(t, "size", c.Size, 4)
		wanttest.Equal(t, "ETag", c.ETag, "841a2d689ad86bd1611447453c22c6fc")
		wanttest.Diff(t, "time", c.At, noon)
		if i > 0 && c.Sequencer() <= all[i-1].Sequencer() {
			t.Errorf("sequencer %s after %s", c.Sequencer(), all[i-1].Sequencer())
		}
	}
	if err := server.Delivered(all[1]); err != nil {
		t.Fatal(err)
	}
	stop()

	server, client, _ = open(t, folder)
	left, err := server.Undelivered(0, 10)
	if err != nil {
		t.Fatal(err)
	}
	if len(left) != 2 {
		t.Fatalf("after a restart the journal holds %+v, want two entries", left)
	}
	wanttest.Equal(t, "first entry after a restart", left[0], all[0])
	wanttest.Equal(t, "second entry after a restart", left[1], all[2])
	upload(t, client, "kept", "c", "")
	next, err := server.Undelivered(all[2].Sequence, 10)
	if err != nil {
		t.Fatal(err)
	}
	if len(next) != 1 {
		t.Fatalf("undelivered are %+v, want one", next)
	}
	wanttest.Equal(t, "key of the later object", next[0].Key, "c")
}

func TestARangeIsAPart(t *testing.T) {
	_, client, _ := open(t, t.TempDir())
	upload(t, client, "kept", "key", "0123456789")
	for part, want := range map[string]string{"bytes=2-4": "234", "bytes=7-": "789", "bytes=-2": "89",
		"bytes=8-99": "89"} {
		if got := contents(t, client, &s3.GetObjectInput{Bucket: aws.String("kept"), Key: aws.String("key"),
			Range: &part}); got != want {
			t.Errorf("%s gives %q, want %q", part, got, want)
		}
	}
}

func TestAPresignedPutByAnOrdinaryClient(t *testing.T) {
	_, client, _ := open(t, t.TempDir())
	url := *client.Options().BaseEndpoint + "/kept/uploads/acme/1/file.csv?X-Amz-Expires=900"
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	signed, _, err := v4.NewSigner().PresignHTTP(t.Context(),
		aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"},
		req, "UNSIGNED-PAYLOAD", "s3", "us-east-1", noon)
	if err != nil {
		t.Fatal(err)
	}
	if req, err = http.NewRequestWithContext(t.Context(), http.MethodPut, signed,
		strings.NewReader("start,end\n")); err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK || res.Header.Get("X-Amz-Version-Id") == "" {
		t.Fatalf("answers %s, %v", res.Status, res.Header)
	}
	if got := contents(t, client, &s3.GetObjectInput{Bucket: aws.String("kept"),
		Key: aws.String("uploads/acme/1/file.csv")}); got != "start,end\n" {
		t.Errorf("holds %q", got)
	}
}

func TestMultipart(t *testing.T) {
	server, client, _ := open(t, t.TempDir())
	bucket, key := aws.String("kept"), aws.String("big")
	begun, err := client.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: bucket, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	var done types.CompletedMultipartUpload
	var want string
	for i := int32(1); i <= 3; i++ {
		body := strings.Repeat(fmt.Sprint(i), 5<<20)
		part, err := client.UploadPart(t.Context(), &s3.UploadPartInput{
			Bucket: bucket, Key: key, UploadId: begun.UploadId, PartNumber: &i, Body: strings.NewReader(body),
		})
		if err != nil {
			t.Fatal(err)
		}
		done.Parts = append(done.Parts, types.CompletedPart{ETag: part.ETag, PartNumber: aws.Int32(i)})
		want += body
	}
	_, err = client.CompleteMultipartUpload(t.Context(), &s3.CompleteMultipartUploadInput{
		Bucket: bucket, Key: key, UploadId: begun.UploadId, MultipartUpload: &done,
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := contents(t, client, &s3.GetObjectInput{Bucket: bucket, Key: key}); got != want {
		t.Errorf("%d bytes came back, want %d", len(got), len(want))
	}
	if all, err := server.Undelivered(0, 10); err != nil || len(all) != 1 {
		t.Errorf("%d in the journal, %v", len(all), err)
	}
}

func TestListing(t *testing.T) {
	_, client, _ := open(t, t.TempDir())
	for _, key := range []string{"a/1", "a/2", "a/2", "b", "c/1", "c/2", "d"} {
		upload(t, client, "kept", key, "x")
	}
	if _, err := client.DeleteObject(t.Context(),
		&s3.DeleteObjectInput{Bucket: aws.String("kept"), Key: aws.String("d")}); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ prefix, delimiter, want string }{
		{"", "", "a/1 a/2 b c/1 c/2"},
		{"a/", "", "a/1 a/2"},
		{"", "/", "a/* b c/*"},
		{"z", "", ""},
	}
	for _, test := range tests {
		for _, size := range []int32{1, 2, 1000} {
			if got := listed(t, client, test.prefix, test.delimiter, size); got != test.want {
				t.Errorf("prefix %q, delimiter %q, pages of %d: %q, want %q", test.prefix, test.delimiter, size, got, test.want)
			}
		}
	}
	for _, size := range []int32{1, 3, 1000} {
		pages := s3.NewListObjectVersionsPaginator(client,
			&s3.ListObjectVersionsInput{Bucket: aws.String("kept"), MaxKeys: &size})
		var keys, markers []string
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range page.Versions {
				keys = append(keys, *v.Key)
			}
			for _, m := range page.DeleteMarkers {
				markers = append(markers, *m.Key)
			}
		}
		if got := strings.Join(keys, " "); got != "a/1 a/2 a/2 b c/1 c/2 d" || len(markers) != 1 {
			t.Errorf("versions in pages of %d: %s; markers: %v", size, got, markers)
		}
	}
}

// listed walks the pages; a common prefix is shown with a star.
func listed(t *testing.T, client *s3.Client, prefix, delimiter string, size int32) string {
	t.Helper()
	in := &s3.ListObjectsV2Input{Bucket: aws.String("kept"), Prefix: &prefix, MaxKeys: &size}
	if delimiter != "" {
		in.Delimiter = &delimiter
	}
	var found []string
	pages := s3.NewListObjectsV2Paginator(client, in)
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		both := map[string]bool{}
		for _, o := range page.Contents {
			both[*o.Key] = true
		}
		for _, p := range page.CommonPrefixes {
			both[*p.Prefix+"*"] = true
		}
		for _, key := range []string{"a/*", "a/1", "a/2", "b", "c/*", "c/1", "c/2", "d"} {
			if both[key] {
				found = append(found, key)
			}
		}
	}
	return strings.Join(found, " ")
}

func TestConditionalPut(t *testing.T) {
	_, client, _ := open(t, t.TempDir())
	in := func() *s3.PutObjectInput {
		return &s3.PutObjectInput{Bucket: aws.String("kept"), Key: aws.String("key"), IfNoneMatch: aws.String("*"),
			Body: bytes.NewReader([]byte("x"))}
	}
	if _, err := client.PutObject(t.Context(), in()); err != nil {
		t.Fatal(err)
	}
	if _, err := client.PutObject(t.Context(), in()); code(err) != "PreconditionFailed" {
		t.Errorf("the second answers %v", err)
	}
}

func TestACrashLeavesNoContentsBehind(t *testing.T) {
	folder := t.TempDir()
	_, client, stop := open(t, folder)
	upload(t, client, "kept", "key", "x")
	stop()
	stray := filepath.Join(folder, "objects", "stray")
	if err := os.WriteFile(stray, []byte("half an object"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, client, _ = open(t, folder)
	if _, err := os.Stat(stray); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("stray contents: %v", err)
	}
	if got := contents(t, client, &s3.GetObjectInput{Bucket: aws.String("kept"), Key: aws.String("key")}); got != "x" {
		t.Errorf("holds %q", got)
	}
}
