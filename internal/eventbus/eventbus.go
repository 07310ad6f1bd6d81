// Package eventbus puts events on an EventBridge bus, where rules of the account
// route them on. It makes the one request itself, signed by the SDK's core, so that
// the function needs no further client. It knows nothing of the events but their
// envelope.
package eventbus

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"didpurchase/internal/event"
)

// Source is the source of the events, by which rules find them.
const Source = "did-purchase"

const (
	answerWithin  = 10 * time.Second
	longestAnswer = 64 << 10 // bytes
)

// Bus is one bus.
type Bus struct {
	config   aws.Config
	endpoint string
	name     string
	http     *http.Client
	now      func() time.Time
}

// New returns the bus of that name, at EventBridge's URL for the region.
func New(config aws.Config, endpoint, name string, now func() time.Time) *Bus {
	return &Bus{config: config, endpoint: endpoint, name: name, http: &http.Client{Timeout: answerWithin}, now: now}
}

// entry is one of the entries of PutEvents.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
type entry struct {
	EventBusName string
	Source       string
	DetailType   string
	Detail       string // the event, as webhooks get it
	Time         int64  // seconds since 1970
}

// Put puts an event on the bus. The caller repeats a Put that failed; the bus may
// then have the event twice, under the same id.
func (b *Bus) Put(ctx context.Context, e event.Event) error {
	detail, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("eventbus: event %s: %w", e.ID, err)
	}
	body, err := json.Marshal(map[string][]entry{"Entries": {{b.name, Source, string(e.Type), string(detail), e.Time.Unix()}}})
	if err != nil {
		return fmt.Errorf("eventbus: event %s: %w", e.ID, err)
	}
	if err := b.put(ctx, body); err != nil {
		return fmt.Errorf("eventbus: event %s on %s: %w", e.ID, b.name, err)
	}
	return nil
}

func (b *Bus) put(ctx context.Context, body []byte) error {
	request, err := b.request(ctx, body)
	if err != nil {
		return err
	}
	response, err := b.http.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, longestAnswer))
	if err != nil {
		return err
	}
	return refusal(response.StatusCode, answer)
}

func (b *Bus) request(ctx context.Context, body []byte) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, b.endpoint, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", "AWSEvents.PutEvents")
	credentials, err := b.config.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	return request, v4.NewSigner().SignHTTP(ctx, credentials, request, hex.EncodeToString(sum[:]), "events", b.config.Region, b.now())
}

// refusal returns the error of an answer, nil when the bus took the entry. An
// answer of 200 has errors of entries, too.
func refusal(status int, answer []byte) error {
	var result struct {
		FailedEntryCount int
		Entries          []struct{ ErrorCode, ErrorMessage string }
	}
	if status != http.StatusOK {
		return fmt.Errorf("EventBridge answered %d: %s", status, answer)
	}
	if err := json.Unmarshal(answer, &result); err != nil {
		return fmt.Errorf("EventBridge answered %q: %w", answer, err)
	}
	if result.FailedEntryCount > 0 || len(result.Entries) != 1 {
		return fmt.Errorf("EventBridge refused the event: %s", answer)
	}
	return nil
}
