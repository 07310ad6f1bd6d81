package s3presign

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/wanttest"
)

var config = aws.Config{
	Region:      "eu-west-2",
	Credentials: credentials.NewStaticCredentialsProvider("AKID", "secret", "session"),
}

func now() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

// The SDK's own presigner is the oracle: the same request at the same moment
// must get the same signature. (The SDK adds x-id, which it does not need.)
func TestSignsAsTheSDK(t *testing.T) {
	const key, filename = "uploads/acme/01J/Preise für März+1.csv", "a b.csv"
	for _, endpoint := range []string{"", "http://127.0.0.1:9000"} {
		presign := s3.NewPresignClient(s3.NewFromConfig(config, func(o *s3.Options) {
			if endpoint != "" {
				o.BaseEndpoint, o.UsePathStyle = aws.String(endpoint), true
			}
		}), s3.WithPresignExpires(15*time.Minute))
		sdk, err := presign.PresignGetObject(context.Background(), &s3.GetObjectInput{
			Bucket: aws.String("files"), Key: aws.String(key), ResponseContentDisposition: aws.String(disposition(filename)),
		})
		if err != nil {
			t.Fatal(err)
		}
		want, err := url.Parse(sdk.URL)
		if err != nil {
			t.Fatal(err)
		}
		at := func() time.Time { return signedAt(t, want) }
		query := url.Values{"response-content-disposition": {disposition(filename)}, "x-id": {"GetObject"}}
		signed, err := New(config, endpoint, "files", at).sign(context.Background(), http.MethodGet, key, 0, query,
			15*time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		got, err := url.Parse(signed)
		if err != nil {
			t.Fatal(err)
		}
		if got.Host != want.Host || got.EscapedPath() != want.EscapedPath() {
			t.Errorf("%s, the SDK's is %s", got, want)
		}
		if diff := cmp.Diff(want.Query(), got.Query()); diff != "" {
			t.Errorf("the SDK's query (-) and ours (+): %s", diff)
		}
	}
}

func signedAt(t *testing.T, u *url.URL) time.Time {
	t.Helper()
	at, err := time.Parse("20060102T150405Z", u.Query().Get("X-Amz-Date"))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestPutIsSignedAtTheClocksTime(t *testing.T) {
	got, err := New(config, "", "files", now).Put(context.Background(), "a/b.csv", 48_211, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"https://files.s3.eu-west-2.amazonaws.com/a/b.csv?", "X-Amz-Date=20261124T120000Z",
		"X-Amz-Expires=60", "X-Amz-Signature=", "content-length%3Bhost"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s lacks %s", got, want)
		}
	}
}

// The wire contract lets the client leave out the size; then none is signed.
func TestPutWithoutASizeSignsNone(t *testing.T) {
	got, err := New(config, "", "files", now).Put(t.Context(), "a/b.csv", 0, time.Minute)
	if err != nil || strings.Contains(got, "content-length") {
		t.Errorf("without a size: %s, %v; want no signed length", got, err)
	}
}

// The signature is the SDK's for an upload of that length.
func TestPutSignsTheSize(t *testing.T) {
	const size = 48_211
	presign := s3.NewPresignClient(s3.NewFromConfig(config), s3.WithPresignExpires(time.Minute))
	sdk, err := presign.PresignPutObject(t.Context(),
		&s3.PutObjectInput{Bucket: aws.String("files"), Key: aws.String("a/b.csv"), ContentLength: aws.Int64(size)})
	if err != nil {
		t.Fatal(err)
	}
	want, err := url.Parse(sdk.URL)
	if err != nil {
		t.Fatal(err)
	}
	query := url.Values{"x-id": {"PutObject"}}
	signed, err := New(config, "", "files", func() time.Time { return signedAt(t, want) }).sign(t.Context(),
		http.MethodPut, "a/b.csv", size, query, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	got, err := url.Parse(signed)
	if err != nil {
		t.Fatal(err)
	}
	wanttest.Equal(t, "signed headers", got.Query().Get("X-Amz-SignedHeaders"), "content-length;host")
	wanttest.Diff(t, "the SDK's query and ours", got.Query(), want.Query())
}

// A bucket's host is the one that the SDK uses, in each partition.
func TestHostsAreThoseOfTheSDK(t *testing.T) {
	for _, region := range []string{"us-east-1", "eu-west-2", "cn-north-1", "us-gov-west-1"} {
		there := config
		there.Region = region
		bucket, key := "files", "a"
		request, err := s3.NewPresignClient(s3.NewFromConfig(there)).PresignGetObject(t.Context(),
			&s3.GetObjectInput{Bucket: &bucket, Key: &key})
		if err != nil {
			t.Fatal(err)
		}
		want, err := url.Parse(request.URL)
		if err != nil {
			t.Fatal(err)
		}
		if got := New(there, "", bucket, now).URL(); got != "https://"+want.Host {
			t.Errorf("%s: %s, want host %s", region, got, want.Host)
		}
	}
}
