package awsenv

import (
	"encoding/json"
	"log/slog"
	"regexp"
)

// rule replaces a part that must not be in a log.
type rule struct {
	what *regexp.Regexp
	by   string
}

// secrets are replaced everywhere: a reader could use one as its owner.
var secrets = []rule{
	{regexp.MustCompile(`didkey_\w+`), "didkey_…"},
	{regexp.MustCompile(`eyJ[\w-]{8,}(\.[\w-]*){0,4}`), "(token)"},
	{regexp.MustCompile(`(?i)\b(bearer|basic) +[\w.~+/=-]+`), "$1 …"},
	{regexp.MustCompile(`(?i)(X-Amz-(?:Signature|Security-Token|Credential))(=|%3D)[^&\s"]+`), "$1$2…"},
	{regexp.MustCompile(`(?i)\b(Signature|Credential|refresh_token|client_secret|token)=[^&,\s"]+`), "$1=…"},
	{regexp.MustCompile(`\b(AKIA|ASIA)[0-9A-Z]{12,}`), "(access key)"},
}

// personal data is replaced in errors, which quote their input: the database's
// keys (of users, customers and numbers), telephone numbers, addresses. A log
// line names its customer by attributes.
var personal = []rule{
	{regexp.MustCompile(`\b([A-Z]+)#[^\s"',;(){}\[\]]+`), "$1#…"},
	{regexp.MustCompile(`[\w.+-]+@[\w-]+\.[\w.-]+`), "(address)"},
	// 7 to 15 digits, together or in groups: +44 20 7123 4567, 442071234567.
	{regexp.MustCompile(`\+\d[\d ().-]{5,}\d|\b\d{7,15}\b`), "(number)"},
}

// redact is the log's ReplaceAttr: it applies the rules to every value, in the
// text form of the line.
func redact(_ []string, a slog.Attr) slog.Attr {
	switch a.Value.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(replaced(a.Value.String(), secrets))
	case slog.KindAny:
		a.Value = redactAny(a.Value)
	}
	return a
}

func redactAny(v slog.Value) slog.Value {
	if err, isError := v.Any().(error); isError && err != nil {
		return slog.StringValue(replaced(replaced(err.Error(), secrets), personal))
	}
	text, err := json.Marshal(v.Any())
	if err != nil {
		return v // the handler writes its own error text
	}
	if clean := replaced(string(text), secrets); clean != string(text) {
		return slog.StringValue(clean)
	}
	return v
}

func replaced(text string, rules []rule) string {
	for _, r := range rules {
		text = r.what.ReplaceAllString(text, r.by)
	}
	return text
}
