package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// job is the shown part of an import.
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
	Read      uint64   `json:"rows_read"`
	Applied   uint64   `json:"rows_applied"`
	Unchanged uint64   `json:"rows_unchanged"`
	Rejected  uint64   `json:"rows_rejected"`
	Left      uint64   `json:"rows_left"`
	Added     uint64   `json:"dids_added"`
	Withdrawn uint64   `json:"dids_withdrawn"`
	Updated   uint64   `json:"dids_updated"`
	Review    []string `json:"needs_review"`
	Error     string   `json:"error"`
	Report    string   `json:"report_url"`
	Upload    struct {
		Method string `json:"method"`
		URL    string `json:"url"`
	} `json:"upload"`
}

// followEvery is the pause between two reads of an import.
const followEvery = 250 * time.Millisecond

// follow shows the progress of the import until it is finished.
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

// bar is a line that overwrites the previous one.
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

// sum shows the result of the import, and its rejected rows by their codes.
func (s session) sum(ctx context.Context, j job) error {
	if r := j.Recognised; r != nil {
		fmt.Printf("read as %s, columns separated by %q, header in line %d:", r.Encoding, r.Delimiter, r.HeaderLine)
		for _, role := range slices.Sorted(maps.Keys(r.Columns)) {
			fmt.Printf(" %s = %q", role, r.Columns[role])
		}
		fmt.Println()
	}
	form := "%d rows: %d applied, %d unchanged, %d rejected; %d numbers added, %d withdrawn, %d updated\n"
	if j.DryRun {
		form = "%d rows: would apply %d, leave %d unchanged, reject %d; would add %d numbers, withdraw %d, update %d\n"
	}
	fmt.Printf(form, j.Read, j.Applied, j.Unchanged, j.Rejected, j.Added, j.Withdrawn, j.Updated)
	for _, text := range j.Review {
		fmt.Printf("look at it first: %s\n", text)
	}
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

// download follows a redirect without the token, which the store of files must
// not get.
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
