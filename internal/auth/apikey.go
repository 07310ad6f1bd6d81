package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"time"
)

// Payments is the role of an API key that a carrier's payment provider has: it
// may enter payments and nothing else. No user has it.
const Payments Role = "payments"

// KeyRoles are the roles that an API key may have.
var KeyRoles = []Role{Payments}

// ErrUnknownKey says that nobody has this API key, or not any more.
var ErrUnknownKey = errors.New("unknown API key")

// keyPrefix tells an API key from an access token, and what it is where it leaks.
const keyPrefix = "didkey_"

// APIKey is a carrier's key for a program. The secret itself is kept nowhere.
type APIKey struct {
	Carrier   string
	ID        string // a ULID
	Name      string // for people
	Hash      string // of the secret
	Hint      string // the secret's last characters
	Roles     []Role // of KeyRoles
	CreatedAt time.Time
	CreatedBy string // a user's id
}

// Keys finds the API key of a secret.
//
// Errors: ErrUnknownKey.
type Keys interface {
	APIKey(ctx context.Context, hash string) (APIKey, error)
}

// NewSecret is a secret of 130 random bits; it is shown once.
func NewSecret() string { return keyPrefix + rand.Text() }

// IsSecret says whether a bearer token is meant to be an API key.
func IsSecret(token string) bool { return strings.HasPrefix(token, keyPrefix) }

// HashOf is what is kept of a secret. One round is enough for random bits.
func HashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// HintOf is what helps people to tell secrets apart.
func HintOf(secret string) string { return secret[max(0, len(secret)-4):] }

// Principal is the program that has the key, as one of the carrier's staff.
func (k APIKey) Principal() Principal {
	return Principal{Carrier: k.Carrier, User: "key:" + k.ID, Name: k.Name, Roles: k.Roles}
}
