package main

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"

	"didpurchase/infra/local/host"
)

// invokePath accepts a POST of a function's event, as JSON, from this machine only.
// It is the counterpart of IAM's lambda:InvokeFunction on AWS.
const invokePath = "/local/invoke/"

// invoker answers invokePath like Lambda's Invoke: 200 with the function's answer,
// or with its error and the header X-Amz-Function-Error.
func invoker(functions host.Invoker) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !fromHere(r) {
			http.Error(w, "functions are invoked from this machine only", http.StatusForbidden)
			return
		}
		// A page of another origin can't send this type without a preflight.
		if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
			http.Error(w, "send the event as application/json", http.StatusUnsupportedMediaType)
			return
		}
		payload, err := io.ReadAll(http.MaxBytesReader(w, r.Body, host.MaxRequest+1))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		answer, err := functions.Invoke(r.Context(), r.PathValue("function"), payload)
		w.Header().Set("Content-Type", "application/json")
		var failed *host.FunctionError
		switch {
		case err == nil:
			w.Write(answer)
		case errors.As(err, &failed):
			w.Header().Set("X-Amz-Function-Error", "Unhandled")
			json.NewEncoder(w).Encode(map[string]string{"errorType": failed.Type, "errorMessage": failed.Message})
		case errors.Is(err, host.ErrUnknownFunction):
			http.Error(w, err.Error(), http.StatusNotFound)
		default:
			http.Error(w, err.Error(), http.StatusBadGateway)
		}
	})
}

func fromHere(r *http.Request) bool {
	address, _, err := net.SplitHostPort(r.RemoteAddr)
	return err == nil && net.ParseIP(address).IsLoopback()
}
