package front

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
)

// response is a function's answer in payload format 2.0, decoded.
type response struct {
	status  int
	headers map[string]string
	cookies []string
	body    []byte
}

// readResponse reads a function's answer: an object with a statusCode, or any
// other JSON, which becomes the body of a 200.
func readResponse(payload []byte) (response, error) {
	var shape struct{ StatusCode json.RawMessage }
	if json.Unmarshal(payload, &shape) == nil && shape.StatusCode != nil {
		return readStructured(payload)
	}
	if !json.Valid(payload) {
		return response{}, fmt.Errorf("the function's answer is not JSON: %.100q", payload)
	}
	var text *string
	if json.Unmarshal(payload, &text) == nil && text != nil {
		payload = []byte(*text)
	}
	return response{status: http.StatusOK, headers: map[string]string{"content-type": "application/json"}, body: payload},
		nil
}

func readStructured(payload []byte) (response, error) {
	var a struct {
		StatusCode      int
		Headers         map[string]string
		Cookies         []string
		Body            string
		IsBase64Encoded bool
	}
	if err := json.Unmarshal(payload, &a); err != nil {
		return response{}, fmt.Errorf("the function's answer: %w", err)
	}
	if a.StatusCode < 200 || a.StatusCode > 599 {
		return response{}, fmt.Errorf("the function's answer has status %d", a.StatusCode)
	}
	body := []byte(a.Body)
	if a.IsBase64Encoded {
		var err error
		if body, err = base64.StdEncoding.DecodeString(a.Body); err != nil {
			return response{}, fmt.Errorf("the function's answer has a wrong isBase64Encoded: %w", err)
		}
	}
	return response{a.StatusCode, a.Headers, a.Cookies, body}, nil
}

func (a response) write(w http.ResponseWriter) {
	h := w.Header()
	for name, value := range a.headers {
		h.Set(name, value)
	}
	for _, cookie := range a.cookies {
		h.Add("Set-Cookie", cookie)
	}
	if h.Get("Content-Type") == "" && len(a.body) > 0 {
		h.Set("Content-Type", "text/plain; charset=utf-8")
	}
	h.Del("Content-Length") // the true length replaces the function's
	w.WriteHeader(a.status)
	w.Write(a.body) // for a status without a body, or a client that left, there is nothing to do
}
