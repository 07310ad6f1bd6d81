package desk

import (
	"context"
	"errors"

	"didpurchase/internal/auth"
)

// Directory manages the logins at the issuer. *cognito.Pool implements it. Without
// one, staff create logins at the issuer by hand.
type Directory interface {
	// Issuer is the issuer of the tokens.
	Issuer() string
	// Admit creates a login for the newcomer, or takes the one that exists, and returns
	// the subject of its tokens. It is idempotent. isNew reports whether the login was
	// created. Errors: commit.ErrUnavailable.
	Admit(ctx context.Context, n Newcomer) (subject string, isNew bool, err error)
	// Disable disables a login. It is idempotent. A failure is only logged: a removed
	// user has no rights, even while they can sign in.
	Disable(ctx context.Context, subject string)
}

// Newcomer is an invited person.
type Newcomer struct {
	Email string
	Name  string
	// MayEnable reports whether a disabled login with this subject may be enabled again.
	MayEnable func(ctx context.Context, subject string) (bool, error)
}

// WithDirectory returns the service for an issuer whose logins it manages.
func (s *Service) WithDirectory(d Directory) *Service {
	with := *s
	with.directory = d
	return &with
}

// admit creates the login of an invited person. It comes before the invitation is
// written, so that every invitation has a login; a login without an invitation has
// no rights. made is the subject of a new login, and "" for one that existed.
func (s *Service) admit(ctx context.Context, email, name string) (made string, err error) {
	if s.directory == nil || email == "" {
		return "", nil
	}
	subject, isNew, err := s.directory.Admit(ctx, Newcomer{Email: email, Name: name, MayEnable: s.isNobody})
	if err != nil || !isNew {
		return "", err
	}
	return subject, nil
}

// isNobody reports whether no user has the subject. If a user has it and the login is
// disabled, somebody disabled it on purpose, and no invitation undoes that.
func (s *Service) isNobody(ctx context.Context, subject string) (bool, error) {
	_, err := s.store.User(ctx, s.directory.Issuer(), subject)
	if errors.Is(err, auth.ErrUnknownUser) {
		return true, nil
	}
	return false, err
}

// leaver returns the subject of the login to disable when the user is removed: the
// user's own, or the one that an unused invitation created, if no user has it. "" if
// there is none.
func (s *Service) leaver(ctx context.Context, u auth.User) (subject string, err error) {
	switch {
	case s.directory == nil:
		return "", nil
	case u.Accepted() && u.Issuer == s.directory.Issuer():
		return u.Subject, nil
	case u.Accepted() || u.Admitted == "":
		return "", nil
	}
	free, err := s.isNobody(ctx, u.Admitted)
	if err != nil || !free {
		return "", err
	}
	return u.Admitted, nil
}
