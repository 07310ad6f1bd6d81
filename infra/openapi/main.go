// Command openapi writes the API's OpenAPI 3.1 document, made from the code,
// into the package of the function that serves it, and the operations and types of
// infra/client, made from the document. Run it after a change of the API:
//
//	go run ./infra/openapi
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"didpurchase/internal/httpapi/openapi"
)

// The files' paths are relative to the repository, where the command is run.
const (
	documentPath = "internal/lambdas/portal/openapi.json"
	clientPath   = "infra/client/generated.go"
)

func main() {
	if err := write(); err != nil {
		fmt.Fprintln(os.Stderr, "openapi:", err)
		os.Exit(1)
	}
}

func write() error {
	document, err := document()
	if err != nil {
		return err
	}
	if err := os.WriteFile(documentPath, document, 0o644); err != nil {
		return err
	}
	client, err := goClient(document)
	if err != nil {
		return fmt.Errorf("the client: %w", err)
	}
	return os.WriteFile(clientPath, client, 0o644)
}

// document is indented, so that a change of the API reads well as a diff.
func document() ([]byte, error) {
	compact, err := json.Marshal(openapi.Document())
	if err != nil {
		return nil, err
	}
	var indented bytes.Buffer
	err = json.Indent(&indented, compact, "", "  ")
	return append(indented.Bytes(), '\n'), err
}
