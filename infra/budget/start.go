package main

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"didpurchase/infra/local/template"
)

// patience is the longest time that a function may take to start.
const patience = 10 * time.Second

// ratios starts the functions in turn, round after round. It returns each
// function's median time and its median ratio to minimal's time in the same
// round: a machine that is busy for a while slows both.
func ratios(folder string, functions []template.Function) (times map[string]time.Duration, ratio map[string]float64,
	err error) {
	took, share := map[string][]time.Duration{}, map[string][]float64{}
	for range rounds {
		for _, f := range functions {
			t, err := start(filepath.Join(folder, f.Name), f)
			if err != nil {
				return nil, nil, fmt.Errorf("%s: %w", f.Name, err)
			}
			took[f.Name] = append(took[f.Name], t)
			share[f.Name] = append(share[f.Name], float64(t)/float64(last(took[minimal.Name])))
		}
	}
	times, ratio = map[string]time.Duration{}, map[string]float64{}
	for _, f := range functions {
		times[f.Name], ratio[f.Name] = median(took[f.Name]), median(share[f.Name])
	}
	return times, ratio, nil
}

func last[T any](of []T) T { return of[len(of)-1] }

// median sorts its argument.
func median[T cmp.Ordered](of []T) T {
	slices.Sort(of)
	return of[len(of)/2]
}

// start runs a bootstrap until it asks a Runtime API for its first event: then
// its initialization is complete.
func start(binary string, f template.Function) (time.Duration, error) {
	asked := make(chan time.Time, 1)
	api, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	server := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/invocation/next") {
			select {
			case asked <- time.Now():
			default:
			}
		}
		<-r.Context().Done() // there is never an event
	})}
	go server.Serve(api)
	defer server.Close()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary)
	cmd.Env = []string{"AWS_LAMBDA_RUNTIME_API=" + api.Addr().String(), "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=none",
		"AWS_SECRET_ACCESS_KEY=none"}
	for name, value := range f.Env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Stderr = os.Stderr
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	select {
	case at := <-asked:
		return at.Sub(began), nil
	case <-ctx.Done():
		return 0, fmt.Errorf("asked for no event within %v", patience)
	}
}
