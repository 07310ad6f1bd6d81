package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"didpurchase/infra/local/seed"
)

const importUsage = `Imports a file of numbers into the running system, as the carrier's admin.

  go run ./infra/local import FILE --carrier ID [flags]

Flags:
`

// importOptions are the flags of an import.
type importOptions struct {
	file, carrier, profile, data string
	dryRun, replace, now, strict bool
}

// parseImport takes flags before and after the file's name.
func parseImport(args []string) (o importOptions, err error) {
	flags := flag.NewFlagSet("import", flag.ContinueOnError)
	flags.SetOutput(os.Stdout)
	flags.Usage = func() {
		fmt.Print(importUsage)
		flags.PrintDefaults()
	}
	flags.StringVar(&o.carrier, "carrier", "", "`id` of the carrier, such as acme")
	flags.StringVar(&o.profile, "profile", "", "`name` of the carrier's import profile")
	flags.BoolVar(&o.dryRun, "dry-run", false, "only say what would happen")
	flags.BoolVar(&o.replace, "replace", false, "withdraw what the file lacks; stops at the plan, which shows it")
	flags.BoolVar(&o.now, "now", false, "with --replace, don't stop at the plan")
	flags.BoolVar(&o.strict, "all-or-nothing", false, "apply nothing when a row is rejected")
	flags.StringVar(&o.data, "data", defaultData(), "`folder` of the running system's state")
	for rest := args; ; {
		if err := flags.Parse(rest); err != nil {
			return o, err
		}
		if flags.NArg() == 0 {
			break
		}
		if o.file != "" {
			return o, fmt.Errorf("%q is one file too many; see import --help", flags.Arg(0))
		}
		o.file, rest = flags.Arg(0), flags.Args()[1:]
	}
	switch {
	case o.file == "":
		return o, errors.New("which file? see import --help")
	case o.now && (o.dryRun || !o.replace):
		return o, errors.New("--now is for --replace, and not beside --dry-run")
	case seed.Admin(o.carrier) == "":
		return o, fmt.Errorf("--carrier %q is no carrier of this machine; acme is one", o.carrier)
	}
	return o, nil
}

// importFile uploads a file as the carrier's admin does and shows how it gets on.
func importFile(ctx context.Context, args []string) error {
	o, err := parseImport(args)
	if err != nil {
		return err
	}
	at, err := readEndpoints(filepath.Join(o.data, endpointsFile))
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("nothing runs on %s: start it by `go run ./infra/local`, or pass --data DIR", o.data)
	}
	if err != nil {
		return fmt.Errorf("the endpoints of the running system: %w", err)
	}
	s, err := signIn(ctx, at.API, seed.Admin(o.carrier))
	if err != nil {
		return err
	}
	job, err := s.send(ctx, o)
	if err != nil {
		return err
	}
	if job, err = s.follow(ctx, job.ID); err != nil {
		return err
	}
	return s.sum(ctx, job)
}

// session is a person's access to the API.
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

// call sends a request to the API; a problem is an error that says so.
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
		return fmt.Errorf("%s %s: %s: %s", method, path, res.Status, saysOf(answer))
	}
	return json.Unmarshal(answer, into)
}

// saysOf is a problem in words: its detail, and what is wrong with which field.
func saysOf(answer []byte) string {
	var problem struct {
		Detail string
		Errors []struct{ Pointer, Detail string }
	}
	_ = json.Unmarshal(answer, &problem) // what is no problem says nothing
	text := problem.Detail
	for _, e := range problem.Errors {
		text += fmt.Sprintf("; %s %s", strings.TrimPrefix(e.Pointer, "/"), e.Detail)
	}
	return text
}

// job is what is shown of an import.
type job struct {
	ID         string `json:"id"`
	Status     string `json:"status"`
	DryRun     bool   `json:"dry_run"`
	Recognised *struct {
		Encoding   string            `json:"encoding"`
		Delimiter  string            `json:"delimiter"`
		HeaderLine int               `json:"header_line"`
		Columns    map[string]string `json:"columns"`
	} `json:"recognised"`
	Read      uint64 `json:"rows_read"`
	Applied   uint64 `json:"rows_applied"`
	Unchanged uint64 `json:"rows_unchanged"`
	Rejected  uint64 `json:"rows_rejected"`
	Left      uint64 `json:"rows_left"`
	Added     uint64 `json:"dids_added"`
	Withdrawn uint64 `json:"dids_withdrawn"`
	Repriced  uint64 `json:"dids_repriced"`
	Error     string `json:"error"`
	Report    string `json:"report_url"`
	Upload    struct {
		Method string `json:"method"`
		URL    string `json:"url"`
	} `json:"upload"`
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
	if err := s.call(ctx, http.MethodPost, "/v1/imports", request, &j); err != nil {
		return j, err
	}
	return j, upload(ctx, j.Upload.Method, j.Upload.URL, file, is.Size())
}

func upload(ctx context.Context, method, url string, file *os.File, size int64) error {
	var body io.Reader = file
	if size == 0 {
		body = http.NoBody // of a file, no length is one that is not known
	}
	req, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return err
	}
	req.ContentLength = size
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("upload %s: %w", file.Name(), err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("upload %s: %s", file.Name(), res.Status)
	}
	return nil
}

// followEvery is how often an import is looked at.
const followEvery = 250 * time.Millisecond

// follow shows how the import gets on until it is finished.
func (s session) follow(ctx context.Context, id string) (j job, err error) {
	for {
		if err := s.call(ctx, http.MethodGet, "/v1/imports/"+id, nil, &j); err != nil {
			return j, err
		}
		fmt.Print(bar(j))
		if j.Status == "completed" || j.Status == "failed" {
			fmt.Println()
			return j, nil
		}
		select {
		case <-ctx.Done():
			return j, ctx.Err()
		case <-time.After(followEvery):
		}
	}
}

const barWidth = 30

// bar is a line that overwrites the one before it.
func bar(j job) string {
	done := 0
	switch {
	case j.Status == "completed":
		done = barWidth
	case j.Applied+j.Left > 0:
		done = int(barWidth * j.Applied / (j.Applied + j.Left))
	}
	return fmt.Sprintf("\r%-15s [%s%s] %d rows read, %d applied, %d left   ",
		j.Status, strings.Repeat("#", done), strings.Repeat(".", barWidth-done), j.Read, j.Applied, j.Left)
}

// sum says what came of the import, and of its rejected rows by their codes.
func (s session) sum(ctx context.Context, j job) error {
	if r := j.Recognised; r != nil {
		fmt.Printf("read as %s, columns parted by %q, header in line %d:", r.Encoding, r.Delimiter, r.HeaderLine)
		for _, role := range slices.Sorted(maps.Keys(r.Columns)) {
			fmt.Printf(" %s = %q", role, r.Columns[role])
		}
		fmt.Println()
	}
	done := "applied"
	if j.DryRun {
		done = "to apply"
	}
	fmt.Printf("%d rows: %d %s, %d unchanged, %d rejected; %d numbers added, %d withdrawn, %d moved to another package\n",
		j.Read, j.Applied, done, j.Unchanged, j.Rejected, j.Added, j.Withdrawn, j.Repriced)
	if j.Report != "" {
		if err := s.rejections(ctx, j); err != nil {
			return err
		}
		fmt.Printf("report: %s%s\n", s.api, j.Report)
	}
	if j.DryRun && j.Status == "completed" {
		fmt.Printf("apply it: POST %s/v1/imports/%s/apply\n", s.api, j.ID)
	}
	if j.Status == "failed" {
		return errors.New(j.Error)
	}
	return nil
}

// rejections counts the codes of rejected rows, each with an example.
func (s session) rejections(ctx context.Context, j job) error {
	if j.Rejected == 0 {
		return nil
	}
	res, err := s.download(ctx, j.Report)
	if err != nil {
		return fmt.Errorf("the report: %w", err)
	}
	defer res.Body.Close()
	counts, examples := map[string]int{}, map[string]string{}
	rows := csv.NewReader(res.Body)
	rows.FieldsPerRecord = -1
	for {
		row, err := rows.Read()
		if err == io.EOF {
			break
		}
		if err != nil || len(row) < 4 {
			return fmt.Errorf("the report (%s): %w", res.Status, err)
		}
		if row[1] == "rejected" {
			if counts[row[2]]++; counts[row[2]] == 1 {
				examples[row[2]] = "line " + row[0] + ": " + row[3]
			}
		}
	}
	for _, code := range slices.Sorted(maps.Keys(counts)) {
		fmt.Printf("  %7d %s (%s)\n", counts[code], code, examples[code])
	}
	return nil
}

// download follows a redirect without the token, which is not for who keeps files.
func (s session) download(ctx context.Context, path string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.api+path, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	stay := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := stay.Do(req)
	if err != nil {
		return nil, err
	}
	res.Body.Close()
	at, err := res.Location()
	if err != nil {
		return nil, fmt.Errorf("%s: %s", path, res.Status)
	}
	if req, err = http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil); err != nil {
		return nil, err
	}
	return http.DefaultClient.Do(req)
}
