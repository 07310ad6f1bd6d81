package desk

import (
	"context"
	"errors"

	"didpurchase/internal/auth"
)

// Directory has the people who can sign in at the issuer. *cognito.Pool implements
// it. Without one, people are made at the issuer by hand.
type Directory interface {
	// Issuer is the issuer of the people's tokens.
	Issuer() string
	// Admit makes it possible that the newcomer signs in, and returns the subject of
	// their tokens. It is idempotent; isNew says that the person was not there before.
	// Errors: commit.ErrUnavailable.
	Admit(ctx context.Context, n Newcomer) (subject string, isNew bool, err error)
	// Disable refuses the person's sign-in. It is idempotent. A failure is only
	// logged: a removed user has no rights, also while they can sign in.
	Disable(ctx context.Context, subject string)
}

// Newcomer is the person that an invitation admits.
type Newcomer struct {
	Email string
	Name  string
	// MayEnable reports whether a disabled person with this subject may sign in again.
	MayEnable func(ctx context.Context, subject string) (bool, error)
}

// WithDirectory returns the service for an issuer whose people it makes.
func (s *Service) WithDirectory(d Directory) *Service {
	with := *s
	with.directory = d
	return &with
}

// admit makes it possible that an invited person signs in. It comes before the
// invitation is written, so that no invitation is without its person; a person
// without an invitation has no rights. made is the subject if the person is new.
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

// isNobody reports whether no user has the subject. Somebody who is disabled at the
// issuer and still a user was disabled there on purpose: no invitation undoes that.
func (s *Service) isNobody(ctx context.Context, subject string) (bool, error) {
	_, err := s.store.User(ctx, s.directory.Issuer(), subject)
	if errors.Is(err, auth.ErrUnknownUser) {
		return true, nil
	}
	return false, err
}

// leaver returns the subject to disable once the user is removed: their own, or the
// one that their invitation made and that nobody became a user with. "" is none.
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
