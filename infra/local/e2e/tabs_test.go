package e2e

import "testing"

// The tabs of a browser share a session: a new tab is signed in, and signing out in
// one ends all of them. Another browser is not affected.
func TestTabsShareASession(t *testing.T) {
	t.Parallel()
	first, stranger := newPerson(t, 1280, 800), newPerson(t, 1280, 800)
	first.signsIn("buyer57")
	first.sees("My DIDs")
	second := first.newTab()
	second.open("/account")
	second.sees("1,000.00 USD")
	stranger.open("/account")
	stranger.seesNot("1,000.00 USD")
	second.clicks("summary", "")
	second.clicks("button", "Sign out")
	first.seesNot("My DIDs")
}
