package s3store_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"didpurchase/internal/commit"
	"didpurchase/internal/intake"
	"didpurchase/internal/s3store"
	"didpurchase/internal/wanttest"
)

// bucketAt is a bucket of a server with this handler. The client tries each request
// once.
func bucketAt(t *testing.T, answer http.HandlerFunc) s3store.Bucket {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return s3store.New(aws.Config{
		Region: "us-east-1", BaseEndpoint: &server.URL,
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
		Retryer:     func() aws.Retryer { return aws.NopRetryer{} },
	}, server.URL, "files")
}

// A connection that breaks in the middle of a file is an outage, not the end of the
// file.
func TestBrokenConnectionIsNoEndOfTheFile(t *testing.T) {
	t.Parallel()
	b := bucketAt(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		io.WriteString(w, "number\n")
	})
	file, size, err := b.Open(t.Context(), intake.Object{Bucket: "files", Key: "a.csv"})
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	wanttest.Equal(t, "size", size, 100)
	_, err = io.ReadAll(file)
	wanttest.True(t, "the error is an outage", errors.Is(err, commit.ErrUnavailable))
	wanttest.True(t, "the error is no early end", !errors.Is(err, io.ErrUnexpectedEOF))
}

// A failing S3 is an outage; a missing object is not.
func TestWhichErrorsOfS3AreOutages(t *testing.T) {
	t.Parallel()
	for code, c := range map[string]struct {
		status int
		outage bool
	}{
		"SlowDown": {503, true}, "InternalError": {500, true}, "AccessDenied": {403, false}, "NoSuchKey": {404, false},
	} {
		b := bucketAt(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/xml")
			w.WriteHeader(c.status)
			io.WriteString(w, "<Error><Code>"+code+"</Code><Message>m</Message></Error>")
		})
		_, _, err := b.Open(t.Context(), intake.Object{Bucket: "files", Key: "a.csv"})
		wanttest.Equal(t, code+" of reading is an outage", errors.Is(err, commit.ErrUnavailable), c.outage)
		err = b.Write(t.Context(), "report.csv", "text/csv", http.NoBody)
		wanttest.Equal(t, code+" of writing is an outage", errors.Is(err, commit.ErrUnavailable), c.outage)
	}
}
