package follow

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Kamailio is a Kamailio with a hash table "routes". By the digits of each rented
// number it has the answer of kamailio.cfg, in this folder's parent, to an INVITE:
// the Contacts of a 302, or a status that refuses the call.
type Kamailio struct {
	URL     string // of its JSON-RPC
	Gateway string // host for telephone numbers; "" = tel: URIs
}

const (
	table = "routes"
	mark  = "supplied" // a key that exists once the table has everything
)

// Apply sets or deletes the entry of each route.
func (k *Kamailio) Apply(ctx context.Context, routes []Route) error {
	for _, r := range routes {
		key := strings.TrimPrefix(r.DID, "+")
		var err error
		if value := k.entry(r); value != "" {
			_, err = k.call(ctx, "htable.sets", table, key, value)
		} else if _, err = k.call(ctx, "htable.delete", table, key); errors.Is(err, errNoKey) {
			err = nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Fresh reports whether Kamailio was started since Mark.
func (k *Kamailio) Fresh(ctx context.Context) (bool, error) {
	_, err := k.call(ctx, "htable.get", table, mark)
	if errors.Is(err, errNoKey) {
		return true, nil
	}
	return false, err
}

// Mark marks the table.
func (k *Kamailio) Mark(ctx context.Context) error {
	_, err := k.call(ctx, "htable.sets", table, mark, "yes")
	return err
}

// entry returns a route's entry in the table, "" for a number that is not rented.
func (k *Kamailio) entry(r Route) string {
	switch {
	case !r.Rented():
		return ""
	case r.Status == "suspended":
		return "480 Suspended"
	case len(r.Destinations) == 0:
		return "480 No Destination"
	}
	var contacts []string
	q := 10
	for i, t := range r.Destinations {
		if i > 0 && t.Priority > r.Destinations[i-1].Priority && q > 1 {
			q--
		}
		contacts = append(contacts, fmt.Sprintf("<%s>;q=%d.%d", k.uri(r.DID, t.URI), q/10, q%10))
	}
	return strings.Join(contacts, ", ")
}

// uri returns a target in the form of a Contact. A SIP URI without a user gets the
// number that was dialled.
func (k *Kamailio) uri(did, target string) string {
	scheme, rest, _ := strings.Cut(target, ":")
	switch {
	case strings.HasPrefix(target, "+") && k.Gateway == "":
		return "tel:" + target
	case strings.HasPrefix(target, "+"):
		return "sip:" + target + "@" + k.Gateway + ";user=phone"
	case strings.HasPrefix(scheme, "sip") && !strings.Contains(rest, "@"):
		return scheme + ":" + did + "@" + rest
	}
	return target
}

// errNoKey means that the table does not have the key.
var errNoKey = errors.New("kamailio: no such key")

// callTimeout is for one call: Kamailio answers from memory.
const callTimeout = 5 * time.Second

func (k *Kamailio) call(ctx context.Context, method string, params ...string) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "method": method, "params": params, "id": 1})
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, k.URL, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	var said struct {
		Result json.RawMessage `json:"result"`
		Error  *struct {
			Code    int    `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&said); err != nil {
		return nil, fmt.Errorf("kamailio %s: %s: %w", method, answer.Status, err)
	}
	if said.Error == nil {
		return said.Result, nil
	}
	if strings.Contains(strings.ToLower(said.Error.Message), "key") {
		return nil, fmt.Errorf("%w: %s", errNoKey, said.Error.Message)
	}
	return nil, fmt.Errorf("kamailio %s: %d %s", method, said.Error.Code, said.Error.Message)
}
