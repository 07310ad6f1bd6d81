package lambdas_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/staff"
	"didpurchase/internal/wanttest"
)

// invite invites a user as the caller.
func (w *carriers) invite(by, body string) (invited staff.InvitedPerson) {
	w.t.Helper()
	answer := w.as(by, "POST", "/v1/users", body)
	if answer.Status != 201 {
		w.t.Fatalf("invite: %d %s", answer.Status, answer.Body)
	}
	answer.read(w.t, &invited)
	return invited
}

// code returns the part of an invitation's link after #.
func code(invited staff.InvitedPerson) string {
	_, code, _ := strings.Cut(invited.InvitationURL, "/invitation#")
	return code
}

func (w *carriers) accept(code string) reply {
	w.t.Helper()
	return w.as("nobody", "POST", "/v1/invitations/accept", `{"code":"`+code+`"}`)
}

// A newcomer accepts an invitation with their own token, once; then the roles
// are in effect, are changed and removed.
func TestInvitation(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	invited := w.invite("olive", `{"name":"Nina","email":"nina@example.com","roles":["buyer"]}`)
	wanttest.Equal(t, "status of an invited user", invited.Status, "invited")
	wanttest.Equal(t, "customer of an owner's user", *invited.Customer, "alice")
	refused(t, "before the invitation is accepted", w.as("nobody", "GET", "/v1/me", ""), 401, "unauthenticated")
	refused(t, "a made-up code", w.accept("MADEUP"), 404, "not_found", "ask for a new one")
	refused(t, "a user who is one already", w.as("bob", "POST", "/v1/invitations/accept", `{"code":"`+code(invited)+`"}`),
		403, "forbidden")

	var accepted staff.Person
	w.accept(code(invited)).read(t, &accepted)
	wanttest.Equal(t, "status after acceptance", accepted.Status, "active")
	wanttest.Equal(t, "buyer's cart: status", w.as("nobody", "POST", "/v1/cart/extend", "").Status, 200)
	wanttest.Equal(t, "buyer's keys: status", w.as("nobody", "GET", "/v1/api-keys", "").Status, 403)
	refused(t, "a new link for a user", w.as("olive", "POST", "/v1/users/"+invited.ID+"/invitation", ""), 409,
		"already_exists")

	path := "/v1/users/" + invited.ID
	wanttest.Equal(t, "change of roles: status", w.as("olive", "PATCH", path, `{"roles":["viewer"]}`).Status, 200)
	wanttest.Equal(t, "viewer's cart: status", w.as("nobody", "POST", "/v1/cart/extend", "").Status, 403)
	wanttest.Equal(t, "staff change a customer's user: status",
		w.as("ada", "PATCH", path+"?customer=alice", `{"roles":["owner"]}`).Status, 200)
	wanttest.Equal(t, "owner's keys: status", w.as("nobody", "GET", "/v1/api-keys", "").Status, 200)
	wanttest.Equal(t, "removal: status", w.as("olive", "DELETE", path, "").Status, 204)
	refused(t, "a user who was removed", w.as("nobody", "GET", "/v1/me", ""), 401, "unauthenticated")
	refused(t, "an invitation that was used", w.accept(code(invited)), 404, "not_found")
}

func TestInvitationsEnd(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	first := w.invite("ada", `{"name":"Nina","roles":["sales"]}`)
	var second staff.InvitedPerson
	w.as("ada", "POST", "/v1/users/"+first.ID+"/invitation", "").read(t, &second)
	refused(t, "a link that was replaced", w.accept(code(first)), 404, "not_found")
	w.clock = w.clock.Add(7 * 24 * time.Hour)
	refused(t, "a link of seven days", w.accept(code(second)), 404, "not_found")
	w.as("ada", "POST", "/v1/users/"+first.ID+"/invitation", "").read(t, &second)
	wanttest.Equal(t, "removal: status", w.as("ada", "DELETE", "/v1/users/"+first.ID, "").Status, 204)
	refused(t, "a link of a user who was removed", w.accept(code(second)), 404, "not_found")
}

// The last admin who can sign in stays admin, even if two admins remove each other
// at once.
func TestTheLastManagerStays(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	w.invite("olive", `{"name":"Never came","roles":["owner"]}`)
	refused(t, "the only owner becomes a buyer", w.as("olive", "PATCH", "/v1/users/olive", `{"roles":["buyer"]}`), 409,
		"illegal_state", "last user with the role owner")
	refused(t, "the only owner goes", w.as("olive", "DELETE", "/v1/users/olive", ""), 409, "illegal_state")
	refused(t, "staff remove the only owner", w.as("ada", "DELETE", "/v1/users/olive?customer=alice", ""), 409,
		"illegal_state")

	w.accept(code(w.invite("ada", `{"name":"Nina","roles":["admin"]}`)))
	var users httpapi.List[staff.Person]
	w.as("ada", "GET", "/v1/users", "").read(t, &users)
	var admins []string
	for _, u := range users.Data {
		if u.Roles[0] == "admin" {
			admins = append(admins, u.ID)
		}
	}
	wanttest.Equal(t, "number of admins", len(admins), 2)
	tokens := []string{w.token("ada", nil), w.token("nobody", nil)}
	statuses := make([]int, len(admins))
	var both sync.WaitGroup
	for i, id := range admins {
		both.Go(func() { statuses[i] = w.send(tokens[i], "DELETE", "/v1/users/"+id, "").Status })
	}
	both.Wait()
	wanttest.True(t, fmt.Sprintf("of %v, one removal is refused", statuses), statuses[0]+statuses[1] == 204+409 ||
		statuses[0]+statuses[1] == 204+401)
}

func TestUsersThatCantBe(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	for name, tc := range map[string]struct {
		who, body string
		status    int
		part      string
	}{
		"staff's role for a customer's": {"olive", `{"name":"x","roles":["admin"]}`, 422, "not a role of these users"},
		"a customer's role for staff":   {"ada", `{"name":"x","roles":["owner"]}`, 422, "not a role of these users"},
		"no role":                       {"ada", `{"name":"x","roles":[]}`, 422, "/roles"},
		"a role twice":                  {"ada", `{"name":"x","roles":["viewer","viewer"]}`, 422, "twice"},
		"no name":                       {"ada", `{"name":"","roles":["viewer"]}`, 422, "/name"},
		"no address": {"ada", `{"name":"x","email":"Ada <ada@example.com>","roles":["viewer"]}`, 422,
			"/email"},
		"another's customer":         {"olive", `{"name":"x","roles":["viewer"],"customer":"bob"}`, 404, "not_found"},
		"no such customer":           {"ada", `{"name":"x","roles":["viewer"],"customer":"zoe"}`, 404, "not_found"},
		"another carrier's customer": {"grace", `{"name":"x","roles":["viewer"],"customer":"alice"}`, 404, "not_found"},
	} {
		got := w.as(tc.who, "POST", "/v1/users", tc.body)
		wanttest.Equal(t, name+": status", got.Status, tc.status)
		wanttest.Contains(t, name+": answer", got.Body, tc.part)
	}
}
