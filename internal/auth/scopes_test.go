package auth

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"didpurchase/internal/wanttest"
)

func TestScopes(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		customer string
		scope    Scope
		route    string
		want     bool
	}{
		{"alice", Rentals, "PATCH /v1/dids/{did}", true},
		{"alice", Rentals, "GET /v1/dids", true},
		{"alice", Rentals.Reading(), "GET /v1/dids", true},
		{"alice", Rentals.Reading(), "PATCH /v1/dids/{did}", false},
		{"alice", Rentals, "POST /v1/dids/{did}/reclaim", false}, // it costs money
		{"alice", Buy, "POST /v1/dids/{did}/reclaim", true},
		{"alice", Search.Reading(), "POST /v1/available-dids/search", true},
		{"alice", Account, "GET /v1/me", true},
		{"alice", Payments, "POST /v1/customers/{id}/payments", false},
		{"alice", Inventory, "GET /v1/available-dids", false}, // a carrier's scope
		{"", Inventory, "GET /v1/available-dids", true},
		{"", Search, "GET /v1/available-dids", false},
		{"", Payments, "POST /v1/customers/{id}/payments", true},
		{"", Payments.Reading(), "POST /v1/customers/{id}/payments", false},
		{"", Payments, "POST /v1/customers/{id}/refunds", false},
		{"", Customers, "PATCH /v1/settings", false},
		{"", Customers, "POST /v1/api-keys", false},
		{"alice", "", "GET /v1/me", false},
	} {
		who := Principal{Carrier: "acme", Customer: tc.customer, Scopes: []Scope{tc.scope}}
		wanttest.Equal(t, string(tc.scope)+" of "+tc.customer+" may "+tc.route, who.May(Rules[tc.route]), tc.want)
	}
}

// Every rule that allows API keys has at most scopes of both kinds of keys, and no
// key manages keys or settings.
func TestNoKeyManagesAccess(t *testing.T) {
	t.Parallel()
	for _, route := range []string{"POST /v1/api-keys", "POST /v1/api-keys/{key}/rotate", "DELETE /v1/api-keys/{key}",
		"PATCH /v1/settings"} {
		rule, found := Rules[route]
		wanttest.True(t, route+" has a rule", found)
		wanttest.Equal(t, "scopes of "+route, len(rule.Scopes), 0)
	}
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	secret := NewSecret()
	wanttest.True(t, "a new secret is intact", IsIntact(secret))
	wanttest.True(t, "a new secret looks like one", IsSecret(secret))
	for i := len(keyPrefix); i < len(secret); i++ {
		changed := []byte(secret)
		changed[i] ^= 1
		wanttest.True(t, "a secret with a changed character is refused", !IsIntact(string(changed)))
	}
	wanttest.True(t, "a secret that was cut is refused", !IsIntact(secret[:len(secret)-1]))
	wanttest.True(t, "a secret from before there were checksums is taken", IsIntact(secret[:len(keyPrefix)+randomLength]))
}

// The expression of the document of security finds keys in a text, and nothing
// beside them; the document's checksum is ours.
func TestScannersFindKeys(t *testing.T) {
	t.Parallel()
	document, err := os.ReadFile("../../infra/SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(document), "## Keys that secret scanners find")
	wanttest.True(t, "the document has the section", found)
	pattern := regexp.MustCompile(strings.TrimSpace(strings.Split(section, "```")[1]))
	for range 100 {
		secret := NewSecret()
		wanttest.Equal(t, "key in a text", pattern.FindString("key="+secret+", url="), secret)
		for name, text := range map[string]string{"cut": secret[:len(secret)-1], "longer": secret + "A",
			"lower case": strings.ToLower(secret), "inside a word": "a" + secret} {
			wanttest.Equal(t, name, pattern.FindString(text), "")
		}
	}
	const random = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	wanttest.Contains(t, "worked example", section, "`"+random+"` is `"+checksum(random)+"`")
}

func TestCheck(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	k := APIKey{Hash: "new", OldHash: "old", OldUntil: now.Add(time.Hour), ExpiresAt: now.Add(2 * time.Hour)}
	for _, tc := range []struct {
		hash  string
		after time.Duration
		want  error
	}{
		{"new", 0, nil}, {"old", 0, nil}, {"old", time.Hour, ErrExpiredKey},
		{"new", 2*time.Hour - 1, nil}, {"new", 2 * time.Hour, ErrExpiredKey}, {"other", 0, ErrUnknownKey},
	} {
		err := k.Check(tc.hash, now.Add(tc.after))
		wanttest.True(t, fmt.Sprintf("secret %s after %v: %v wraps %v", tc.hash, tc.after, err, tc.want),
			errors.Is(err, tc.want))
	}
}
