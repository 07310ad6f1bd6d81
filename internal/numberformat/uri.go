package numberformat

import (
	"net/url"
	"strings"
)

// fromURI returns the number in a tel: URI (RFC 3966), or any other body
// unchanged. It skips parameters about routing. text is for the reason.
func fromURI(text, body string) (string, *Reason) {
	rest, ok := cutScheme(body)
	if !ok {
		return body, nil
	}
	if unescaped, err := url.PathUnescape(rest); err == nil {
		rest = unescaped
	}
	number, parameters, _ := strings.Cut(rest, ";")
	number = strings.TrimSpace(number)
	for _, parameter := range strings.Split(parameters, ";") {
		name, value, _ := strings.Cut(parameter, "=")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "ext", "isub", "postd":
			return "", reasonf(HasExtension, "%q has an extension; a number for sale has none", text)
		case "phone-context":
			if !strings.HasPrefix(value, "+") {
				return "", reasonf(NeedsCountry,
					"%q is a local number of %q; write it with a plus and its country code", text, value)
			}
			if !strings.HasPrefix(number, "+") {
				number = value + number
			}
		}
	}
	return number, nil
}

func cutScheme(body string) (rest string, ok bool) {
	const scheme = "tel:"
	if len(body) < len(scheme) || !strings.EqualFold(body[:len(scheme)], scheme) {
		return "", false
	}
	return strings.TrimLeft(body[len(scheme):], " /"), true
}
