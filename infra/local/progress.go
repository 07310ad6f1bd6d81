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

	"didpurchase/infra/client"
)

// followEvery is the pause between two reads of an import.
const followEvery = 250 * time.Millisecond

// follow shows the progress of the import until it is finished.
func (s session) follow(ctx context.Context, id string) (j client.Import, err error) {
	for {
		if j, err = client.Ask(s.send(ctx), client.GetImport(id)); err != nil {
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

// bar returns a line that overwrites the previous one.
func bar(j client.Import) string {
	done := 0
	switch {
	case j.Status == "completed":
		done = barWidth
	case j.RowsApplied+j.RowsLeft > 0:
		done = barWidth * j.RowsApplied / (j.RowsApplied + j.RowsLeft)
	}
	return fmt.Sprintf("\r%-15s [%s%s] %d rows read, %d applied, %d left   ",
		j.Status, strings.Repeat("#", done), strings.Repeat(".", barWidth-done), j.RowsRead, j.RowsApplied, j.RowsLeft)
}

// sum shows the result of the import, and its rejected rows by their codes.
func (s session) sum(ctx context.Context, j client.Import) error {
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
	fmt.Printf(form, j.RowsRead, j.RowsApplied, j.RowsUnchanged, j.RowsRejected, j.DIDsAdded, j.DIDsWithdrawn,
		j.DIDsUpdated)
	for _, text := range j.NeedsReview {
		fmt.Printf("look at it first: %s\n", text)
	}
	if j.ReportURL != nil {
		if err := s.rejections(ctx, j); err != nil {
			return err
		}
		fmt.Printf("report: %s%s\n", s.api.URL, *j.ReportURL)
	}
	if j.DryRun && j.Status == "completed" {
		fmt.Printf("apply it: POST %s/v1/imports/%s/apply\n", s.api.URL, j.ID)
	}
	if j.Error != nil {
		return errors.New(*j.Error)
	}
	return nil
}

// rejections counts the codes of rejected rows, each with an example.
func (s session) rejections(ctx context.Context, j client.Import) error {
	if j.RowsRejected == 0 {
		return nil
	}
	res, err := s.download(ctx, *j.ReportURL)
	if err != nil {
		return fmt.Errorf("the report: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the report: %s", res.Status)
	}
	counts, examples, err := countRejections(res.Body)
	if err != nil {
		return fmt.Errorf("the report: %w", err)
	}
	for _, code := range slices.Sorted(maps.Keys(counts)) {
		fmt.Printf("  %7d %s (%s)\n", counts[code], code, examples[code])
	}
	return nil
}

// countRejections counts the rejected rows of a report by their codes, and keeps
// the first row of each code.
func countRejections(report io.Reader) (counts map[string]int, examples map[string]string, err error) {
	counts, examples = map[string]int{}, map[string]string{}
	rows := csv.NewReader(report)
	rows.FieldsPerRecord = -1
	for {
		row, err := rows.Read()
		if err == io.EOF {
			return counts, examples, nil
		}
		if err != nil {
			return nil, nil, err
		}
		if len(row) < 4 {
			line, _ := rows.FieldPos(0)
			return nil, nil, fmt.Errorf("line %d has %d columns: at least 4 are wanted", line, len(row))
		}
		if row[1] == "rejected" {
			if counts[row[2]]++; counts[row[2]] == 1 {
				examples[row[2]] = "line " + row[0] + ": " + row[3]
			}
		}
	}
}

// download follows a redirect without the token, which the store of files must
// not get.
func (s session) download(ctx context.Context, path string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.api.URL+path, nil)
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
