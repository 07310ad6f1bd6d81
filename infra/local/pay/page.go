package pay

import (
	"encoding/json"
	"html/template"
	"net/http"
	"strconv"
	"strings"
)

// showAll lists the sessions: a page for a browser, else JSON.
func (s *Stripe) showAll(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	all := make([]Session, len(s.sessions))
	for i, session := range s.sessions {
		all[i] = *session
	}
	s.mu.Unlock()
	if !strings.Contains(r.Header.Get("Accept"), "text/html") {
		answer(w, http.StatusOK, map[string]any{"data": all})
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = pages.ExecuteTemplate(w, "all", all) // the browser went away
}

func (s *Stripe) show(w http.ResponseWriter, r *http.Request) {
	session, ok := s.Session(r.PathValue("session"))
	if !ok {
		http.Error(w, "there is no such session; sessions end with the program", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = pages.ExecuteTemplate(w, "one", session)
}

// press presses a button, and redirects the browser to the page.
func (s *Stripe) press(w http.ResponseWriter, r *http.Request) {
	session, err := s.Do(r.Context(), r.PathValue("session"), r.PostFormValue("action"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusConflict)
		return
	}
	http.Redirect(w, r, session.SuccessURL, http.StatusSeeOther)
}

// Shown returns the amount for people.
func (s Session) Shown() string {
	n := strconv.FormatInt(s.AmountTotal, 10)
	if len(n) < 3 {
		n = strings.Repeat("0", 3-len(n)) + n
	}
	return n[:len(n)-2] + "." + n[len(n)-2:] + " " + strings.ToUpper(s.Currency)
}

func refuse(w http.ResponseWriter, status int, kind, message string) {
	answer(w, status, map[string]any{"error": map[string]string{"type": kind, "message": message}})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client went away
}

var pages = template.Must(template.New("pay").Parse(`{{define "head"}}<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Payments on this machine</title>
<style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:40rem;padding:0 1rem}button{font:inherit;padding:.5rem 1rem;margin:.25rem .5rem .25rem 0}td,th{text-align:left;padding:.3rem .8rem .3rem 0}</style></head><body>{{end}}
{{define "one"}}{{template "head"}}<h1>Pay {{.Shown}}</h1><p>{{.Name}}</p><p>This page imitates a payment provider. No money moves.</p>
<form method="post">{{range .Actions}}<button name="action" value="{{.}}">{{.}}</button>{{else}}<p>This session is over.</p>{{end}}</form>
<p><a href="./">All sessions</a></p></body></html>{{end}}
{{define "all"}}{{template "head"}}<h1>Payments on this machine</h1>{{if .}}<table><tr><th>Amount</th><th>For</th><th>Status</th></tr>
{{range .}}<tr><td><a href="{{.ID}}">{{.Shown}}</a></td><td>{{.Name}}</td><td>{{.Status}}, {{.PaymentStatus}}</td></tr>{{end}}</table>{{else}}<p>None yet. Top up in the portal.</p>{{end}}</body></html>{{end}}`))
