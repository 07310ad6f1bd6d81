package e2e

import "testing"

// An owner invites a newcomer, who signs in, accepts and buys for the customer;
// then the owner makes a key for a program, and removes the newcomer.
func TestAnOwnerInvitesANewcomer(t *testing.T) {
	t.Parallel()
	owner, newcomer := newPerson(t, 1280, 800), newPerson(t, 1280, 800)
	owner.signsIn("olga")
	owner.clicks("summary", "")
	owner.clicks("a", "Users and keys")
	owner.sees("Olga (you)")
	owner.clicks("button", "Invite a user")
	owner.fills("#field-name", "Nina")
	owner.clicks("label", "Buyer")
	owner.clicks("button", "Create link")
	owner.sees("It works once, for seven days")
	owner.sees("Invited until")
	link := eval[string](owner, `document.querySelector("code.key").innerText`)

	newcomer.open(link[len(owner.api):])
	newcomer.clicks("button", "Sign in")
	newcomer.picks("nina")
	newcomer.clicks("button", "Accept the invitation")
	newcomer.sees("My DIDs")

	owner.clicks("button", "Done")
	owner.clicks("button", "New key")
	owner.fills("#field-name", "provisioning")
	owner.clicks("label", "Search numbers")
	owner.clicks("label", "Hold and buy numbers")
	owner.clicks("button", "Create key")
	owner.sees("It is shown only once")
	owner.sees("search, buy")
	owner.open("/access")
	owner.sees("Nina")
	owner.seesNot("Invited until")
	owner.clicks("section:first-of-type tbody tr:first-child button.danger",
		"Remove") // ids sort by time; the names are the others'
	owner.clicks("dialog[open] button.danger", "Remove")
	owner.seesNot("Nina")
}
