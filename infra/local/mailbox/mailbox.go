// Package mailbox is Amazon SES for the local world: it accepts mails, stores them
// as files in a folder, and shows them. It sends nothing.
package mailbox

import (
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/http"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// Path is the folder of the mails' pages. SES's requests have it before their path.
const Path = "/local/mail/"

// Sender is the address that mails come from.
const Sender = "notices@local.example"

const (
	mostRequest = 1 << 20 // bytes
	mostShown   = 100
)

// Mailbox accepts mails.
type Mailbox struct {
	folder string
	mux    *http.ServeMux

	mu   sync.Mutex // guards next
	next int        // number of the next mail's file
}

// New returns the mailbox of a folder, which is made with the first mail.
func New(folder string) *Mailbox {
	m := &Mailbox{folder: folder, mux: http.NewServeMux()}
	m.mux.HandleFunc("POST "+Path+"v2/email/outbound-emails", m.take)
	m.mux.HandleFunc("GET "+Path+"{$}", m.list)
	m.mux.HandleFunc("GET "+Path+"{name}", m.show)
	return m
}

// ServeHTTP implements http.Handler for Path.
func (m *Mailbox) ServeHTTP(w http.ResponseWriter, r *http.Request) { m.mux.ServeHTTP(w, r) }

func (m *Mailbox) take(w http.ResponseWriter, r *http.Request) {
	var request struct {
		Destination struct{ ToAddresses []string }
		Content     struct{ Raw struct{ Data []byte } }
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, mostRequest)).Decode(&request)
	switch signature := r.Header.Get("Authorization"); {
	case !strings.Contains(signature, "/ses/aws4_request,"):
		refuse(w, http.StatusForbidden, "the request is not signed for ses")
	case err != nil || len(request.Destination.ToAddresses) == 0:
		refuse(w, http.StatusBadRequest, "this is no mail")
	default:
		name, err := m.keep(request.Content.Raw.Data)
		if err != nil {
			refuse(w, http.StatusInternalServerError, err.Error())
			return
		}
		answer(w, http.StatusOK, map[string]string{"MessageId": name})
	}
}

// keep writes a mail into a file of its own.
func (m *Mailbox) keep(raw []byte) (name string, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := os.MkdirAll(m.folder, 0o755); err != nil {
		return "", err
	}
	if m.next == 0 {
		m.next = len(m.names()) + 1
	}
	name = fmt.Sprintf("%06d.eml", m.next)
	m.next++
	return name, os.WriteFile(filepath.Join(m.folder, name), raw, 0o644)
}

// names lists the files, newest first.
func (m *Mailbox) names() (names []string) {
	files, err := filepath.Glob(filepath.Join(m.folder, "*.eml"))
	if err != nil { // the pattern is ours
		panic(err)
	}
	for _, file := range slices.Backward(files) {
		names = append(names, filepath.Base(file))
	}
	return names[:min(len(names), mostShown)]
}

// Mail is a mail in the list.
type Mail struct {
	Name    string `json:"name"`
	To      string `json:"to"`
	Subject string `json:"subject"`
	Text    string `json:"text"`
	HTML    string `json:"html"`
}

// Mails returns the mails, newest first.
func (m *Mailbox) Mails() (mails []Mail, err error) {
	for _, name := range m.names() {
		read, err := m.read(name)
		if err != nil {
			return nil, err
		}
		mails = append(mails, read)
	}
	return mails, nil
}

func (m *Mailbox) read(name string) (Mail, error) {
	file, err := os.Open(filepath.Join(m.folder, filepath.Base(name)))
	if err != nil {
		return Mail{}, err
	}
	defer file.Close()
	message, err := mail.ReadMessage(file)
	if err != nil {
		return Mail{}, err
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject"))
	if err != nil {
		return Mail{}, err
	}
	read := Mail{Name: name, To: message.Header.Get("To"), Subject: subject}
	_, parameters, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	if err != nil {
		return Mail{}, err
	}
	return read, read.addForms(multipart.NewReader(message.Body, parameters["boundary"]))
}

func (m *Mail) addForms(forms *multipart.Reader) error {
	for {
		part, err := forms.NextRawPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		words, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			return err
		}
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			m.HTML = string(words)
		} else {
			m.Text = string(words)
		}
	}
}

// list shows the mails: a page for a browser, else JSON.
func (m *Mailbox) list(w http.ResponseWriter, r *http.Request) {
	mails, err := m.Mails()
	if err != nil {
		refuse(w, http.StatusInternalServerError, err.Error())
		return
	}
	if !strings.Contains(r.Header.Get("Accept"), "text/html") {
		answer(w, http.StatusOK, map[string]any{"data": mails})
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = page.Execute(w, mails) // the browser went away
}

// show shows a mail as its reader sees it.
func (m *Mailbox) show(w http.ResponseWriter, r *http.Request) {
	read, err := m.read(r.PathValue("name"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = io.WriteString(w, read.HTML) // the browser went away
}

func refuse(w http.ResponseWriter, status int, message string) {
	answer(w, status, map[string]string{"message": message})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client went away
}

var page = template.Must(template.New("mails").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Mails that were sent</title>
<style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem;max-width:60rem}table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.4rem .8rem;border-bottom:1px solid #ccc}</style></head>
<body><h1>Mails that were sent</h1>
{{if .}}<table><thead><tr><th>To</th><th>Subject</th></tr></thead><tbody>
{{range .}}<tr><td>{{.To}}</td><td><a href="{{.Name}}">{{.Subject}}</a></td></tr>
{{end}}</tbody></table>{{else}}<p>None yet. Set an address in the billing details, and top up.</p>{{end}}
</body></html>
`))
