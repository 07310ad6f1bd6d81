package destination

import (
	"fmt"
	"strings"

	"didpurchase/internal/e164"
	"didpurchase/internal/numberformat"
)

// read returns a target in its stored form, or its fault.
func read(text string, own e164.Span) (uri, problem string) {
	text = strings.TrimSpace(text)
	if len(text) > MaxURI {
		return "", fmt.Sprintf("has %d characters; at most %d are kept", len(text), MaxURI)
	}
	scheme, rest, hasScheme := strings.Cut(text, ":")
	switch {
	case text == "":
		return "", "is empty; " + whatFits
	case strings.HasPrefix(numberformat.Plain(text), "+"):
		return readNumber(text, own)
	case hasScheme && !strings.ContainsAny(scheme, ".@[ "):
		return readURI(strings.ToLower(scheme), rest, own)
	case strings.Contains(text, "@"):
		return "", fmt.Sprintf("%q has no scheme; write sip: in front of it if it is a SIP address", text)
	}
	return "", fmt.Sprintf("%q is not a destination; %s", text, whatFits)
}

// readURI reads what follows the scheme of a URI, which is in lower case.
func readURI(scheme, rest string, own e164.Span) (uri, problem string) {
	switch scheme {
	case "tel":
		return readTel(rest, own)
	case "sip", "sips":
		return readSIP(scheme, rest, own)
	}
	return "", fmt.Sprintf("has the scheme %q; %s", scheme, whatFits)
}

const whatFits = "write a number with its plus and country code, or a URI such as sip:desk@example.com, " +
	"sips:desk@example.com or tel:+442079460000"

// readNumber reads a telephone number with its plus.
func readNumber(text string, own e164.Span) (uri, problem string) {
	n, err := numberformat.Read(text, numberformat.Context{}).Number()
	if err != nil {
		return "", err.Error()
	}
	return n.String(), loop(n, own)
}

// loop returns the fault of a target whose calls would come back to n, "" if they
// don't.
func loop(n e164.Number, own e164.Span) string {
	if !own.Contains(n) {
		return ""
	}
	return fmt.Sprintf("leads to %s, the rented number itself: its calls would come back for ever; choose another "+
		"number or a SIP URI", n)
}

// readTel reads what follows "tel:" (RFC 3966). A number without parameters is
// stored as E.164, which means the same.
func readTel(rest string, own e164.Span) (uri, problem string) {
	subscriber, parameters, has := strings.Cut(rest, ";")
	if !strings.HasPrefix(numberformat.Plain(strings.TrimSpace(subscriber)), "+") {
		return "", fmt.Sprintf("the number %q of the tel URI is local; write it with its plus and country code", subscriber)
	}
	number, problem := readNumber(subscriber, own)
	if problem != "" || !has {
		return number, problem
	}
	for parameter := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(parameter, "=")
		if problem := telParameter(strings.ToLower(name), value); problem != "" {
			return "", problem
		}
	}
	return "tel:" + number + ";" + parameters, ""
}

// telParameter returns the fault of a parameter of a tel URI.
func telParameter(name, value string) string {
	switch {
	case name == "phone-context":
		return "the parameter phone-context is for local numbers; leave it out"
	case name == "ext" && (value == "" || strings.Trim(value, "0123456789-.()") != ""):
		return fmt.Sprintf("the extension %q must be digits", value)
	}
	return parameterProblem(name, value, "/[]:&+$")
}

// parameterProblem returns the fault of a URI's parameter: its name is a
// token, its value may be missing.
func parameterProblem(name, value, alsoValid string) string {
	switch {
	case name == "":
		return "has an empty parameter: two semicolons, or one at the end"
	case !consistsOf(name, unreserved):
		return fmt.Sprintf("the parameter name %q has a character that is not allowed", name)
	case !consistsOf(value, unreserved+alsoValid+"%"):
		return fmt.Sprintf("the value %q of the parameter %s has a character that is not allowed", value, name)
	}
	_, problem := unescape(value)
	return problem
}
