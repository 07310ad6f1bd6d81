package notice

import (
	"bytes"
	"cmp"
	"strings"

	g "maragu.dev/gomponents"
	"maragu.dev/gomponents/html"

	"didpurchase/internal/carrier"
	"didpurchase/internal/party"
)

// write completes a letter: its subject, its text and the same text as HTML.
func (s *Service) write(l *Letter, kind party.Notice, language string, w words, tenant carrier.Carrier) error {
	if w["plan"] == "true" && kind == importFinished {
		kind = planReady
	}
	if w["kept"] == "true" {
		kind = priceKept
	}
	t := texts[kind][language]
	l.Subject = fill(t.subject, w)
	link := s.portal + w["path"]
	lines := append(filled(t.body, w), t.link+":\n"+link)
	if l.Choice != "" {
		lines = append(lines, "-- \n"+choices[language]+":\n"+l.Choice)
	}
	l.Text = strings.Join(lines, "\n\n") + "\n"
	var page bytes.Buffer
	shown := sheet{fill(t.subject, unbroken(w)), filled(t.body, unbroken(w)), t.link, link}
	if err := letterPage(l, language, shown, tenant).Render(&page); err != nil {
		return err
	}
	l.HTML = page.String()
	return nil
}

// filled fills each paragraph.
func filled(body []string, w words) []string {
	paragraphs := make([]string, len(body))
	for i, p := range body {
		paragraphs[i] = fill(p, w)
	}
	return paragraphs
}

// longest is the largest number of characters of a word that a line must not break.
const longest = 24

// unbroken keeps amounts, days and numbers on one line of the page.
func unbroken(w words) words {
	kept := words{}
	for name, value := range w {
		if kept[name] = value; len(value) <= longest {
			kept[name] = strings.ReplaceAll(value, " ", "\u00a0")
		}
	}
	return kept
}

// sheet is the content of a letter's HTML page.
type sheet struct {
	title       string
	paragraphs  []string
	label, link string
}

// The styles are in the elements, because mail programs ignore other styles.
const (
	bodyStyle = "margin:0;padding:24px;background:#f5f4ef;color:#1e1c16;font:16px/1.5 system-ui,-apple-system,'Segoe " +
		"UI',sans-serif"
	cardStyle = "max-width:36rem;margin:0 auto;padding:24px;background:#fff;border:1px solid #dddacf;border-radius:12px"
	noteStyle = "margin:24px 0 0;padding-top:12px;border-top:1px solid #dddacf;font-size:14px;color:#5c584c"
)

func letterPage(l *Letter, language string, shown sheet, tenant carrier.Carrier) g.Node {
	colour := cmp.Or(tenant.Issuer.Colour, "#1e1c16")
	return html.Doctype(html.HTML(html.Lang(language),
		html.Head(html.Meta(html.Charset("utf-8")),
			html.Meta(html.Name("viewport"), html.Content("width=device-width")), html.TitleEl(g.Text(l.Subject))),
		html.Body(html.Style(bodyStyle), html.Div(html.Style(cardStyle),
			html.P(html.Style("margin:0 0 16px;font-weight:600;color:"+colour), g.Text(tenant.Name)),
			html.H1(html.Style("margin:0 0 16px;font-size:22px;line-height:1.25"), g.Text(shown.title)),
			g.Map(shown.paragraphs, func(p string) g.Node { return html.P(html.Style("margin:0 0 16px"), g.Text(p)) }),
			html.P(html.Style("margin:0"), html.A(html.Href(shown.link), html.Style("color:#0b57a4"), g.Text(shown.label))),
			g.If(l.Choice != "", html.P(html.Style(noteStyle),
				html.A(html.Href(l.Choice), html.Style("color:#5c584c"), g.Text(choices[language])))),
		)),
	))
}
