// Package awscall makes single requests to services of AWS, signed by the SDK's
// core, so that a function needs no further client of the SDK. It knows no
// service.
package awscall

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"didpurchase/internal/commit"
)

const (
	answerWithin  = 10 * time.Second
	longestAnswer = 1 << 20 // bytes
)

// Service is one service of AWS in the function's region.
type Service struct {
	config   aws.Config
	endpoint string
	name     string // as in signatures
	http     *http.Client
	now      func() time.Time
}

// New returns the service of a signing name at a URL.
func New(config aws.Config, endpoint, name string, now func() time.Time) Service {
	return Service{config, endpoint, name, &http.Client{Timeout: answerWithin}, now}
}

// Operation returns a request of the JSON 1.1 protocol. Errors: those of Post.
func (s Service) Operation(ctx context.Context, target string, body []byte) (answer []byte, err error) {
	return s.Post(ctx, "", http.Header{
		"Content-Type": {"application/x-amz-json-1.1"}, "X-Amz-Target": {target},
	}, body)
}

// Refused is an answer other than success.
type Refused struct {
	Status int
	Body   string
}

func (r *Refused) Error() string { return fmt.Sprintf("answered %d: %s", r.Status, r.Body) }

// Post sends one signed request. Errors: *Refused; commit.ErrUnavailable if the
// service can't be reached, throttles or fails.
func (s Service) Post(ctx context.Context, path string, header http.Header, body []byte) (answer []byte, err error) {
	request, err := s.request(ctx, path, header, body)
	if err != nil {
		return nil, err
	}
	response, err := s.http.Do(request)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", commit.ErrUnavailable, err)
	}
	defer response.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(response.Body, longestAnswer))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", commit.ErrUnavailable, err)
	}
	switch status := response.StatusCode; {
	case status >= http.StatusInternalServerError || status == http.StatusTooManyRequests:
		return nil, fmt.Errorf("%w: %w", commit.ErrUnavailable, &Refused{status, string(answer)})
	case status != http.StatusOK:
		return nil, &Refused{status, string(answer)}
	}
	return answer, nil
}

func (s Service) request(ctx context.Context, path string, header http.Header, body []byte) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.endpoint+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header = header
	credentials, err := s.config.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	return request, v4.NewSigner().SignHTTP(ctx, credentials, request, hex.EncodeToString(sum[:]), s.name, s.config.Region,
		s.now())
}
