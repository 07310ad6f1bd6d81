// Package access reaches a deployed stack from outside: it makes the calls of an
// operator under AWS's own host names, signed as AWS requires, and signs users in
// like the portal. It may not know the functions or their data.
package access

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// Description has the data that a test needs to reach the stack.
type Description struct {
	Proxy     string // URL of the HTTPS proxy
	Authority string // file with the certificate of the proxy's authority
	Region    string
	AccessKey string
	SecretKey string
	Password  string            // of all users
	Portal    string            // the parameter PortalUrl
	Outputs   map[string]string // of the stack
}

// Access makes calls.
type Access struct {
	Description
	AWS    aws.Config
	Client *http.Client // goes through the proxy, and trusts its authority
}

// Read opens the access that a file describes.
func Read(file string) (*Access, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var d Description
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return Open(d)
}

// Open prepares the calls.
func Open(d Description) (*Access, error) {
	through, err := url.Parse(d.Proxy)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(d.Authority)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(text)
	client := &http.Client{Timeout: 2 * time.Minute, Transport: &http.Transport{
		Proxy: http.ProxyURL(through), TLSClientConfig: &tls.Config{RootCAs: pool}, MaxIdleConnsPerHost: 64,
	}}
	return &Access{d, aws.Config{
		Region: d.Region, Credentials: credentials.NewStaticCredentialsProvider(d.AccessKey, d.SecretKey, ""),
		HTTPClient: client,
	}, client}, nil
}

// REST calls an operation of a service that has paths, such as Lambda.
func (a *Access) REST(ctx context.Context, service, method, path string, body, into any) error {
	return a.call(ctx, service, method, path, "", body, into)
}

// Target calls an operation of a service that has one path and a header for the
// operation, such as Cognito.
func (a *Access) Target(ctx context.Context, service, target string, body, into any) error {
	return a.call(ctx, service, http.MethodPost, "/", target, body, into)
}

// Invoke calls a function; an error of the function is an error.
func (a *Access) Invoke(ctx context.Context, function string, event, into any) error {
	return a.REST(ctx, "lambda", http.MethodPost,
		"/2015-03-31/functions/"+url.PathEscape(function)+"/invocations", event, into)
}

func (a *Access) call(ctx context.Context, service, method, path, target string, body, into any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, method, "https://"+service+"."+a.Region+".amazonaws.com"+path,
		bytes.NewReader(text))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	if target != "" {
		r.Header.Set("Content-Type", "application/x-amz-json-1.1")
		r.Header.Set("X-Amz-Target", target)
	}
	if err := a.sign(ctx, r, text, service); err != nil {
		return err
	}
	answer, err := a.Client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode >= http.StatusBadRequest || answer.Header.Get("X-Amz-Function-Error") != "" {
		return fmt.Errorf("%s %s %s%s: %s: %s", service, method, path, target, answer.Status, said)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(said, into)
}

func (a *Access) sign(ctx context.Context, r *http.Request, body []byte, service string) error {
	who, err := a.AWS.Credentials.Retrieve(ctx)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	return signer.NewSigner().SignHTTP(ctx, who, r, hex.EncodeToString(sum[:]), service, a.Region, time.Now())
}
