// Package e2e uses the portal as people do: in a real Chromium, on the whole
// system as `go run ./infra/local` starts it. It is tests alone. They are left
// out, saying so, where there is no Chromium.
package e2e
