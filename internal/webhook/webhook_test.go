package webhook_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"didpurchase/internal/validate"
	"didpurchase/internal/wanttest"
	"didpurchase/internal/webhook"
)

// An address or a type of event that can't be used is refused with its place and
// the reason. The address of a name is checked when it is dialled.
func TestWhatAWebhookMayBe(t *testing.T) {
	t.Parallel()
	const good = "https://example.com/hooks"
	for _, c := range []struct {
		url, events    string // events are separated by commas
		pointer, fault string
	}{
		{"", "*", "/url", "absolute URL"},
		{"example.com/hooks", "*", "/url", "absolute URL"},
		{"//example.com/hooks", "*", "/url", "https://"},
		{"https:example.com", "*", "/url", "absolute URL"},
		{"https:///hooks", "*", "/url", "absolute URL"},
		{"https://:443/hooks", "*", "/url", "absolute URL"},
		{"https://example.com\\@127.0.0.1/", "*", "/url", "absolute URL"},
		{"https://exa mple.com/", "*", "/url", "absolute URL"},
		{"https://example.com/\r\nX: y", "*", "/url", "absolute URL"},
		{"https://example.com:port/", "*", "/url", "absolute URL"},
		{"http://example.com/hooks", "*", "/url", "https://"},
		{"ftp://example.com/hooks", "*", "/url", "https://"},
		{"file:///etc/passwd", "*", "/url", "absolute URL"},
		{"https://user@example.com/", "*", "/url", "user or password"},
		{"https://example.com@127.0.0.1/", "*", "/url", "user or password"},
		{"https://user:password@example.com/", "*", "/url", "user or password"},
		{"https://example.com/#part", "*", "/url", "fragment"},
		{"https://example.com/" + strings.Repeat("x", 500), "*", "/url", "500 characters"},
		{good, "did.bought", "/events/0", "did.bought"},
		{good, "did", "/events/0", "is not a type of event"},
		{good, "did.rented,*.*", "/events/1", "is not a type of event"},
		{good, "DID.*", "/events/0", "is not a type of event"},
		{good, "webhook.test", "/events/0", "is not a type of event"},
		{good, "did.*,did.*", "/events/1", "twice"},
		{good, strings.Repeat("*,", 20) + "*", "/events", "1 to 20"},
	} {
		service := webhook.NewService(nil, nil, false, time.Now) // the store is not called
		_, err := service.Create(t.Context(), webhook.Owner{Carrier: "acme"}, c.url, strings.Split(c.events, ","), true)
		var invalid *validate.Invalid
		if !errors.As(err, &invalid) {
			t.Errorf("%q with %q: %v, want it refused", c.url, c.events, err)
			continue
		}
		wanttest.Equal(t, "pointer of "+c.url+" with "+c.events, invalid.Faults[0].Pointer, c.pointer)
		wanttest.Contains(t, "fault of "+c.url+" with "+c.events, invalid.Faults[0].Detail, c.fault)
	}
}
