package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"didpurchase/infra/client"
)

// session is a user's access to the API.
type session struct {
	api   client.API
	token string
}

func signIn(ctx context.Context, api, user string) (session, error) {
	s := session{api: client.API{URL: api, HTTP: http.DefaultClient}}
	var err error
	if s.token, err = s.api.SignIn(ctx, user); err != nil {
		return s, fmt.Errorf("sign in at the running system: %w", err)
	}
	return s, nil
}

func (s session) send(ctx context.Context) client.Sender {
	return func(c client.Call) client.Reply { return s.api.Send(ctx, s.token, c) }
}

// importRequest announces the file with the options of the command.
func (o importOptions) importRequest(size int64) client.ImportRequest {
	request := client.ImportRequest{Filename: filepath.Base(o.file), Profile: o.profile}
	if o.dryRun || o.now {
		request.DryRun = new(o.dryRun)
	}
	if o.replace {
		request.Strategy = "replace"
	}
	if o.strict {
		request.Mode = "all_or_nothing"
	}
	if size > 0 { // the job of an empty file fails, and gives the reason
		request.Size = new(int(size))
	}
	return request
}

// upload announces the file and uploads it. It returns the import's id.
func (s session) upload(ctx context.Context, o importOptions) (id string, err error) {
	file, err := os.Open(o.file)
	if err != nil {
		return "", err
	}
	defer file.Close()
	is, err := file.Stat()
	if err != nil {
		return "", err
	}
	if !is.Mode().IsRegular() {
		return "", fmt.Errorf("%s is not a file", o.file)
	}
	announced, err := client.Ask(s.send(ctx), client.CreateImport(o.importRequest(is.Size())))
	if err != nil {
		return "", err
	}
	return announced.ID, put(ctx, announced.Upload, file, is.Size())
}

// put sends the file by the request that the API allowed.
func put(ctx context.Context, to client.Upload, file *os.File, size int64) error {
	var body io.Reader = file
	if size == 0 {
		body = http.NoBody // without a body, no length would mean an unknown length
	}
	r, err := http.NewRequestWithContext(ctx, to.Method, to.URL, body)
	if err != nil {
		return err
	}
	for name, value := range to.Headers {
		r.Header.Set(name, value)
	}
	r.ContentLength = size
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("upload %s: %w", file.Name(), err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("upload %s: %s", file.Name(), answer.Status)
	}
	return nil
}
