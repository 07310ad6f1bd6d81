// Package mailsend sends letters by Amazon SES. It writes the mail itself, as text
// and HTML: go-mail would bring html/template, with which the linker keeps every
// method of every client.
package mailsend

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/http"
	"net/mail"
	"net/textproto"
	"strings"
	"time"

	"didpurchase/internal/awscall"
	"didpurchase/internal/notice"
)

// Mail sends from one address.
type Mail struct {
	ses           awscall.Service
	from          string
	configuration string // SES's configuration set, which handles bounces; "" for none
	now           func() time.Time
}

// New returns a Mail that sends from an address.
func New(ses awscall.Service, from, configuration string, now func() time.Time) Mail {
	return Mail{ses, from, configuration, now}
}

// Send implements notice.Post.
// https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
func (m Mail) Send(ctx context.Context, l notice.Letter) error {
	raw, err := m.compose(l)
	if err != nil {
		return fmt.Errorf("mailsend: %s: %w", l.ID, err)
	}
	body, err := json.Marshal(request{
		FromEmailAddress: m.from, Destination: destination{ToAddresses: l.To}, ConfigurationSetName: m.configuration,
		Content: content{Raw: rawMail{Data: raw}},
	})
	if err != nil {
		return err
	}
	header := http.Header{"Content-Type": {"application/json"}}
	if _, err := m.ses.Post(ctx, "/v2/email/outbound-emails", header, body); err != nil {
		return fmt.Errorf("mailsend: %s: %w", l.ID, err)
	}
	return nil
}

type (
	request struct {
		FromEmailAddress     string
		Destination          destination
		Content              content
		ConfigurationSetName string `json:",omitempty"`
	}
	destination struct{ ToAddresses []string }
	content     struct{ Raw rawMail }
	rawMail     struct{ Data []byte }
)

// compose writes a mail (RFC 5322) with the same words as text and as HTML.
func (m Mail) compose(l notice.Letter) ([]byte, error) {
	var parts bytes.Buffer
	forms := multipart.NewWriter(&parts)
	id := sha256.Sum256([]byte(l.ID))
	name := hex.EncodeToString(id[:16])
	if err := forms.SetBoundary("form-" + name); err != nil {
		return nil, err
	}
	for _, form := range [][2]string{{"text/plain", l.Text}, {"text/html", l.HTML}} {
		if err := addForm(forms, form[0], form[1]); err != nil {
			return nil, err
		}
	}
	if err := forms.Close(); err != nil {
		return nil, err
	}
	sender := mail.Address{Name: l.Sender, Address: m.from}
	_, domain, _ := strings.Cut(m.from, "@")
	header := []string{
		"From: " + sender.String(), "To: " + strings.Join(l.To, ", "),
		"Subject: " + mime.QEncoding.Encode("utf-8", l.Subject),
		"Date: " + m.now().Format(time.RFC1123Z), "Message-ID: <" + name + "@" + domain + ">",
		"Auto-Submitted: auto-generated", "MIME-Version: 1.0",
		"Content-Type: multipart/alternative; boundary=" + forms.Boundary(),
	}
	if l.Choice != "" {
		header = append(header, "List-Unsubscribe: <"+l.Choice+">")
	}
	return append([]byte(strings.Join(header, "\r\n")+"\r\n\r\n"), parts.Bytes()...), nil
}

func addForm(forms *multipart.Writer, media, words string) error {
	part, err := forms.CreatePart(textproto.MIMEHeader{
		"Content-Type": {media + "; charset=utf-8"}, "Content-Transfer-Encoding": {"quoted-printable"},
	})
	if err != nil {
		return err
	}
	encoded := quotedprintable.NewWriter(part)
	if _, err := encoded.Write([]byte(words)); err != nil {
		return err
	}
	return encoded.Close()
}
