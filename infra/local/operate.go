package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
)

// operate runs a command of the operate function for one carrier or all. A request
// does a part, and answers with the cursor of the next part. Each answer is
// printed.
func operate(ctx context.Context, command string, args []string, show func(answer []byte) error) error {
	flags := flag.NewFlagSet(command, flag.ContinueOnError)
	flags.SetOutput(os.Stdout)
	data := flags.String("data", defaultData(), "`folder` of the running system's state")
	carrier := flags.String("carrier", "", "`id` of the carrier; without it, all carriers")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("%q is not a flag; see %s --help", flags.Arg(0), command)
	}
	request := map[string]any{"command": command, "carrier": *carrier}
	for {
		answer, err := invokeOperate(ctx, *data, request)
		if err != nil {
			return err
		}
		if err := show(answer); err != nil {
			return fmt.Errorf("the answer of operate: %w", err)
		}
		var progress struct{ Cursor string }
		if err := json.Unmarshal(answer, &progress); err != nil {
			return fmt.Errorf("the answer of operate: %w", err)
		}
		if progress.Cursor == "" {
			return nil
		}
		request["cursor"] = progress.Cursor
	}
}

// invokeOperate invokes the operate function of the system that runs on the
// folder.
func invokeOperate(ctx context.Context, data string, request any) ([]byte, error) {
	at, err := readEndpoints(filepath.Join(data, endpointsFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("nothing runs on %s: start it by `go run ./infra/local`, or pass --data DIR", data)
	}
	if err != nil {
		return nil, fmt.Errorf("the endpoints of the running system: %w", err)
	}
	payload, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, at.API+invokePath+"operate", bytes.NewReader(payload))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask the running system: %w", err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, fmt.Errorf("ask the running system: %w", err)
	}
	if res.StatusCode != http.StatusOK || res.Header.Get("X-Amz-Function-Error") != "" {
		return nil, fmt.Errorf("operate answers %s: %s", res.Status, bytes.TrimSpace(answer))
	}
	return answer, nil
}
