// Package s3presign signs URLs that allow a client without AWS credentials to
// put or get one object for a limited time. It uses only the SDK's signer: the
// S3 client would add 1 MB to a function that never calls S3.
package s3presign

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"didpurchase/internal/commit"
)

// Bucket signs URLs of one bucket's objects.
type Bucket struct {
	cfg  aws.Config
	base string // URL without a trailing slash; objects' keys follow
	now  func() time.Time
}

// New returns the signer of a bucket. With an endpoint ("" on AWS) URLs are
// path-style, <endpoint>/<bucket>/<key>, as servers other than S3 expect.
func New(cfg aws.Config, endpoint, bucket string, now func() time.Time) Bucket {
	base := fmt.Sprintf("https://%s.s3.%s.%s", bucket, cfg.Region, domain(cfg.Region))
	if endpoint != "" {
		base = strings.TrimSuffix(endpoint, "/") + "/" + bucket
	}
	return Bucket{cfg: cfg, base: base, now: now}
}

// domain returns the domain of AWS's services in a region. The SDK's resolver
// knows it too, but makes a binary 2 MB larger.
func domain(region string) string {
	if strings.HasPrefix(region, "cn-") {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}

// URL returns the common start of all objects' URLs, without a trailing slash.
func (b Bucket) URL() string { return b.base }

// Put returns a URL for uploads of the object, until it expires. The size, in
// bytes, is a part of the signature, so S3 refuses a file of another size. With
// size 0 no size is signed, and S3 accepts up to 5 GB.
func (b Bucket) Put(ctx context.Context, key string, size int64, expires time.Duration) (string, error) {
	return b.sign(ctx, http.MethodPut, key, size, nil, expires)
}

// Get returns a URL of the object, which a browser saves as filename, until it
// expires.
func (b Bucket) Get(ctx context.Context, key, filename string, expires time.Duration) (string, error) {
	return b.sign(ctx, http.MethodGet, key, 0,
		url.Values{"response-content-disposition": {disposition(filename)}}, expires)
}

// Write stores the body under the key, in one request. Errors:
// commit.ErrUnavailable.
func (b Bucket) Write(ctx context.Context, key, contentType string, body []byte) error {
	url, err := b.Put(ctx, key, int64(len(body)), time.Minute)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPut, url, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("s3presign: write %s: %w", key, err)
	}
	request.Header.Set("Content-Type", contentType)
	response, err := b.client().Do(request)
	if err != nil {
		return fmt.Errorf("%w: s3presign: write %s: %v", commit.ErrUnavailable, key, err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%w: s3presign: write %s: %s", commit.ErrUnavailable, key, response.Status)
	}
	return nil
}

func (b Bucket) client() aws.HTTPClient {
	if b.cfg.HTTPClient != nil {
		return b.cfg.HTTPClient
	}
	return http.DefaultClient
}

func disposition(filename string) string { return fmt.Sprintf("attachment; filename=%q", filename) }

// sign follows "Authenticating Requests: Using Query Parameters" of the S3 API
// reference: the payload is not part of the signature, but the size of an upload is.
func (b Bucket) sign(ctx context.Context, method, key string, size int64, query url.Values,
	expires time.Duration) (string, error) {
	credentials, err := b.cfg.Credentials.Retrieve(ctx)
	if err != nil {
		return "", fmt.Errorf("s3presign: credentials: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, method, b.base+"/"+escape(key), nil)
	if err != nil {
		return "", fmt.Errorf("s3presign: %s: %w", key, err)
	}
	request.ContentLength = size // the signer adds the header content-length to the signature
	values := url.Values{"X-Amz-Expires": {strconv.Itoa(int(expires.Seconds()))}}
	for name, value := range query {
		values[name] = value
	}
	request.URL.RawQuery = values.Encode()
	signed, _, err := v4.NewSigner(func(o *v4.SignerOptions) {
		o.DisableURIPathEscaping = true // S3 signs the path as it is sent
	}).PresignHTTP(ctx, credentials, request, "UNSIGNED-PAYLOAD", "s3", b.cfg.Region, b.now())
	if err != nil {
		return "", fmt.Errorf("s3presign: %s: %w", key, err)
	}
	return signed, nil
}

// escape encodes a key for a path; its slashes stay.
func escape(key string) string {
	parts := strings.Split(key, "/")
	for i, part := range parts {
		parts[i] = strings.ReplaceAll(url.PathEscape(part), "+", "%2B")
	}
	return strings.Join(parts, "/")
}
