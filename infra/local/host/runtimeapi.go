package host

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"didpurchase/infra/local/template"
)

// runtimeAPI is the Lambda Runtime API, version 2018-06-01, for all instances.
// Each instance has its own address, host:port/<instance>.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
type runtimeAPI struct {
	server    *http.Server
	address   string
	mu        sync.Mutex
	instances map[string]*instance
}

// invocation is one event for an instance.
type invocation struct {
	id       string
	payload  []byte
	deadline time.Time
	answer   chan answer // one, buffered
}

func newRuntimeAPI() (*runtimeAPI, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the functions' runtime API: %w", err)
	}
	api := &runtimeAPI{address: listener.Addr().String(), instances: map[string]*instance{}}
	mux := http.NewServeMux()
	const base = "/{instance}/2018-06-01/runtime/"
	mux.HandleFunc("GET "+base+"invocation/next", api.with(next))
	mux.HandleFunc("POST "+base+"invocation/{id}/response", api.with(response))
	mux.HandleFunc("POST "+base+"invocation/{id}/error", api.with(failure))
	mux.HandleFunc("POST "+base+"init/error", api.with(initFailure))
	api.server = &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go api.server.Serve(listener) // ends by close
	return api, nil
}

func (api *runtimeAPI) close() error { return api.server.Close() }

func (api *runtimeAPI) add(i *instance) {
	api.mu.Lock()
	defer api.mu.Unlock()
	api.instances[i.id] = i
}

func (api *runtimeAPI) remove(i *instance) {
	api.mu.Lock()
	defer api.mu.Unlock()
	delete(api.instances, i.id)
}

// with finds the instance that sent the request.
func (api *runtimeAPI) with(handle func(*instance, http.ResponseWriter, *http.Request)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		api.mu.Lock()
		i := api.instances[r.PathValue("instance")]
		api.mu.Unlock()
		if i == nil {
			reply(w, http.StatusForbidden, "InvalidInstance")
			return
		}
		handle(i, w, r)
	}
}

// next marks the instance as idle and waits for its next event.
func next(i *instance, w http.ResponseWriter, r *http.Request) {
	inv, err := i.await(r.Context())
	if err != nil {
		return // the instance has gone
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Lambda-Runtime-Aws-Request-Id", inv.id)
	h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(inv.deadline.UnixMilli(), 10))
	h.Set("Lambda-Runtime-Invoked-Function-Arn", template.FunctionARN(i.function))
	h.Set("Lambda-Runtime-Trace-Id", traceID(inv))
	w.Write(inv.payload)
}

// traceID has X-Ray's form and marks the invocation as not sampled.
func traceID(inv invocation) string {
	return fmt.Sprintf("Root=1-%08x-%024x;Sampled=0", inv.deadline.Unix(), inv.id[len(inv.id)-12:])
}

func response(i *instance, w http.ResponseWriter, r *http.Request) {
	payload, err := io.ReadAll(io.LimitReader(r.Body, MaxResponse+1))
	if err != nil {
		return // the instance died; its exit is the answer
	}
	io.Copy(io.Discard, r.Body) // the answer reports an input that is too large; the connection must not break
	a := answer{payload: payload}
	if kind := r.Trailer.Get("Lambda-Runtime-Function-Error-Type"); kind != "" {
		a = answer{failure: &FunctionError{i.function, kind, "the response broke off"}}
	}
	i.end(w, r, a.checked(i.function))
}

func failure(i *instance, w http.ResponseWriter, r *http.Request) {
	i.end(w, r, answer{failure: reported(i.function, r)})
}

// reported reads the error that a runtime posts.
func reported(function string, r *http.Request) *FunctionError {
	var e struct{ ErrorType, ErrorMessage string }
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxResponse))
	if err != nil || json.Unmarshal(body, &e) != nil || e.ErrorType == "" {
		return &FunctionError{function, "Runtime.Unknown", string(body)}
	}
	return &FunctionError{function, e.ErrorType, e.ErrorMessage}
}

// end ends the invocation that the request names, once.
func (i *instance) end(w http.ResponseWriter, r *http.Request, a answer) {
	if !i.finish(r.PathValue("id"), a) {
		reply(w, http.StatusBadRequest, "InvalidRequestID")
		return
	}
	reply(w, http.StatusAccepted, "")
}

func initFailure(i *instance, w http.ResponseWriter, r *http.Request) {
	i.failInit(reported(i.function, r))
	reply(w, http.StatusAccepted, "")
}

func reply(w http.ResponseWriter, status int, errorType string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if errorType == "" {
		io.WriteString(w, `{"status":"OK"}`)
		return
	}
	json.NewEncoder(w).Encode(map[string]string{"errorType": errorType, "errorMessage": errorType})
}

var errExited = errors.New("the instance has ended")

// await marks the instance as ready and takes the next invocation.
func (i *instance) await(ctx context.Context) (invocation, error) {
	select {
	case i.ready <- struct{}{}:
	case <-i.exited:
		return invocation{}, errExited
	case <-ctx.Done():
		return invocation{}, ctx.Err()
	}
	select {
	case inv := <-i.next:
		return inv, nil
	case <-i.exited:
		return invocation{}, errExited
	case <-ctx.Done():
		return invocation{}, ctx.Err()
	}
}
