// Package cognito creates and disables logins in an Amazon Cognito user pool, where
// invited users sign in. It knows no roles: a login has no rights until a carrier or
// customer has its owner as a user.
package cognito

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"didpurchase/internal/awscall"
	"didpurchase/internal/desk"
)

// SigningName is the service's name in signatures.
const SigningName = "cognito-idp"

// Pool is one user pool. It implements desk.Directory.
type Pool struct {
	calls  awscall.Service
	issuer string
	id     string
	log    *slog.Logger
}

// Split returns the endpoint and the id of the pool that issues tokens as issuer.
//
//	https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab12  ->  https://cognito-idp.eu-west-1.amazonaws.com, eu-west-1_Ab12
func Split(issuer string) (endpoint, id string) {
	at := strings.LastIndex(issuer, "/")
	return issuer[:max(at, 0)], issuer[at+1:]
}

// New returns the pool of an issuer; calls go to its endpoint.
func New(calls awscall.Service, issuer string, log *slog.Logger) *Pool {
	_, id := Split(issuer)
	return &Pool{calls, issuer, id, log}
}

// Issuer implements desk.Directory.
func (p *Pool) Issuer() string { return p.issuer }

// The fields of requests and answers that we use, by the API's reference:
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/
type (
	attribute struct{ Name, Value string }
	request   struct {
		UserPoolId             string
		Username               string
		UserAttributes         []attribute `json:",omitempty"`
		DesiredDeliveryMediums []string    `json:",omitempty"`
		MessageAction          string      `json:",omitempty"`
	}
	login struct {
		Enabled        bool
		UserStatus     string
		Attributes     []attribute // of a new login
		UserAttributes []attribute // of an existing one
	}
)

// neverSignedIn is the status of a login whose first password was never used.
const neverSignedIn = "FORCE_CHANGE_PASSWORD"

// subject is the sub of the login's tokens.
func (p login) subject() string {
	for _, a := range append(p.Attributes, p.UserAttributes...) {
		if a.Name == "sub" {
			return a.Value
		}
	}
	return ""
}

// Admit implements desk.Directory. Cognito mails the first password, which is good
// for seven days unless the pool says otherwise.
func (p *Pool) Admit(ctx context.Context, n desk.Newcomer) (subject string, isNew bool, err error) {
	body := request{
		UserPoolId: p.id, Username: n.Email, DesiredDeliveryMediums: []string{"EMAIL"},
		UserAttributes: []attribute{{"email", n.Email}, {"email_verified", "true"}, {"name", n.Name}},
	}
	var made struct{ User login }
	err = p.call(ctx, "AdminCreateUser", body, &made)
	if isRefused(err, "UsernameExistsException") {
		subject, err = p.readmit(ctx, n, body)
		return subject, false, err
	}
	return made.User.subject(), err == nil, err
}

// readmit returns the subject of the login that the newcomer has already. It enables
// a disabled login if that is allowed, and mails a new first password if the login
// was never used.
func (p *Pool) readmit(ctx context.Context, n desk.Newcomer, body request) (subject string, err error) {
	named := request{UserPoolId: p.id, Username: n.Email}
	var found login
	if err := p.call(ctx, "AdminGetUser", named, &found); err != nil {
		return "", err
	}
	subject = found.subject()
	if !found.Enabled {
		may, err := n.MayEnable(ctx, subject)
		if err != nil || !may {
			return subject, err
		}
		if err := p.call(ctx, "AdminEnableUser", named, nil); err != nil {
			return "", err
		}
	}
	if found.UserStatus != neverSignedIn {
		return subject, nil
	}
	body.MessageAction = "RESEND"
	return subject, p.call(ctx, "AdminCreateUser", body, nil)
}

// Disable implements desk.Directory.
func (p *Pool) Disable(ctx context.Context, subject string) {
	err := p.call(ctx, "AdminDisableUser", request{UserPoolId: p.id, Username: subject}, nil)
	if err != nil && !isRefused(err, "UserNotFoundException") {
		p.log.ErrorContext(ctx, "could not disable a removed user in the user pool", "subject", subject, "error", err)
	}
}

// call makes one request, and decodes the answer into answer, if any. Errors wrap
// *awscall.Refused; commit.ErrUnavailable.
func (p *Pool) call(ctx context.Context, operation string, body request, answer any) error {
	content, err := json.Marshal(body)
	if err != nil {
		return err
	}
	got, err := p.calls.Operation(ctx, "AWSCognitoIdentityProviderService."+operation, content)
	if err == nil && answer != nil {
		err = json.Unmarshal(got, answer)
	}
	if err != nil {
		return fmt.Errorf("cognito: %s: %w", operation, err)
	}
	return nil
}

// isRefused reports whether the service refused the request with this exception. Its
// name may follow a namespace and #.
func isRefused(err error, exception string) bool {
	var refused *awscall.Refused
	if !errors.As(err, &refused) {
		return false
	}
	var problem struct {
		Type string `json:"__type"`
	}
	if json.Unmarshal([]byte(refused.Body), &problem) != nil {
		return false
	}
	return problem.Type[strings.LastIndex(problem.Type, "#")+1:] == exception
}
