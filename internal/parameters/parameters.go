// Package parameters reads carriers' secrets from SSM Parameter Store, where they
// are encrypted (SecureString): the access to a payment provider. It keeps them
// for a minute, so that a new one is used soon.
package parameters

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"didpurchase/internal/awscall"
	"didpurchase/internal/commit"
	"didpurchase/internal/topup"
)

// Names of a provider's parameters, below /<path>/<carrier>/<provider>.
const (
	Key     = "api-key"
	Signing = "signing-secret"
)

// Path returns the name of the folder of a carrier's parameters for a provider.
func Path(folder, carrier, provider string) string { return folder + "/" + carrier + "/" + provider }

const (
	keptFor = time.Minute
	// mostKept limits the memory: carriers have one provider each.
	mostKept = 1000
)

// Store is Parameter Store.
type Store struct {
	ssm    awscall.Service
	folder string // of all carriers, such as /did-purchase/payments
	now    func() time.Time

	mu   sync.Mutex // guards kept
	kept map[string]kept
}

type kept struct {
	secret topup.Secret
	until  time.Time
}

// New returns the parameters of a folder.
func New(ssm awscall.Service, folder string, now func() time.Time) *Store {
	return &Store{ssm: ssm, folder: folder, now: now, kept: map[string]kept{}}
}

// Secret implements topup.Secrets.
func (s *Store) Secret(ctx context.Context, carrier, provider string) (topup.Secret, error) {
	path := Path(s.folder, carrier, provider)
	s.mu.Lock()
	known, ok := s.kept[path]
	s.mu.Unlock()
	if ok && s.now().Before(known.until) {
		return known.secret, nil
	}
	secret, err := s.read(ctx, path)
	if err != nil {
		return topup.Secret{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.kept) >= mostKept {
		clear(s.kept)
	}
	s.kept[path] = kept{secret, s.now().Add(keptFor)}
	return secret, nil
}

// read reads both parameters in one request.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
func (s *Store) read(ctx context.Context, path string) (topup.Secret, error) {
	body, err := json.Marshal(map[string]any{
		"Names": []string{path + "/" + Key, path + "/" + Signing}, "WithDecryption": true,
	})
	if err != nil {
		return topup.Secret{}, err
	}
	answer, err := s.ssm.Operation(ctx, "AmazonSSM.GetParameters", body)
	if err != nil {
		return topup.Secret{}, fmt.Errorf("parameters: %s: %w", path, err)
	}
	var found struct {
		Parameters []struct{ Name, Value string }
	}
	if err := json.Unmarshal(answer, &found); err != nil {
		// the answer contains the secret
		return topup.Secret{}, fmt.Errorf("parameters: %s: the answer is not JSON", path)
	}
	values := map[string]string{}
	for _, p := range found.Parameters {
		values[p.Name] = p.Value
	}
	secret := topup.Secret{Key: values[path+"/"+Key], Signing: values[path+"/"+Signing]}
	if secret.Key == "" || secret.Signing == "" {
		return topup.Secret{}, fmt.Errorf("%w: parameters of %s", commit.ErrNotFound, path)
	}
	return secret, nil
}
