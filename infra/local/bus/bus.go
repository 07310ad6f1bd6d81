// Package bus is an event bus for the local world: it accepts the PutEvents of
// Amazon EventBridge, and shows the events that arrived. It has no rules.
package bus

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Path accepts events by POST, like EventBridge, and shows the events that arrived.
const Path = "/local/bus"

// Name is the only bus.
const Name = "local"

const (
	kept        = 100
	mostEntries = 10        // EventBridge's limit for one request
	mostRequest = 256 << 10 // bytes
	target      = "AWSEvents.PutEvents"
)

// Entry is an event on the bus.
type Entry struct {
	EventBusName string          `json:"bus"`
	Source       string          `json:"source"`
	DetailType   string          `json:"detail-type"`
	Detail       json.RawMessage `json:"detail"`
	Time         time.Time       `json:"time"`
}

// Bus accepts events.
type Bus struct {
	mu      sync.Mutex // guards entries
	entries []Entry    // newest first
}

// New returns an empty bus.
func New() *Bus { return &Bus{} }

// Entries returns the events that arrived, newest first.
func (b *Bus) Entries() []Entry {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]Entry{}, b.entries...)
}

// ServeHTTP implements http.Handler for Path.
func (b *Bus) ServeHTTP(w http.ResponseWriter, in *http.Request) {
	switch in.Method {
	case http.MethodPost:
		b.put(w, in)
	case http.MethodGet, http.MethodHead:
		answer(w, http.StatusOK, map[string]any{"data": b.Entries()})
	default:
		http.Error(w, "POST events, or GET those that arrived", http.StatusMethodNotAllowed)
	}
}

// requested is an entry as a client sends it.
type requested struct {
	EventBusName, Source, DetailType, Detail string

	Time float64 // seconds since 1970
}

// result is the answer for an entry.
type result struct {
	EventId      string `json:",omitempty"`
	ErrorCode    string `json:",omitempty"`
	ErrorMessage string `json:",omitempty"`
}

func (b *Bus) put(w http.ResponseWriter, in *http.Request) {
	var request struct{ Entries []requested }
	err := json.NewDecoder(http.MaxBytesReader(w, in.Body, mostRequest)).Decode(&request)
	signature := in.Header.Get("Authorization")
	switch {
	case in.Header.Get("X-Amz-Target") != target:
		refuse(w, "UnknownOperationException", "the only operation is "+target)
	case !strings.HasPrefix(signature, "AWS4-HMAC-SHA256 ") || !strings.Contains(signature, "/events/aws4_request,"):
		refuse(w, "MissingAuthenticationTokenException", "the request is not signed for events")
	case err != nil:
		refuse(w, "SerializationException", err.Error())
	case len(request.Entries) == 0 || len(request.Entries) > mostEntries:
		refuse(w, "ValidationException", fmt.Sprintf("%d entries; a request has 1 to %d", len(request.Entries), mostEntries))
	default:
		b.take(w, request.Entries)
	}
}

func (b *Bus) take(w http.ResponseWriter, entries []requested) {
	b.mu.Lock()
	defer b.mu.Unlock()
	results, failed := make([]result, len(entries)), 0
	for i, e := range entries {
		if results[i] = e.fault(); results[i].ErrorCode != "" {
			failed++
			continue
		}
		results[i].EventId = fmt.Sprintf("local-%d-%d", len(b.entries), i)
		arrived := Entry{e.EventBusName, e.Source, e.DetailType, json.RawMessage(e.Detail),
			time.UnixMilli(int64(e.Time * 1000)).UTC()}
		b.entries = append([]Entry{arrived}, b.entries[:min(len(b.entries), kept-1)]...)
	}
	answer(w, http.StatusOK, map[string]any{"FailedEntryCount": failed, "Entries": results})
}

// fault returns EventBridge's error for an entry that it refuses.
func (e requested) fault() result {
	var detail map[string]any
	switch {
	case e.EventBusName != Name:
		return result{ErrorCode: "ResourceNotFoundException", ErrorMessage: "there is no bus " + e.EventBusName}
	case e.Source == "" || e.DetailType == "":
		return result{ErrorCode: "InvalidArgument", ErrorMessage: "an entry has a Source and a DetailType"}
	case json.Unmarshal([]byte(e.Detail), &detail) != nil:
		return result{ErrorCode: "MalformedDetail", ErrorMessage: "Detail is not a JSON object"}
	}
	return result{}
}

func refuse(w http.ResponseWriter, code, message string) {
	answer(w, http.StatusBadRequest, map[string]string{"__type": code, "message": message})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client went away
}
