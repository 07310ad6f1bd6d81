// Package e2e uses the portal as people do: in a real Chromium, on the whole
// system as `go run ./infra/local` starts it. It contains only tests. They are
// skipped, with a message, if there is no Chromium.
package e2e
