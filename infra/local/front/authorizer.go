package front

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"didpurchase/infra/local/host"
	"didpurchase/infra/local/template"
)

var errNoIdentity = errors.New("an identity source is missing")

type verdict = events.APIGatewayV2CustomAuthorizerSimpleResponse

// authorizer asks a function for the caller's identity, and caches the answer, also
// a refusal, by the values of the identity sources.
type authorizer struct {
	template.Authorizer
	functions host.Invoker
	now       func() time.Time

	mu    sync.Mutex
	cache map[string]remembered
}

type remembered struct {
	verdict verdict
	until   time.Time
}

func newAuthorizer(a template.Authorizer, functions host.Invoker, now func() time.Time) *authorizer {
	return &authorizer{Authorizer: a, functions: functions, now: now, cache: map[string]remembered{}}
}

// ask returns the authorizer's answer. Errors: errNoIdentity, if the function was
// not asked; the function's own error.
func (a *authorizer) ask(r *http.Request, c call) (verdict, error) {
	identity, err := a.identity(r)
	if err != nil {
		return verdict{}, err
	}
	key := strings.Join(identity, "\x00")
	if v, ok := a.recall(key); ok {
		return v, nil
	}
	v, err := a.invoke(r, c, identity)
	if err != nil {
		return verdict{}, err
	}
	a.remember(key, v)
	return v, nil
}

func (a *authorizer) identity(r *http.Request) ([]string, error) {
	var values []string
	for _, name := range a.IdentityHeaders {
		value := strings.Join(r.Header.Values(name), ",")
		if value == "" {
			return nil, errNoIdentity
		}
		values = append(values, value)
	}
	return values, nil
}

func (a *authorizer) invoke(r *http.Request, c call, identity []string) (verdict, error) {
	event, err := json.Marshal(authorizerEvent(r, c, identity))
	if err != nil {
		return verdict{}, err
	}
	answer, err := a.functions.Invoke(r.Context(), a.Function, event)
	if err != nil {
		return verdict{}, err
	}
	var v verdict
	if err := json.Unmarshal(answer, &v); err != nil {
		return verdict{}, fmt.Errorf("the authorizer's answer: %w", err)
	}
	return v, nil
}

func (a *authorizer) recall(key string) (verdict, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	kept, ok := a.cache[key]
	return kept.verdict, ok && a.now().Before(kept.until)
}

func (a *authorizer) remember(key string, v verdict) {
	if a.TTL == 0 {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	for k, kept := range a.cache {
		if !now.Before(kept.until) {
			delete(a.cache, k)
		}
	}
	a.cache[key] = remembered{v, now.Add(a.TTL)}
}
