package staff

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"didpurchase/internal/auth"
	"didpurchase/internal/desk"
	"didpurchase/internal/httpapi"
)

// UserService manages users; *desk.Service implements it, and documents the
// errors.
type UserService interface {
	Users(ctx context.Context, by auth.Principal, customer string) ([]auth.User, error)
	Invite(ctx context.Context, by auth.Principal, customer string, r desk.UserRequest) (auth.User, string, error)
	InviteAgain(ctx context.Context, by auth.Principal, customer, id string) (auth.User, string, error)
	EditUser(ctx context.Context, by auth.Principal, customer, id string, e desk.UserEdit) (auth.User, error)
	RemoveUser(ctx context.Context, by auth.Principal, customer, id string) error
	Accept(ctx context.Context, code, issuer, subject string) (auth.User, error)
}

// Person is a user on the wire.
type Person struct {
	ID           string      `json:"id"`
	Name         *string     `json:"name"`
	Email        *string     `json:"email"`
	Roles        []auth.Role `json:"roles"`
	Customer     *string     `json:"customer" doc:"null for the carrier's staff."`
	Status       string      `json:"status" enum:"invited,active" doc:"invited: the invitation was not accepted yet."`
	InvitedUntil *time.Time  `json:"invited_until" doc:"When the invitation ends; null without one."`
	CreatedAt    *time.Time  `json:"created_at"`
}

// InvitedPerson is a user with the link of an invitation.
type InvitedPerson struct {
	Person
	InvitationURL string `json:"invitation_url" doc:"For the newcomer, who signs in and accepts. It is valid once, for seven days, and shown only once."`
}

// NewPerson is the user to invite.
type NewPerson struct {
	Name     string      `json:"name" example:"Ada Lovelace"`
	Email    string      `json:"email,omitempty" maxLength:"254" example:"ada@example.com"`
	Roles    []auth.Role `json:"roles" minItems:"1" maxItems:"5" enum:"owner,buyer,viewer,admin,customer_success,sales,billing" doc:"Of a customer: owner, buyer, viewer. Of the carrier's staff: admin, customer_success, sales, billing, viewer."`
	Customer string      `json:"customer,omitempty" maxLength:"40" doc:"For staff: the customer of the user; without it, the user is one of the carrier's staff."`
}

// PersonPatch changes the given members.
type PersonPatch struct {
	Name  *string     `json:"name,omitempty"`
	Roles []auth.Role `json:"roles,omitempty" minItems:"1" maxItems:"5" enum:"owner,buyer,viewer,admin,customer_success,sales,billing"`
}

// OfCustomer selects the owner of the users.
type OfCustomer struct {
	Customer string `query:"customer" maxLength:"40" doc:"For staff: the users of this customer; without it, the carrier's staff."`
}

// PersonPath names a user.
type PersonPath struct {
	ID string `path:"id" doc:"The user's id."`
	OfCustomer
}

// Hosted is an input that keeps the request's host, for links.
type Hosted struct {
	origin string
}

// Resolve stores the address that the caller used; it is plain HTTP only in the
// local world.
func (h *Hosted) Resolve(ctx huma.Context) []error {
	h.origin = originOf(ctx.Host())
	return nil
}

func registerUsers(r *httpapi.Routes, service UserService) {
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/users", "list-users", httpapi.TagAccess,
		"List users", "The people of the carrier or of a customer, by the order in which they were invited.",
		http.StatusBadRequest, http.StatusNotFound),
		func(ctx context.Context, in *struct {
			httpapi.Page
			OfCustomer
		}) (*httpapi.Out[httpapi.List[Person]], error) {
			users, err := service.Users(ctx, httpapi.Caller(ctx), in.Customer)
			if err != nil {
				return nil, err
			}
			return httpapi.AnswerPage("users", in.Page, wirePerson,
				httpapi.PageOf(users, func(u auth.User) string { return u.ID }))
		})

	registerInvitations(r, service)

	httpapi.Register(r, httpapi.Operation(http.MethodPatch, "/v1/users/{id}", "edit-user", httpapi.TagAccess,
		"Change a user's name or roles", "The change is in effect everywhere within a minute. The last admin of a carrier "+
			"and the last owner of a customer can't be changed.", http.StatusNotFound, http.StatusConflict),
		func(ctx context.Context, in *struct {
			PersonPath
			Body PersonPatch
		}) (*httpapi.Out[Person], error) {
			user, err := service.EditUser(ctx, httpapi.Caller(ctx), in.Customer, in.ID,
				desk.UserEdit{Name: in.Body.Name, Roles: in.Body.Roles})
			return httpapi.Answer(wirePerson(user), err)
		})

	remove := httpapi.Operation(http.MethodDelete, "/v1/users/{id}", "remove-user", httpapi.TagAccess,
		"Remove a user", "The user has no access after a minute at most. The last admin or owner can't be removed.",
		http.StatusNotFound,
		http.StatusConflict)
	remove.DefaultStatus = http.StatusNoContent
	httpapi.Register(r, remove, func(ctx context.Context, in *PersonPath) (*struct{}, error) {
		return nil, service.RemoveUser(ctx, httpapi.Caller(ctx), in.Customer, in.ID)
	})

	registerAcceptance(r, service)
}

func registerInvitations(r *httpapi.Routes, service UserService) {
	invite := httpapi.Operation(http.MethodPost, "/v1/users", "invite-user", httpapi.TagAccess,
		"Invite a user", "Answers with a link for the newcomer. No mail is sent: give them the link yourself.",
		http.StatusNotFound)
	invite.DefaultStatus = http.StatusCreated
	httpapi.Register(r, invite, func(ctx context.Context, in *struct {
		Hosted
		Body NewPerson
	}) (*httpapi.Out[InvitedPerson], error) {
		user, code, err := service.Invite(ctx, httpapi.Caller(ctx), in.Body.Customer,
			desk.UserRequest{Name: in.Body.Name, Email: in.Body.Email, Roles: in.Body.Roles})
		return httpapi.Answer(invitedPerson(user, in.origin, code), err)
	})

	httpapi.Register(r, httpapi.Operation(http.MethodPost, "/v1/users/{id}/invitation", "renew-invitation",
		httpapi.TagAccess,
		"Invite a user again", "The earlier link becomes invalid.", http.StatusNotFound, http.StatusConflict),
		func(ctx context.Context, in *struct {
			Hosted
			PersonPath
		}) (*httpapi.Out[InvitedPerson], error) {
			user, code, err := service.InviteAgain(ctx, httpapi.Caller(ctx), in.Customer, in.ID)
			return httpapi.Answer(invitedPerson(user, in.origin, code), err)
		})
}

// Acceptance is the code of an invitation.
type Acceptance struct {
	Code string `json:"code" minLength:"1" maxLength:"100" doc:"The part of the link after #."`
}

func registerAcceptance(r *httpapi.Routes, service UserService) {
	httpapi.Register(r, httpapi.Operation(http.MethodPost, auth.AcceptPath, "accept-invitation", httpapi.TagAccess,
		"Accept an invitation", "The newcomer's own access token becomes the invited user's. Get a new token before the "+
			"next call: a refusal of the current one may be cached for a minute.", http.StatusNotFound, http.StatusConflict),
		func(ctx context.Context, in *struct{ Body Acceptance }) (*httpapi.Out[Person], error) {
			issuer, subject := httpapi.Newcomer(ctx)
			user, err := service.Accept(ctx, in.Body.Code, issuer, subject)
			return httpapi.Answer(wirePerson(user), err)
		})
}

func invitedPerson(u auth.User, origin, code string) InvitedPerson {
	return InvitedPerson{Person: wirePerson(u), InvitationURL: origin + "/invitation#" + code}
}

func wirePerson(u auth.User) Person {
	status := "invited"
	if u.Accepted() {
		status = "active"
	}
	return Person{
		ID: u.ID, Name: httpapi.Optional(u.Name), Email: httpapi.Optional(u.Email), Roles: append([]auth.Role{}, u.Roles...),
		Customer: httpapi.Optional(u.Customer),
		Status:   status, InvitedUntil: httpapi.OptionalTime(u.InvitedUntil), CreatedAt: httpapi.OptionalTime(u.CreatedAt),
	}
}

// originOf returns the address of a host for a browser: HTTPS, except in the local
// world.
func originOf(host string) string {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	if ip := net.ParseIP(name); name == "localhost" || ip != nil && ip.IsLoopback() {
		return "http://" + host
	}
	return "https://" + host
}
