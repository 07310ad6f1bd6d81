package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

// session is a user's access to the API.
type session struct{ api, token string }

func signIn(ctx context.Context, api, user string) (session, error) {
	s := session{api: api}
	var answer struct {
		Token string `json:"access_token"`
	}
	err := s.call(ctx, http.MethodPost, "/local/token", map[string]string{"user": user}, &answer)
	s.token = answer.Token
	return s, err
}

// call sends a request to the API; a problem becomes an error with its text.
func (s session) call(ctx context.Context, method, path string, body, into any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, s.api+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if s.token != "" {
		req.Header.Set("Authorization", "Bearer "+s.token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("ask the running system: %w", err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return fmt.Errorf("ask the running system: %w", err)
	}
	if res.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%s %s: %s: %s", method, path, res.Status, problemText(answer))
	}
	return json.Unmarshal(answer, into)
}

// problemText returns a problem in words: its detail, and the fault of each field.
func problemText(answer []byte) string {
	var problem struct {
		Detail string
		Errors []struct{ Pointer, Detail string }
	}
	_ = json.Unmarshal(answer, &problem) // another body leaves the problem empty
	text := problem.Detail
	for _, e := range problem.Errors {
		text += fmt.Sprintf("; %s %s", strings.TrimPrefix(e.Pointer, "/"), e.Detail)
	}
	return text
}

// send announces the file and uploads it.
func (s session) send(ctx context.Context, o importOptions) (j job, err error) {
	request := map[string]any{"filename": filepath.Base(o.file)}
	if o.dryRun || o.now {
		request["dry_run"] = o.dryRun
	}
	if o.profile != "" {
		request["profile"] = o.profile
	}
	if o.replace {
		request["strategy"] = "replace"
	}
	if o.strict {
		request["mode"] = "all_or_nothing"
	}
	file, err := os.Open(o.file)
	if err != nil {
		return j, err
	}
	defer file.Close()
	is, err := file.Stat()
	if err != nil {
		return j, err
	}
	if !is.Mode().IsRegular() {
		return j, fmt.Errorf("%s is not a file", o.file)
	}
	if is.Size() > 0 { // the job of an empty file fails, and gives the reason
		request["size"] = is.Size()
	}
	if err := s.call(ctx, http.MethodPost, "/v1/imports", request, &j); err != nil {
		return j, err
	}
	return j, upload(ctx, j.Upload.Method, j.Upload.URL, file, is.Size())
}
