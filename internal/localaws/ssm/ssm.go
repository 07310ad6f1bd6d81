// Package ssm is Parameter Store on one machine: it answers GetParameters from
// memory.
package ssm

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
)

// Path takes requests by POST, as Systems Manager does.
const Path = "/local/ssm"

const (
	target      = "AmazonSSM.GetParameters"
	mostNames   = 10       // Systems Manager's limit for one request
	mostRequest = 64 << 10 // bytes
)

// Store keeps parameters.
type Store struct {
	mu     sync.Mutex // guards values
	values map[string]string
}

// New returns a store with these parameters, by name.
func New(values map[string]string) *Store { return &Store{values: values} }

// Put writes a parameter.
func (s *Store) Put(name, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values[name] = value
}

// parameter is a parameter in an answer.
type parameter struct{ Name, Type, Value string }

// ServeHTTP implements http.Handler.
func (s *Store) ServeHTTP(w http.ResponseWriter, in *http.Request) {
	var request struct {
		Names          []string
		WithDecryption bool
	}
	err := json.NewDecoder(http.MaxBytesReader(w, in.Body, mostRequest)).Decode(&request)
	signature := in.Header.Get("Authorization")
	switch {
	case in.Header.Get("X-Amz-Target") != target:
		refuse(w, "UnknownOperationException", "the only operation is "+target)
	case !strings.HasPrefix(signature, "AWS4-HMAC-SHA256 ") || !strings.Contains(signature, "/ssm/aws4_request,"):
		refuse(w, "MissingAuthenticationTokenException", "the request is not signed for ssm")
	case err != nil:
		refuse(w, "SerializationException", err.Error())
	case len(request.Names) == 0 || len(request.Names) > mostNames:
		refuse(w, "ValidationException", "a request has 1 to 10 names")
	case !request.WithDecryption:
		refuse(w, "ValidationException", "secrets are read with decryption")
	default:
		s.answer(w, request.Names)
	}
}

func (s *Store) answer(w http.ResponseWriter, names []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, missing := []parameter{}, []string{}
	for _, name := range names {
		if value, ok := s.values[name]; ok {
			found = append(found, parameter{name, "SecureString", value})
		} else {
			missing = append(missing, name)
		}
	}
	write(w, http.StatusOK, map[string]any{"Parameters": found, "InvalidParameters": missing})
}

func refuse(w http.ResponseWriter, code, message string) {
	write(w, http.StatusBadRequest, map[string]string{"__type": code, "message": message})
}

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client went away
}
