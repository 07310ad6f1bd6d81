package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"didpurchase/infra/client"
)

// rotateKeys replaces the secret of an API key, then revokes the key, by the
// runbook's commands.
func (w *deployment) rotateKeys(ctx context.Context) (string, error) {
	admin, err := w.stack.access.SignIn(ctx, "ada")
	if err != nil {
		return "", err
	}
	var first struct{ ID, Key string }
	wanted := map[string]any{"name": "rotated", "scopes": []string{"payments"}}
	if err := w.call(ctx, http.MethodPost, "/v1/api-keys", admin, wanted, http.StatusCreated, &first); err != nil {
		return "", err
	}
	rotate, err := w.book.block("Rotate keys", "/rotate")
	if err != nil {
		return "", err
	}
	said, err := w.stack.shell(ctx, w.book.functions+"TOKEN="+admin+"\n"+strings.ReplaceAll(rotate, "KEY", first.ID))
	if err != nil {
		return "", err
	}
	var second struct{ Key string }
	if err := json.Unmarshal(said, &second); err != nil {
		return "", fmt.Errorf("rotate answers %s: %w", said, err)
	}
	return w.revoke(ctx, admin, first.ID, []string{first.Key, second.Key})
}

// revoke revokes a key. Before that, each of its secrets works; afterwards, none
// does.
func (w *deployment) revoke(ctx context.Context, admin, id string, secrets []string) (string, error) {
	for i, secret := range secrets {
		if err := w.call(ctx, http.MethodGet, "/v1/me", secret, nil, http.StatusOK, nil); err != nil {
			return "", fmt.Errorf("secret %d of %d: %w", i+1, len(secrets), err)
		}
	}
	block, err := w.book.block("Rotate keys", "-X DELETE")
	if err != nil {
		return "", err
	}
	script := w.book.functions + "TOKEN=" + admin + "\n" + strings.ReplaceAll(block, "KEY", id)
	if _, err := w.stack.shell(ctx, script); err != nil {
		return "", err
	}
	err = w.call(ctx, http.MethodPost, "/v1/api-keys/"+id+"/rotate", admin, struct{}{}, http.StatusNotFound, nil)
	if err != nil {
		return "", fmt.Errorf("the revoked key: %w", err)
	}
	_, err = w.test(ctx, sound)
	return "both secrets worked, then the key was revoked", err
}

// call calls the API, and fails unless it answers the wanted status.
func (w *deployment) call(ctx context.Context, method, path, token string, body any, want int, into any) error {
	api := client.API{URL: w.stack.outputs["ApiUrl"], HTTP: w.stack.access.Client}
	reply := api.Send(ctx, token, client.Call{Method: method, Path: path, Body: body})
	if reply.Status != want {
		return fmt.Errorf("%s %s answers %s, want %d", method, path, reply, want)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(reply.Body, into)
}
