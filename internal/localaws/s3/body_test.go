package s3

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// The forms of aws-chunked that the SDKs and minio's client send; "hello" has
// the CRC-32 NhCmhg==.
func TestChunkedBodies(t *testing.T) {
	sign := ";chunk-signature=" + strings.Repeat("a", 64)
	tests := []struct {
		name, kind, body, want string
	}{
		{"signed", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
			"3" + sign + "\r\nhel\r\n2" + sign + "\r\nlo\r\n0" + sign + "\r\n\r\n", "200"},
		{"trailer", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", "200"},
		{"signed trailer", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
			"5" + sign + "\r\nhello\r\n0" + sign + "\r\nx-amz-checksum-crc32:NhCmhg==\r\nx-amz-trailer-signature:aa\r\n\r\n",
			"200"},
		{"wrong checksum", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "5\r\nhellO\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n",
			"400"},
		{"cut off", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "5\r\nhel", "500"},
		{"short", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "4\r\nhell\r\n0\r\nx-amz-checksum-crc32:hoE75w==\r\n\r\n", "400"},
	}
	server, client, _ := open(t, t.TempDir())
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			key := fmt.Sprint("key", i)
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, *client.Options().BaseEndpoint+"/kept/"+key,
				strings.NewReader(test.body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("X-Amz-Content-Sha256", test.kind)
			req.Header.Set("X-Amz-Decoded-Content-Length", "5")
			req.Header.Set("Content-Encoding", "aws-chunked")
			if strings.HasSuffix(test.kind, "TRAILER") {
				req.Header.Set("X-Amz-Trailer", "x-amz-checksum-crc32")
			}
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if said, _ := io.ReadAll(res.Body); !strings.HasPrefix(res.Status, test.want) {
				t.Fatalf("answers %s, want %s: %s", res.Status, test.want, said)
			}
			if test.want == "200" {
				if got := contents(t, client, &s3.GetObjectInput{Bucket: aws.String("kept"), Key: &key}); got != "hello" {
					t.Errorf("holds %q", got)
				}
			} else if _, err := client.HeadObject(t.Context(),
				&s3.HeadObjectInput{Bucket: aws.String("kept"), Key: &key}); code(err) != "NotFound" {
				t.Errorf("a refused object is there: %v", err)
			}
		})
	}
	if files, err := os.ReadDir(server.objects); err != nil || len(files) != 3 {
		t.Errorf("%d files, want only the files of the 3 objects; %v", len(files), err)
	}
}

func TestAWrongChecksumIsRefused(t *testing.T) {
	_, client, _ := open(t, t.TempDir())
	_, err := client.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: aws.String("kept"), Key: aws.String("key"), Body: strings.NewReader("hello"),
		ChecksumCRC32: aws.String("AAAAAA=="),
	})
	if code(err) != "BadDigest" {
		t.Errorf("answers %v", err)
	}
	for _, algorithm := range types.ChecksumAlgorithm("").Values() {
		if algorithm == types.ChecksumAlgorithmCrc32 || algorithm == types.ChecksumAlgorithmCrc32c ||
			algorithm == types.ChecksumAlgorithmCrc64nvme ||
			algorithm == types.ChecksumAlgorithmSha1 || algorithm == types.ChecksumAlgorithmSha256 {
			_, err := client.PutObject(t.Context(), &s3.PutObjectInput{
				Bucket: aws.String("kept"), Key: aws.String("key"), Body: strings.NewReader("hello"), ChecksumAlgorithm: algorithm,
			})
			if err != nil {
				t.Errorf("%s: %v", algorithm, err)
			}
		}
	}
}
