// Package webhooksend posts deliveries to the addresses that people entered, signed
// by the Standard Webhooks specification. It reaches no address of a private
// network: the address is checked when it is dialled, after its name was resolved,
// so that no name or notation avoids the check.
package webhooksend

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"code.dny.dev/ssrf"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"didpurchase/internal/webhook"
)

const (
	dialWithin = 3 * time.Second
	// Timeout is the longest time for an answer.
	Timeout      = 10 * time.Second
	keptOfAnswer = 1024
)

// Client posts deliveries.
type Client struct {
	http     *http.Client
	loopback bool
	now      func() time.Time
}

// New returns a client. loopback allows http:// and this machine's own
// addresses, for the local world.
func New(loopback bool, now func() time.Time) *Client {
	options := []ssrf.Option{ssrf.WithAnyPort()}
	if loopback {
		options = append(options,
			ssrf.WithAllowedV4Prefixes(netip.MustParsePrefix("127.0.0.0/8")),
			ssrf.WithAllowedV6Prefixes(netip.MustParsePrefix("::1/128")))
	}
	dialer := &net.Dialer{Timeout: dialWithin, Control: ssrf.New(options...).Safe}
	return &Client{loopback: loopback, now: now, http: &http.Client{
		Timeout:       Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{ // no Proxy, because a proxy would dial in our place
			DialContext: dialer.DialContext, ForceAttemptHTTP2: true, TLSHandshakeTimeout: dialWithin,
			MaxIdleConnsPerHost: webhook.PerWebhook, IdleConnTimeout: 30 * time.Second, MaxResponseHeaderBytes: 16 << 10,
		},
	}}
}

// Send implements webhook.Sender.
func (c *Client) Send(ctx context.Context, url string, secrets []string, d webhook.Delivery) webhook.Answer {
	begun := c.now()
	answer := c.send(ctx, url, secrets, d, begun)
	answer.At, answer.Took = begun, c.now().Sub(begun)
	return answer
}

func (c *Client) send(ctx context.Context, url string, secrets []string, d webhook.Delivery,
	at time.Time) webhook.Answer {
	request, err := c.request(ctx, url, secrets, d, at)
	if err != nil {
		return webhook.Answer{Error: err.Error()}
	}
	response, err := c.http.Do(request)
	if err != nil {
		return webhook.Answer{Error: err.Error()}
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(response.Body, keptOfAnswer)) // the part before an error is kept
	return webhook.Answer{
		Status: response.StatusCode, Body: strings.ToValidUTF8(string(body), "�"),
		RetryAfter: retryAfter(response.Header.Get("Retry-After"), at),
	}
}

// longestRetry bounds the pause that a receiver may ask for.
const longestRetry = time.Hour

// retryAfter reads the header Retry-After: seconds, or a date. Anything else means
// no pause.
func retryAfter(header string, now time.Time) time.Duration {
	seconds, err := strconv.Atoi(header)
	pause := time.Duration(min(max(seconds, 0), int(longestRetry.Seconds()))) * time.Second
	if date, notDate := http.ParseTime(header); err != nil && notDate == nil {
		pause = date.Sub(now)
	}
	return min(max(pause, 0), longestRetry)
}

func (c *Client) request(ctx context.Context, url string, secrets []string, d webhook.Delivery,
	at time.Time) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(d.Body))
	if err != nil {
		return nil, err
	}
	if request.URL.Scheme != "https" && !c.loopback {
		return nil, fmt.Errorf("webhooksend: %s is not https", request.URL.Scheme)
	}
	signatures := make([]string, len(secrets))
	for i, secret := range secrets {
		signer, err := standardwebhooks.NewWebhook(secret)
		if err != nil {
			return nil, err
		}
		if signatures[i], err = signer.Sign(d.EventID, at, []byte(d.Body)); err != nil {
			return nil, err
		}
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "did-purchase-webhooks/1")
	request.Header.Set(standardwebhooks.HeaderWebhookID, d.EventID)
	request.Header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(at.Unix(), 10))
	request.Header.Set(standardwebhooks.HeaderWebhookSignature, strings.Join(signatures, " "))
	return request, nil
}
