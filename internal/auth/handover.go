package auth

import (
	"fmt"
)

// Keys of the authorizer's context, which API Gateway passes to the function.
const (
	keyCarrier  = "carrier"
	keyCustomer = "customer"
	keyUser     = "user"
	keyName     = "name"
	keyRoles    = "roles"
	keyScopes   = "scopes"
	keyError    = "error"
	keyRetry    = "retry"
	keyIssuer   = "issuer"
	keySubject  = "subject"
)

// Handover returns the authorizer's context for a principal; FromHandover reads
// it.
func (p Principal) Handover() map[string]any {
	context := map[string]any{keyCarrier: p.Carrier, keyUser: p.User, keyRoles: list(p.Roles)}
	if len(p.Scopes) > 0 {
		context[keyScopes] = list(p.Scopes)
	}
	if p.Customer != "" {
		context[keyCustomer] = p.Customer
	}
	if p.Name != "" {
		context[keyName] = p.Name
	}
	return context
}

// RefusalHandover returns the authorizer's context for a token that isn't
// valid. An HTTP API always answers 403 for a refusal, so the authorizer lets
// the request pass and the function answers 401 with this reason.
func RefusalHandover(reason string) map[string]any {
	return map[string]any{keyError: reason}
}

// NewcomerHandover returns the authorizer's context for a valid token whose
// subject is not a user: a refusal, except where an invitation is accepted.
func NewcomerHandover(issuer, subject string) map[string]any {
	context := RefusalHandover(ErrUnknownUser.Error())
	context[keyIssuer], context[keySubject] = issuer, subject
	return context
}

// Newcomer reads the issuer and subject of a NewcomerHandover.
func Newcomer(context map[string]any) (issuer, subject string, ok bool) {
	issuer, subject = text(context, keyIssuer), text(context, keySubject)
	return issuer, subject, issuer != "" && subject != ""
}

// UnavailableHandover returns the authorizer's context while no caller can be
// identified. The function answers 503. If the authorizer failed instead, any
// stranger could cause 500s and an alarm.
func UnavailableHandover(reason string) map[string]any {
	return map[string]any{keyError: reason, keyRetry: "true"}
}

// FromHandover reads the principal from the authorizer's context. Errors wrap
// ErrUnauthenticated or ErrUnavailable and carry the authorizer's reason.
func FromHandover(context map[string]any) (Principal, error) {
	if text(context, keyRetry) != "" {
		return Principal{}, fmt.Errorf("%w: %s", ErrUnavailable, text(context, keyError))
	}
	if reason := text(context, keyError); reason != "" {
		return Principal{}, fmt.Errorf("%w: %s", ErrUnauthenticated, reason)
	}
	p := Principal{
		Carrier:  text(context, keyCarrier),
		Customer: text(context, keyCustomer),
		User:     text(context, keyUser),
		Name:     text(context, keyName),
		Roles:    names[Role](context, keyRoles),
		Scopes:   names[Scope](context, keyScopes),
	}
	if p.Carrier == "" || p.User == "" {
		return Principal{}, ErrUnauthenticated
	}
	return p, nil
}

func text(context map[string]any, key string) string {
	value, _ := context[key].(string)
	return value
}

// list returns the names as a JSON list.
func list[T ~string](names []T) []any {
	all := make([]any, len(names))
	for i, name := range names {
		all[i] = string(name)
	}
	return all
}

// names reads such a list and skips values that are not strings.
func names[T ~string](context map[string]any, key string) (names []T) {
	all, _ := context[key].([]any)
	for _, item := range all {
		if name, ok := item.(string); ok {
			names = append(names, T(name))
		}
	}
	return names
}
