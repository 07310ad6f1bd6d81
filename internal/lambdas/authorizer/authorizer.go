// Package authorizer is the Lambda that API Gateway calls before every route of
// the API to identify the caller (REQUEST, payload 2.0, simple response). It
// verifies the access token or the API key, and looks the user up. The route's
// function decides about permissions.
package authorizer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"didpurchase/internal/auth"
	"didpurchase/internal/awsenv"
	"didpurchase/internal/commit"
	"didpurchase/internal/correlation"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/oidc"
)

// Handler is the type of handler that lambda.Start accepts.
type Handler func(context.Context, events.APIGatewayV2CustomAuthorizerV2Request) (
	events.APIGatewayV2CustomAuthorizerSimpleResponse, error)

// New wires the authorizer.
func New(env awsenv.Env) Handler {
	env.MustHave(awsenv.TableName, awsenv.OIDCIssuer, awsenv.OIDCAudience)
	store := dynamo.New(env.AWS, env.TableName)
	a := authorizer{
		closed: env.APIClosed,
		tokens: oidc.New(env.OIDCIssuer, env.OIDCAudience, env.Now, env.Logger),
		users:  store,
		keys:   store,
		uses:   &uses{store: store, hours: map[string]time.Time{}},
		now:    env.Now,
		issuer: env.OIDCIssuer,
		log:    env.Logger,
	}
	return a.authorize
}

type authorizer struct {
	closed bool // while a backup is restored: no request is admitted
	tokens *oidc.Verifier
	users  auth.Users
	keys   auth.Keys
	uses   *uses
	now    func() time.Time
	issuer string
	log    *slog.Logger
}

// authorize lets every request pass with its caller, or with the reason why the
// caller is unknown: an HTTP API would answer every refusal with 403. It fails,
// which API Gateway answers with a 500, only for an internal error.
func (a authorizer) authorize(ctx context.Context,
	event events.APIGatewayV2CustomAuthorizerV2Request) (events.APIGatewayV2CustomAuthorizerSimpleResponse, error) {
	ctx = correlation.With(ctx, correlation.Asked(event.Headers, event.RequestContext.RequestID))
	if a.closed {
		return pass(auth.UnavailableHandover("the API is closed for maintenance")), nil
	}
	work, done := withTimeToAnswer(ctx)
	defer done()
	principal, err := a.principal(work, authorization(event))
	if reason, unavailable := outage(err); unavailable {
		a.log.WarnContext(ctx, "authorization failed", "error", err, "request_id", event.RequestContext.RequestID)
		return pass(auth.UnavailableHandover(reason)), nil
	}
	if subject := (newcomer{}); errors.As(err, &subject) {
		a.log.InfoContext(ctx, "token of a newcomer passed on", "request_id", event.RequestContext.RequestID)
		return pass(auth.NewcomerHandover(a.issuer, subject.subject)), nil
	}
	if reason, refused := refusal(err); refused {
		a.log.InfoContext(ctx, "token refused", "reason", reason, "request_id", event.RequestContext.RequestID)
		return pass(auth.RefusalHandover(reason)), nil
	}
	if err != nil {
		a.log.ErrorContext(ctx, "authorization failed", "error", err, "request_id", event.RequestContext.RequestID)
		return events.APIGatewayV2CustomAuthorizerSimpleResponse{}, err
	}
	return pass(principal.Handover()), nil
}

func (a authorizer) principal(ctx context.Context, header string) (auth.Principal, error) {
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return auth.Principal{}, fmt.Errorf("%w: the Authorization header is not Bearer and a token", oidc.ErrToken)
	}
	token = strings.TrimSpace(token)
	if auth.IsSecret(token) {
		return a.program(ctx, token)
	}
	subject, err := a.tokens.Subject(ctx, token)
	if err != nil {
		return auth.Principal{}, err
	}
	who, err := a.users.User(ctx, a.issuer, subject)
	if errors.Is(err, auth.ErrUnknownUser) {
		return auth.Principal{}, newcomer{subject}
	}
	return who, err
}

// toAnswer is the time before the function's time-out at which its work is stopped,
// so that it can still answer that the table did not.
const toAnswer = time.Second

func withTimeToAnswer(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, limited := ctx.Deadline()
	if !limited {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, deadline.Add(-toAnswer))
}

// outage returns the reason for the caller if callers can't be identified at
// the moment: a later try may succeed.
func outage(err error) (reason string, unavailable bool) {
	switch {
	case errors.Is(err, oidc.ErrNoKeys):
		return err.Error(), true
	case errors.Is(err, commit.ErrUnavailable), errors.Is(err, context.DeadlineExceeded):
		return "the database can't be reached", true
	}
	return "", false
}

// newcomer is the subject of a valid token that is not a user yet.
type newcomer struct{ subject string }

func (newcomer) Error() string { return auth.ErrUnknownUser.Error() }

// program finds the program that has the API key, and records that it was used.
func (a authorizer) program(ctx context.Context, secret string) (auth.Principal, error) {
	if !auth.IsIntact(secret) {
		return auth.Principal{}, fmt.Errorf("%w: its checksum is wrong, so it was not copied as a whole", auth.ErrUnknownKey)
	}
	hash := auth.HashOf(secret)
	key, err := a.keys.APIKey(ctx, hash)
	if err != nil {
		return auth.Principal{}, err
	}
	now := a.now()
	if err := key.Check(hash, now); err != nil {
		return auth.Principal{}, err
	}
	if err := a.uses.note(ctx, key, now); err != nil {
		a.log.WarnContext(ctx, "use of an API key was not recorded", "error", err, "key", key.ID)
	}
	return key.Principal(), nil
}

// refusal returns the reason for the caller if the caller's token is refused.
func refusal(err error) (reason string, refused bool) {
	switch {
	case errors.Is(err, oidc.ErrToken):
		return strings.TrimPrefix(err.Error(), oidc.ErrToken.Error()+": "), true
	case errors.Is(err, auth.ErrUnknownKey), errors.Is(err, auth.ErrExpiredKey):
		return err.Error(), true
	}
	return "", false
}

func pass(context map[string]any) events.APIGatewayV2CustomAuthorizerSimpleResponse {
	return events.APIGatewayV2CustomAuthorizerSimpleResponse{IsAuthorized: true, Context: context}
}

// authorization returns the header, in any case of its name: API Gateway sends
// lower case, SAM's local server the caller's.
func authorization(event events.APIGatewayV2CustomAuthorizerV2Request) string {
	for name, value := range event.Headers {
		if strings.EqualFold(name, "Authorization") {
			return value
		}
	}
	return ""
}
