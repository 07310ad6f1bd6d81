package httpapi

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"time"
)

//go:embed invoice.html
var invoiceHTML string

//go:embed invoice.css
var invoiceCSS string

// invoicePolicy lets the page show its own style and nothing else.
var invoicePolicy = "default-src 'none'; style-src 'sha256-" + digest(invoiceCSS) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

var invoiceTemplate = template.Must(template.New("invoice").Parse(invoiceHTML))

// invoicePage is an invoice to be printed, its days in a time zone.
func invoicePage(i Invoice, loc *time.Location) ([]byte, error) {
	var page bytes.Buffer
	err := invoiceTemplate.Execute(&page, struct {
		Invoice
		Style template.CSS
		Day   func(time.Time) string
	}{i, template.CSS(invoiceCSS), func(t time.Time) string { return t.In(loc).Format(time.DateOnly) }})
	return page.Bytes(), err
}
