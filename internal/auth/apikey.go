package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
	"time"
)

// Errors of API keys.
var (
	// ErrUnknownKey means that the API key was never issued, or was revoked.
	ErrUnknownKey = errors.New("unknown API key")
	// ErrExpiredKey means that the API key's time is over.
	ErrExpiredKey = errors.New("the API key has expired")
)

const (
	// keyPrefix distinguishes an API key from an access token, also for scanners
	// that search for leaked secrets.
	keyPrefix = "didkey_"
	// randomLength is the length of rand.Text: 130 random bits.
	randomLength = 26
	// checksumLength is the number of hexadecimal digits of a CRC-32.
	checksumLength = 8
)

// APIKey is the key of a program: a carrier's, or a customer's. Its secret is
// not stored.
type APIKey struct {
	Carrier   string
	Customer  string // "" for the carrier's own
	ID        string // a ULID
	Name      string // for people
	Hash      string // of the secret
	Hint      string // the secret's last characters
	Scopes    []Scope
	ExpiresAt time.Time // zero: never
	CreatedAt time.Time
	CreatedBy string // a user's id
	// OldHash is the hash of the secret before the last rotation, which is valid until
	// OldUntil.
	OldHash  string
	OldUntil time.Time
}

// Keys finds the API key of a secret.
//
// Errors: ErrUnknownKey.
type Keys interface {
	APIKey(ctx context.Context, hash string) (APIKey, error)
}

// NewSecret returns a secret: the prefix, 130 random bits and their checksum. It
// is shown once.
func NewSecret() string {
	random := rand.Text()
	return keyPrefix + random + checksum(random)
}

// NewCode returns the code of an invitation: 130 random bits.
func NewCode() string { return rand.Text() }

// checksum distinguishes a secret from a text that looks like one: for scanners,
// and for the authorizer before it reads the table.
func checksum(random string) string {
	return fmt.Sprintf("%08X", crc32.ChecksumIEEE([]byte(random)))
}

// IsSecret reports whether a bearer token looks like an API key.
func IsSecret(token string) bool { return strings.HasPrefix(token, keyPrefix) }

// IsIntact reports whether the secret's checksum is right. Secrets that were
// issued before there were checksums have none.
func IsIntact(secret string) bool {
	text := strings.TrimPrefix(secret, keyPrefix)
	switch len(text) {
	case randomLength:
		return true
	case randomLength + checksumLength:
		return checksum(text[:randomLength]) == text[randomLength:]
	}
	return false
}

// HashOf returns the stored hash of a secret. One round is enough for random
// bits.
func HashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// HintOf returns the end of the secret, by which people distinguish keys.
func HintOf(secret string) string { return secret[max(0, len(secret)-4):] }

// Check returns nil if the secret with this hash is valid at the moment. Errors:
// ErrUnknownKey, ErrExpiredKey.
func (k APIKey) Check(hash string, now time.Time) error {
	switch {
	case hash != k.Hash && hash != k.OldHash:
		return ErrUnknownKey
	case hash == k.OldHash && !now.Before(k.OldUntil):
		return fmt.Errorf("%w: it was replaced by a new secret", ErrExpiredKey)
	case !k.ExpiresAt.IsZero() && !now.Before(k.ExpiresAt):
		return ErrExpiredKey
	}
	return nil
}

// keyPrincipal begins the Principal's User of a program.
const keyPrincipal = "key:"

// Principal returns the program with the key as a caller.
func (k APIKey) Principal() Principal {
	return Principal{Carrier: k.Carrier, Customer: k.Customer, User: keyPrincipal + k.ID, Name: k.Name, Scopes: k.Scopes}
}

// keyID returns the id of the principal's API key, if it is a program.
func (p Principal) keyID() (id string, isKey bool) { return strings.CutPrefix(p.User, keyPrincipal) }
