// Command openapi writes the API's OpenAPI 3.1 document, made from the code,
// to infra/openapi/openapi.json. Run it after a change of the API:
//
//	go run ./infra/openapi
package main

import (
	"bytes"
	"didpurchase/internal/httpapi/openapi"
	"encoding/json"
	"fmt"
	"os"
)

// path is relative to the repository, where the command is run.
const path = "infra/openapi/openapi.json"

func main() {
	document, err := document()
	if err == nil {
		err = os.WriteFile(path, document, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "openapi:", err)
		os.Exit(1)
	}
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
