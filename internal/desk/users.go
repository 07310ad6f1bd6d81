package desk

import (
	"cmp"
	"context"
	"net/mail"
	"slices"
	"time"

	"didpurchase/internal/audit"
	"didpurchase/internal/auth"
	"didpurchase/internal/commit"
	"didpurchase/internal/ledger"
	"didpurchase/internal/validate"
)

const (
	maxUsers       = 500 // of one carrier's staff, or of one customer
	invitationTime = 7 * 24 * time.Hour
)

// UserRequest has the fields of a user to invite.
type UserRequest struct {
	Name  string
	Email string
	Roles []auth.Role
}

// UserEdit has the changes of a user; nil leaves a field unchanged.
type UserEdit struct {
	Name  *string
	Roles []auth.Role
}

// LastManagerError refuses a change after which a carrier would have no admin, or
// a customer no owner, who can sign in.
type LastManagerError struct{ Role auth.Role }

func (e *LastManagerError) Error() string {
	return "this is the last user with the role " + string(e.Role) + "; give it to somebody else first"
}

// Users returns the users of the customer, or of the carrier for the empty
// customer, oldest first.
func (s *Service) Users(ctx context.Context, by auth.Principal, customer string) ([]auth.User, error) {
	owner, err := s.ownerFor(ctx, by, customer)
	if err != nil {
		return nil, err
	}
	users, _, err := s.store.UsersOf(ctx, owner)
	return users, err
}

// Invite makes a user and the code of an invitation, which one newcomer can use
// within seven days. With a directory, the newcomer gets a login. Errors:
// *validate.Invalid; commit.ErrNotFound for an unknown customer; commit.ErrUnavailable
// if the issuer can't be reached, and then nothing is written.
func (s *Service) Invite(ctx context.Context, by auth.Principal, customer string,
	r UserRequest) (user auth.User, code string, err error) {
	owner, err := s.ownerFor(ctx, by, customer)
	if err != nil {
		return auth.User{}, "", err
	}
	code = auth.NewCode()
	made := ""
	err = s.insistOnUsers(ctx, owner, func(users []auth.User, ver int) error {
		if i := slices.IndexFunc(users, func(u auth.User) bool { return u.InvitationHash == auth.HashOf(code) }); i >= 0 {
			user = users[i] // made by an earlier try, whose answer was lost
			return nil
		}
		f := r.faults(owner.ID)
		f.Unless(len(users) < maxUsers, "", "there are %d users already, which is the limit; remove one first", maxUsers)
		f.Unless(s.directory == nil || r.Email != "", "/email", "must be given, as the user signs in with it")
		if err := f.Err(); err != nil {
			return err
		}
		admitted, err := s.admit(ctx, r.Email, r.Name)
		if err != nil {
			return err
		}
		made = cmp.Or(made, admitted) // a repeat finds the login that the first try created
		now := s.now()
		user = auth.User{
			Carrier: owner.Carrier, Customer: owner.ID, ID: commit.NewID(now), Name: r.Name, Email: r.Email, Roles: r.Roles,
			CreatedAt: now, CreatedBy: by.User, Invitation: s.invitation(code), Admitted: made,
		}
		return s.store.PutUser(ctx, ver, auth.User{}, user, s.userAct(ctx, audit.UserInvited, auth.User{}, user))
	})
	return user, code, err
}

// InviteAgain replaces the invitation of a user who has not accepted it. Errors:
// auth.ErrNoSuchUser, auth.ErrKnownUser.
func (s *Service) InviteAgain(ctx context.Context, by auth.Principal, customer,
	id string) (user auth.User, code string, err error) {
	code = auth.NewCode()
	err = s.changeUser(ctx, by, customer, id, func(_ []auth.User, seen auth.User) (auth.User, error) {
		if seen.Accepted() {
			return auth.User{}, auth.ErrKnownUser
		}
		made, err := s.admit(ctx, seen.Email, seen.Name)
		if err != nil {
			return auth.User{}, err
		}
		user = seen
		user.Invitation, user.Admitted = s.invitation(code), cmp.Or(made, seen.Admitted)
		return user, nil
	}, audit.UserReinvited)
	return user, code, err
}

func (s *Service) invitation(code string) auth.Invitation {
	return auth.Invitation{InvitationHash: auth.HashOf(code), InvitedUntil: s.now().Add(invitationTime)}
}

// EditUser changes a user's name or roles. Errors: *validate.Invalid, auth.ErrNoSuchUser,
// *LastManagerError.
func (s *Service) EditUser(ctx context.Context, by auth.Principal, customer, id string,
	e UserEdit) (user auth.User, err error) {
	err = s.changeUser(ctx, by, customer, id, func(users []auth.User, seen auth.User) (auth.User, error) {
		user = seen
		if e.Name != nil {
			user.Name = *e.Name
		}
		if e.Roles != nil {
			user.Roles = e.Roles
		}
		if err := (UserRequest{user.Name, user.Email, user.Roles}).faults(user.Customer).Err(); err != nil {
			return auth.User{}, err
		}
		return user, staysManaged(users, seen, &user)
	}, audit.UserChanged)
	return user, err
}

// RemoveUser removes a user, who has no access after a minute at most. With a
// directory, their login is disabled. Errors:
// auth.ErrNoSuchUser, *LastManagerError.
func (s *Service) RemoveUser(ctx context.Context, by auth.Principal, customer, id string) error {
	owner, err := s.ownerFor(ctx, by, customer)
	if err != nil {
		return err
	}
	tried, leaver := false, ""
	err = s.insistOnUsers(ctx, owner, func(users []auth.User, ver int) error {
		seen, err := find(users, id)
		if err != nil && tried {
			return nil // removed by an earlier try, whose answer was lost
		}
		if err != nil {
			return err
		}
		tried = true
		if err := staysManaged(users, seen, nil); err != nil {
			return err
		}
		if leaver, err = s.leaver(ctx, seen); err != nil {
			return err
		}
		return s.store.RemoveUser(ctx, ver, seen, s.userAct(ctx, audit.UserRemoved, seen, auth.User{}))
	})
	if err == nil && leaver != "" {
		s.directory.Disable(ctx, leaver) // after the removal, which may be refused
	}
	return err
}

// Accept connects the newcomer, whose token has this issuer and subject, with the
// user that the code invites. Errors: auth.ErrInvitation, auth.ErrKnownUser.
func (s *Service) Accept(ctx context.Context, code, issuer, subject string) (user auth.User, err error) {
	owner, id, err := s.store.Invited(ctx, auth.HashOf(code))
	if err != nil {
		return auth.User{}, err
	}
	err = s.insistOnUsers(ctx, owner, func(users []auth.User, ver int) error {
		seen, err := find(users, id)
		if err == nil && seen.Issuer == issuer && seen.Subject == subject {
			user = seen // accepted by an earlier try, whose answer was lost
			return nil
		}
		if err != nil || seen.InvitationHash != auth.HashOf(code) || !s.now().Before(seen.InvitedUntil) {
			return auth.ErrInvitation
		}
		user = seen
		user.Issuer, user.Subject, user.Invitation = issuer, subject, auth.Invitation{}
		joined := s.userAct(auth.ActingAs(ctx, user.Principal().Actor()), audit.UserJoined, auth.User{}, user)
		return s.store.AcceptInvitation(ctx, ver, seen, user, joined)
	})
	return user, err
}

// changeUser writes the user that decide returns. It reads and decides again while
// other requests change the list.
func (s *Service) changeUser(ctx context.Context, by auth.Principal, customer, id string,
	decide func(users []auth.User, seen auth.User) (auth.User, error), act audit.Action) error {
	owner, err := s.ownerFor(ctx, by, customer)
	if err != nil {
		return err
	}
	return s.insistOnUsers(ctx, owner, func(users []auth.User, ver int) error {
		seen, err := find(users, id)
		if err != nil {
			return err
		}
		to, err := decide(users, seen)
		if err != nil {
			return err
		}
		return s.store.PutUser(ctx, ver, seen, to, s.userAct(ctx, act, seen, to))
	})
}

// userAct returns the entry of an act on a user, the zero User for none.
func (s *Service) userAct(ctx context.Context, act audit.Action, old, to auth.User) audit.Entry {
	return s.act(ctx, audit.Entry{
		Carrier: cmp.Or(to.Carrier, old.Carrier), Action: act, Customer: cmp.Or(to.Customer, old.Customer),
		Subject: cmp.Or(to.ID, old.ID), Old: audit.OfUser(old), New: audit.OfUser(to),
	})
}

func (s *Service) insistOnUsers(ctx context.Context, owner ledger.Customer,
	step func(users []auth.User, ver int) error) error {
	_, err := commit.Insist(ctx, func() (struct{}, error) {
		users, ver, err := s.store.UsersOf(ctx, owner)
		if err != nil {
			return struct{}{}, err
		}
		return struct{}{}, step(users, ver)
	})
	return err
}

// ownerFor returns the owner of the users that the caller manages: a customer's
// owner manages the customer's, staff the carrier's or a customer's. Errors:
// commit.ErrNotFound.
func (s *Service) ownerFor(ctx context.Context, by auth.Principal, customer string) (ledger.Customer, error) {
	if !by.IsStaff() {
		if customer != "" && customer != by.Customer {
			return ledger.Customer{}, commit.ErrNotFound
		}
		return ledger.Customer{Carrier: by.Carrier, ID: by.Customer}, nil
	}
	owner := ledger.Customer{Carrier: by.Carrier, ID: customer}
	if customer == "" {
		return owner, nil
	}
	_, err := s.store.Account(ctx, owner)
	return owner, err
}

// staysManaged refuses a change that takes the role from the last manager. seen
// becomes after, or is removed if after is nil. A user who never accepted an
// invitation manages nothing.
func staysManaged(users []auth.User, seen auth.User, after *auth.User) error {
	manager := auth.Manager(seen.Customer)
	manages := func(u auth.User) bool { return u.Accepted() && slices.Contains(u.Roles, manager) }
	if !manages(seen) || after != nil && manages(*after) {
		return nil
	}
	if slices.ContainsFunc(users, func(u auth.User) bool { return u.ID != seen.ID && manages(u) }) {
		return nil
	}
	return &LastManagerError{manager}
}

func find(users []auth.User, id string) (auth.User, error) {
	i := slices.IndexFunc(users, func(u auth.User) bool { return u.ID == id })
	if i < 0 {
		return auth.User{}, auth.ErrNoSuchUser
	}
	return users[i], nil
}

func (r UserRequest) faults(customer string) (f validate.Faults) {
	f.Unless(validate.Text(r.Name, 1, 100), "/name", "must be 1 to 100 characters, of which one is visible")
	if r.Email != "" {
		address, err := mail.ParseAddress(r.Email)
		f.Unless(err == nil && address.Address == r.Email && len(r.Email) <= 254, "/email",
			"must be an address such as ada@example.com")
	}
	allowed := auth.RolesFor(customer)
	f.Unless(len(r.Roles) > 0, "/roles", "must name at least one of %v", allowed)
	for i, role := range r.Roles {
		f.Unless(slices.Contains(allowed, role), "/roles", "%q is not a role of these users, which are %v", role, allowed)
		f.Unless(!slices.Contains(r.Roles[:i], role), "/roles", "names %q twice", role)
	}
	return f
}
