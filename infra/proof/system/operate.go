package system

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"time"

	"didpurchase/infra/client"
)

// Invoke invokes a function with an event, like an operator.
func (s *System) Invoke(function string, event any) (string, error) {
	text, err := json.Marshal(event)
	if err != nil {
		return "", err
	}
	patient := &http.Client{Timeout: 2 * time.Minute}
	res, err := patient.Post(s.API+"/local/invoke/"+function, "application/json", bytes.NewReader(text))
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	return string(answer), err
}

// Reconcile lets the system compare its own books. The error contains the findings.
func (s *System) Reconcile() error { return s.command("reconcile") }

func (s *System) command(name string) error {
	cmd := exec.Command(s.program, name, "--data", s.data())
	cmd.Dir = s.root
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(string(said)))
	}
	return nil
}

// Offer puts a carrier's file into the bucket, and returns when the numbers are for
// sale. Rows are "start,end,package".
func (s *System) Offer(admin, key string, rows ...string) error {
	file := "start,end,package\n" + strings.Join(rows, "\n") + "\n"
	q, err := http.NewRequest(http.MethodPut, s.S3+"/"+s.Bucket+"/"+key, strings.NewReader(file))
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(q)
	if err != nil {
		return err
	}
	res.Body.Close()
	if res.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("put %s: HTTP %d", key, res.StatusCode)
	}
	return s.awaitImport(admin, key)
}

// importTime is the longest time for importing some rows on a busy machine.
const importTime = 3 * time.Minute

func (s *System) awaitImport(admin, key string) error {
	c := s.NewClient(30 * time.Second)
	for end := time.Now().Add(importTime); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		imports, err := client.All(c.As(admin), client.ListImports())
		if err != nil {
			continue // the system may not have read its users yet
		}
		for _, i := range imports {
			switch {
			case i.Source == key && i.Status == "completed":
				return nil
			case i.Source == key && i.Status == "failed":
				return fmt.Errorf("the import of %s failed", key)
			}
		}
	}
	return fmt.Errorf("the import of %s is not done after %s", key, importTime)
}
