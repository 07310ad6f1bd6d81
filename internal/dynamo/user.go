package dynamo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"didpurchase/internal/auth"
	"didpurchase/internal/commit"
	"didpurchase/internal/ledger"
)

// identityItem leads from an issuer and a subject in a token to the user.
type identityItem struct {
	Carrier  string      `dynamodbav:"carrier"`
	Customer string      `dynamodbav:"customer,omitempty"`
	User     string      `dynamodbav:"user"`
	Name     string      `dynamodbav:"name,omitempty"`
	Roles    []auth.Role `dynamodbav:"roles"`
}

// userItem is a user in the list of the carrier or customer.
type userItem struct {
	identityItem
	Email     string    `dynamodbav:"email,omitempty"`
	Issuer    string    `dynamodbav:"issuer,omitempty"`
	Subject   string    `dynamodbav:"subject,omitempty"`
	CreatedAt time.Time `dynamodbav:"createdAt"`
	CreatedBy string    `dynamodbav:"createdBy,omitempty"`
	Hash      string    `dynamodbav:"hash,omitempty"`
	Until     time.Time `dynamodbav:"until,omitempty"`
	Admitted  string    `dynamodbav:"admitted,omitempty"`
}

// invitationItem leads from an invitation's code to its user.
type invitationItem struct {
	Carrier  string `dynamodbav:"carrier"`
	Customer string `dynamodbav:"customer,omitempty"`
	User     string `dynamodbav:"user"`
}

// usersItem counts the changes of a list of users. So of two changes at once, each
// of which leaves the other user as the last manager, only one succeeds.
type usersItem struct {
	Ver int `dynamodbav:"ver"`
}

// User finds the user of a valid token. A removed role must not be valid any
// longer, so the read is consistent.
//
// Errors: auth.ErrUnknownUser.
func (s *Store) User(ctx context.Context, issuer, subject string) (auth.Principal, error) {
	i, err := s.get(ctx, userKey(issuer, subject))
	if err != nil {
		return auth.Principal{}, err
	}
	if i == nil {
		return auth.Principal{}, fmt.Errorf("%w: %s of %s", auth.ErrUnknownUser, subject, issuer)
	}
	var u identityItem
	err = decode(i, &u)
	return auth.Principal{Carrier: u.Carrier, Customer: u.Customer, User: u.User, Name: u.Name, Roles: u.Roles}, err
}

// CreateUser makes the issuer's subject this user, and lists it in place of one
// with the same id and another issuer, together with more. Errors: ErrExists.
func (s *Store) CreateUser(ctx context.Context, u auth.User, more ...commit.Change) error {
	identity, err := s.put(userKey(u.Issuer, u.Subject), identityOf(u), absent())
	if err != nil {
		return err
	}
	entry, err := s.put(userEntryKey(u), userItemOf(u), always())
	if err != nil {
		return err
	}
	writes := []write{{action: identity}, {action: entry}}
	return s.createWith(ctx, fmt.Sprintf("user %s of %s", u.Subject, u.Issuer), writes, more)
}

// ListUser adds a user from before there were lists to its list. It is idempotent.
func (s *Store) ListUser(ctx context.Context, u auth.User) error {
	entry, err := s.put(userEntryKey(u), userItemOf(u), absent())
	if err != nil {
		return err
	}
	err = s.create(ctx, "entry of user "+u.ID, write{action: entry})
	if errors.Is(err, ErrExists) {
		return nil
	}
	return err
}

// UsersOf returns the users of a customer, or of the carrier for the empty
// customer, by their ids, and the version of the list.
func (s *Store) UsersOf(ctx context.Context, owner ledger.Customer) (users []auth.User, ver int, err error) {
	version, err := s.get(ctx, usersKey(owner))
	if err != nil {
		return nil, 0, err
	}
	if version != nil {
		var v usersItem
		if err := decode(version, &v); err != nil {
			return nil, 0, err
		}
		ver = v.Ver
	}
	items, err := s.list(ctx, listing{pk: accessPK(owner), prefix: prefixUser})
	if err != nil {
		return nil, 0, err
	}
	users, err = readEach(items, readUser)
	return users, ver, err
}

// PutUser writes the user in place of seen (the zero User for a new one), with its
// identity and its invitation. Errors: commit.ErrMovedOn if the list has another
// version by now.
func (s *Store) PutUser(ctx context.Context, ver int, seen, to auth.User, more ...commit.Change) error {
	changes := []change{{put: userItemOf(to), at: userEntryKey(to), guard: always()}}
	if to.Accepted() {
		changes = append(changes, change{put: identityOf(to), at: userKey(to.Issuer, to.Subject), guard: always()})
	}
	if to.InvitationHash != seen.InvitationHash {
		changes = append(changes, invitations(seen, to)...)
	}
	return s.changeUsers(ctx, ver, to, changes, more)
}

// RemoveUser deletes the user with its identity and its invitation. Errors:
// commit.ErrMovedOn if the list has another version by now.
func (s *Store) RemoveUser(ctx context.Context, ver int, seen auth.User, more ...commit.Change) error {
	changes := []change{{at: userEntryKey(seen), guard: always()}}
	if seen.Accepted() {
		changes = append(changes, change{at: userKey(seen.Issuer, seen.Subject), guard: always()})
	}
	return s.changeUsers(ctx, ver, seen, append(changes, invitations(seen, auth.User{})...), more)
}

// AcceptInvitation connects the issuer's subject with the invited user. Errors:
// auth.ErrKnownUser, commit.ErrMovedOn.
func (s *Store) AcceptInvitation(ctx context.Context, ver int, seen, to auth.User, more ...commit.Change) error {
	if _, err := s.User(ctx, to.Issuer, to.Subject); !errors.Is(err, auth.ErrUnknownUser) {
		if err == nil {
			err = auth.ErrKnownUser
		}
		return err
	}
	changes := append(invitations(seen, to),
		change{put: userItemOf(to), at: userEntryKey(to), guard: equal("hash", seen.InvitationHash)},
		change{put: identityOf(to), at: userKey(to.Issuer, to.Subject), guard: absent()})
	return s.changeUsers(ctx, ver, to, changes, more)
}

// Invited finds the owner and the id of an invitation's user. Errors:
// auth.ErrInvitation.
func (s *Store) Invited(ctx context.Context, hash string) (owner ledger.Customer, id string, err error) {
	i, err := s.get(ctx, invitationKey(hash))
	if err != nil {
		return ledger.Customer{}, "", err
	}
	if i == nil {
		return ledger.Customer{}, "", auth.ErrInvitation
	}
	var in invitationItem
	err = decode(i, &in)
	return ledger.Customer{Carrier: in.Carrier, ID: in.Customer}, in.User, err
}

// change is a put of one item in a change of users; without a value it is a
// deletion.
type change struct {
	at    key
	put   any
	guard expression.ConditionBuilder
}

// invitations replaces the invitation of seen by the invitation of to.
func invitations(seen, to auth.User) (changes []change) {
	if seen.InvitationHash != "" {
		changes = append(changes, change{at: invitationKey(seen.InvitationHash), guard: absent().Or(equal("user", seen.ID))})
	}
	if to.InvitationHash != "" {
		changes = append(changes, change{put: invitationItem{to.Carrier, to.Customer, to.ID},
			at: invitationKey(to.InvitationHash), guard: absent()})
	}
	return changes
}

// changeUsers carries out the changes together with the next version of the list
// and with more.
func (s *Store) changeUsers(ctx context.Context, ver int, of auth.User, changes []change, more []commit.Change) error {
	guard := absent()
	if ver > 0 {
		guard = equal("ver", ver)
	}
	changes = append(changes, change{put: usersItem{ver + 1},
		at: usersKey(ledger.Customer{Carrier: of.Carrier, ID: of.Customer}), guard: guard})
	var writes []write
	for _, c := range changes {
		action, err := s.remove(c.at, c.guard)
		if c.put != nil {
			action, err = s.put(c.at, c.put, c.guard)
		}
		if err != nil {
			return err
		}
		writes = append(writes, write{action: action})
	}
	err := s.createWith(ctx, "change of user "+of.ID, writes, more)
	if errors.Is(err, ErrExists) {
		return fmt.Errorf("%w: user %s", commit.ErrMovedOn, of.ID)
	}
	return err
}

// always is the guard of a write that the list's version guards.
func always() expression.ConditionBuilder {
	return absent().Or(expression.AttributeExists(expression.Name("pk")))
}

func identityOf(u auth.User) identityItem {
	return identityItem{u.Carrier, u.Customer, u.ID, u.Name, u.Roles}
}

func userItemOf(u auth.User) userItem {
	return userItem{identityOf(u), u.Email, u.Issuer, u.Subject, u.CreatedAt, u.CreatedBy, u.InvitationHash,
		u.InvitedUntil, u.Admitted}
}

func readUser(i item) (auth.User, error) {
	var u userItem
	err := decode(i, &u)
	return auth.User{
		Carrier: u.Carrier, Customer: u.Customer, ID: u.User, Name: u.Name, Email: u.Email, Roles: u.Roles,
		Issuer: u.Issuer, Subject: u.Subject, CreatedAt: u.CreatedAt, CreatedBy: u.CreatedBy,
		Invitation: auth.Invitation{InvitationHash: u.Hash, InvitedUntil: u.Until}, Admitted: u.Admitted,
	}, err
}
