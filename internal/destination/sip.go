package destination

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"didpurchase/internal/e164"
	"didpurchase/internal/numberformat"
)

// The characters of RFC 3261, section 25.1. The grammar is our own: the parsers
// of SIP stacks take almost any text, as they must on the network, and bring
// transports along.
const (
	alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	unreserved   = alphanumeric + "-_.!~*'()"
	ofUser       = unreserved + "&=+$,;?/%"
	ofParameter  = "[]/:&+$"
)

// notInTargets are parameters that are well-formed but turn a call away from
// its target or into another request.
var notInTargets = map[string]string{
	"method": "a call is always an INVITE",
	"maddr":  "it sends calls elsewhere than the host says",
	"ttl":    "it belongs to maddr",
	"lr":     "it belongs to routes of proxies",
}

// readSIP reads what follows "sip:" or "sips:". A URI without a user gets the
// number that was dialled as its user, when a call comes.
func readSIP(scheme, rest string, own e164.Span) (uri, problem string) {
	if strings.Contains(rest, "?") && strings.LastIndex(rest, "?") > strings.LastIndex(rest, "@") {
		return "", "has header fields after \"?\"; leave them out"
	}
	user, address, hasUser := strings.Cut(rest, "@")
	if !hasUser {
		user, address = "", rest
	} else if problem := userProblem(user, own); problem != "" {
		return "", problem
	}
	hostport, parameters, hasParameters := strings.Cut(address, ";")
	hostport, problem = readHostPort(hostport)
	if problem != "" {
		return "", problem
	}
	uri = scheme + ":"
	if hasUser {
		uri += user + "@"
	}
	if uri += hostport; !hasParameters {
		return uri, ""
	}
	return uri + ";" + parameters, sipParameters(scheme, parameters)
}

// userProblem returns the fault of the part before the "@".
func userProblem(user string, own e164.Span) string {
	name, _, hasPassword := strings.Cut(user, ":")
	switch {
	case hasPassword:
		return fmt.Sprintf("the user %q is followed by a password; leave it out, as everybody who sees the destination "+
			"could read it", name)
	case name == "":
		return "has no user in front of \"@\""
	case !consistsOf(name, ofUser):
		return fmt.Sprintf("the user %q has a character that is not allowed; write it as %% and two hexadecimal digits", name)
	}
	plain, problem := unescape(name)
	if problem != "" {
		return problem
	}
	if n, is := namesOwn(plain, own); is {
		return fmt.Sprintf("names %s, the rented number itself: its calls could come back for ever; to send them to a PBX "+
			"under the number that was dialled, leave the user out: sip:pbx.example.com", n)
	}
	return ""
}

// namesOwn reports whether a SIP user is one of the own numbers in any writing:
// with a plus, 00 or neither, national, with separators or with parameters of
// its own (+442079460000;ext=1).
func namesOwn(user string, own e164.Span) (e164.Number, bool) {
	user, _, _ = strings.Cut(user, ";")
	if strings.Trim(user, "+0123456789-.() ") != "" {
		return 0, false
	}
	country, _ := numberformat.CountryOf(e164.Country(own.Start))
	international := "+" + strings.TrimPrefix(strings.TrimLeft(user, "+"), "00")
	readings := slices.Concat(
		numberformat.Read(international, numberformat.Context{}).Readings,
		numberformat.Read(user, numberformat.Context{Countries: []numberformat.Country{country}}).Readings)
	for _, r := range readings {
		if own.Contains(r.Number()) {
			return r.Number(), true
		}
	}
	return 0, false
}

// readHostPort reads a host name or an address, and a port.
func readHostPort(text string) (hostport, problem string) {
	host, port, hasPort := strings.Cut(text, ":")
	if strings.HasPrefix(text, "[") {
		end := strings.Index(text, "]")
		if end < 0 {
			return "", fmt.Sprintf("the address %q has no closing bracket", text)
		}
		host, port = text[:end+1], text[end+1:]
		port, hasPort = strings.CutPrefix(port, ":")
		if !hasPort && port != "" {
			return "", fmt.Sprintf("%q follows the address; a port begins with a colon", port)
		}
	}
	if problem := hostProblem(host); problem != "" {
		return "", problem
	}
	host = strings.ToLower(host)
	if !hasPort {
		return host, ""
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return "", fmt.Sprintf("the port %q must be from 1 to 65535", port)
	}
	return host + ":" + strconv.FormatUint(n, 10), ""
}

// hostProblem returns the fault of a host.
func hostProblem(host string) string {
	if host == "" {
		return "has no host"
	}
	if inside, bracketed := strings.CutPrefix(host, "["); bracketed {
		if !isIPv6(strings.TrimSuffix(inside, "]")) {
			return fmt.Sprintf("the host %q is not an IPv6 address", host)
		}
		return ""
	}
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	last := labels[len(labels)-1]
	if last != "" && strings.Trim(last, "0123456789") == "" {
		if _, err := netip.ParseAddr(host); err != nil {
			return fmt.Sprintf("the host %q is not an IPv4 address", host)
		}
		return ""
	}
	if !slices.ContainsFunc(labels, func(label string) bool { return !isLabel(label) }) {
		return ""
	}
	return fmt.Sprintf("the host %q is not a host name: its parts have 1 to 63 letters, digits and hyphens within", host)
}

func isIPv6(text string) bool {
	a, err := netip.ParseAddr(text)
	return err == nil && a.Is6() && a.Zone() == ""
}

// isLabel reports whether a text can be a part of a host name between dots.
func isLabel(text string) bool {
	return text != "" && len(text) <= 63 && !strings.HasPrefix(text, "-") && !strings.HasSuffix(text, "-") &&
		consistsOf(text, alphanumeric+"-")
}

// sipParameters returns the fault of the parameters of a SIP URI.
func sipParameters(scheme, parameters string) string {
	seen := map[string]bool{}
	for parameter := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(parameter, "=")
		name = strings.ToLower(name)
		if problem := parameterProblem(name, value, ofParameter); problem != "" {
			return problem
		}
		switch transport := strings.ToLower(value); {
		case seen[name]:
			return fmt.Sprintf("has the parameter %s twice", name)
		case notInTargets[name] != "":
			return fmt.Sprintf("the parameter %s is not allowed: %s", name, notInTargets[name])
		case name == "transport" && !strings.Contains(" udp tcp tls sctp ws wss ", " "+transport+" "):
			return fmt.Sprintf("the transport %q must be one of udp, tcp, tls, sctp, ws and wss", value)
		case name == "transport" && scheme == "sips" && transport == "udp":
			return "the transport udp is not possible with sips"
		}
		seen[name] = true
	}
	return ""
}

func consistsOf(text, characters string) bool { return strings.Trim(text, characters) == "" }

// unescape decodes %41 and the like. Control characters are refused: they would
// end a line in a switch's configuration or protocol.
func unescape(text string) (plain, problem string) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '%' {
			n, err := strconv.ParseUint(text[i+1:min(i+3, len(text))], 16, 8)
			if err != nil || i+3 > len(text) {
				return "", fmt.Sprintf("a %% in %q must be followed by two hexadecimal digits", text)
			}
			c, i = byte(n), i+2
		}
		if c < ' ' || c == 0x7f {
			return "", fmt.Sprintf("%q has an escaped control character", text)
		}
		b.WriteByte(c)
	}
	return b.String(), ""
}
