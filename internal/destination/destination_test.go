package destination_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"didpurchase/internal/destination"
	"didpurchase/internal/e164"
	"didpurchase/internal/wanttest"
)

// own is the rented number of the tests: +44 20 7123 4567.
var own = e164.Span{Start: 442071234567, End: 442071234567}

// Each text is read into one form, or refused with a sentence that names the
// part that is wrong.
func TestRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"+44 20 7946 0000":                         "+442079460000",
		"tel:+44-20-7946-0000":                     "+442079460000",
		"TEL:+442079460000":                        "+442079460000",
		"tel:+442079460000;ext=12":                 "tel:+442079460000;ext=12",
		"sip:desk@example.com":                     "sip:desk@example.com",
		"SIP:Desk@EXAMPLE.com:05060":               "sip:Desk@example.com:5060",
		"sips:[2001:DB8::1]:5061;transport=tls":    "sips:[2001:db8::1]:5061;transport=tls",
		"sip:192.0.2.1":                            "sip:192.0.2.1",
		"sip:pbx":                                  "sip:pbx",
		"sip:+442079460000;ext=1@gw.example.com":   "sip:+442079460000;ext=1@gw.example.com",
		"sip:a%20b@example.com;user=phone;x-y=%41": "sip:a%20b@example.com;user=phone;x-y=%41",
		"sip:2079460000@example.com":               "sip:2079460000@example.com",

		"":                                    "is empty",
		"442079460000":                        "is not a destination",
		"+44 20":                              "+44 20",
		"+1.5E+10":                            "+1.5E+10",
		"tel:7042;phone-context=example.com":  `"7042"`,
		"tel:+442079460000;phone-context=+44": "phone-context",
		"tel:+442079460000;ext=a":             `extension "a"`,
		"tel:+442079460000;":                  "empty parameter",
		"https://example.com":                 `scheme "https"`,
		"desk@example.com":                    "no scheme",
		"sip:":                                "no host",
		"sip:@example.com":                    "no user",
		"sip:a:b@example.com":                 "password",
		"sip:a@b@example.com":                 "host",
		"sip:a b@example.com":                 `user "a b"`,
		"sip:a%0d%0aX@example.com":            "control character",
		"sip:a%4@example.com":                 "hexadecimal",
		"sip:a%@example.com":                  "hexadecimal",
		"sip:a@exa_mple.com":                  `host "exa_mple.com"`,
		"sip:a@-example.com":                  "host",
		"sip:a@example..com":                  "host",
		"sip:a@300.1.1.1":                     "IPv4",
		"sip:a@[::1":                          "bracket",
		"sip:a@[fe80::1%25eth0]":              "IPv6",
		"sip:a@[192.0.2.1]":                   "IPv6",
		"sip:a@example.com:0":                 `port "0"`,
		"sip:a@example.com:65536":             `port "65536"`,
		"sip:a@example.com:":                  `port ""`,
		"sip:a@example.com;transport=carrier-pigeon":    "transport",
		"sips:a@example.com;transport=udp":              "udp",
		"sip:a@example.com;transport":                   "transport",
		"sip:a@example.com;transport=udp;TRANSPORT=tcp": "twice",
		"sip:a@example.com;maddr=192.0.2.9":             "maddr",
		"sip:a@example.com;method=BYE":                  "method",
		"sip:a@example.com?Subject=x":                   "header fields",
		"sip:a@b\r\nX: y":                               "host",
		"sip:" + strings.Repeat("a", 252):               "255",
	} {
		got, faults := destination.To(text).Checked(own)
		switch {
		case text == "": // To makes no target of it
		case len(faults) == 1:
			wanttest.Equal(t, "part of "+text, faults[0].Part, "destination")
			wanttest.Contains(t, "fault of "+text, faults[0].Detail, want)
		default:
			wanttest.Equal(t, "stored form of "+text, got.First(), want)
		}
	}
}

// A target that leads to the number itself is refused in every writing.
func TestLoop(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"+442071234567", "+44 (0)20 7123-4567", "＋44 20 7123 4567", "tel:+44-20-7123-4567", "tel:+442071234567;ext=3",
		"TEL:+442071234567;x=y",
		"sip:+442071234567@example.com", "sip:442071234567@example.com", "sip:00442071234567@example.com",
		"sip:02071234567@example.com",
		"sips:+44-20-7123-4567@example.com", "sip:+44.20.7123.4567@[::1]", "sip:%2b442071234567@example.com",
		"sip:%34%342071234567@x",
		"sip:+442071234567;ext=1@example.com;user=phone", "SIP:(44)2071234567@example.com",
	} {
		for place := range 3 {
			targets := []destination.Target{{URI: "sip:a@x", Priority: 1}, {URI: "sip:b@x", Priority: 2},
				{URI: "sip:c@x", Priority: 2}}
			targets[place].URI = text
			_, faults := destination.Route{Targets: targets}.Checked(own)
			if len(faults) != 1 {
				t.Errorf("%s as target %d: faults %v, want one", text, place, faults)
				continue
			}
			wanttest.Equal(t, "part of "+text, faults[0].Part, fmt.Sprintf("destinations/%d/uri", place))
			wanttest.Contains(t, "fault of "+text, faults[0].Detail, "the rented number itself")
		}
	}
	span := e164.Span{Start: 442071234500, End: 442071234599}
	if _, faults := destination.To("sip:442071234567@x").Checked(span); len(faults) != 1 {
		t.Error("a number of the span is not refused")
	}
}

func TestSeveral(t *testing.T) {
	t.Parallel()
	route := func(channels int, targets ...destination.Target) destination.Route {
		return destination.Route{Targets: targets, MaxChannels: channels}
	}
	a, b, c := destination.Target{URI: "sip:a@x", Priority: 2}, destination.Target{URI: "sip:b@x", Priority: 1},
		destination.Target{URI: "sip:c@x", Priority: 2}
	got, faults := route(30, a, b, c).Checked(own)
	if diff := cmp.Diff(route(30, b, a, c), got); diff != "" || faults != nil {
		t.Errorf("%v %s", faults, diff)
	}
	many := make([]destination.Target, destination.MaxTargets+1)
	for name, tc := range map[string]struct {
		route destination.Route
		part  string
	}{
		"twice":      {route(0, a, b, destination.Target{URI: "SIP:a@X", Priority: 9}), "destinations/2/uri"},
		"priority 0": {route(0, a, destination.Target{URI: "sip:d@x"}), "destinations/1/priority"},
		"a high priority": {route(0, destination.Target{URI: "sip:d@x", Priority: destination.MaxPriority + 1}),
			"destinations/0/priority"},
		"too many":          {route(0, many...), "destinations"},
		"an empty one":      {route(0, a, destination.Target{Priority: 1}), "destinations/1/uri"},
		"fewer than none":   {route(-1, a), "max_channels"},
		"too many channels": {route(destination.MaxChannels+1, a), "max_channels"},
	} {
		_, faults := tc.route.Checked(own)
		if len(faults) != 1 {
			t.Errorf("%s: faults %v, want one", name, faults)
			continue
		}
		wanttest.Equal(t, name, faults[0].Part, tc.part)
	}
}

// A stored route is read to the same again, and a text of any characters does
// not bring a control character, a bracket or a quote into a switch.
func TestStoredForm(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom([]string{"sip:", "sips:", "tel:+4420794600", "", "sip:a@x;", "sip:[::1]"}).Draw(t,
			"begin") +
			rapid.StringOf(rapid.SampledFrom([]rune("aZ09@:;=%?.-+[]<>\"'\r\n\x00 é/&,*()41"))).Draw(t, "rest")
		stored, faults := destination.To(text).Checked(own)
		if faults != nil || text == "" {
			return
		}
		again, faults := stored.Checked(own)
		if diff := cmp.Diff(stored, again); diff != "" || faults != nil {
			t.Fatalf("%q is stored as %q, which is read as %s %v", text, stored.First(), diff, faults)
		}
		if strings.ContainsAny(stored.First(), "<>\"\r\n\x00 é") {
			t.Fatalf("%q is stored as %q", text, stored.First())
		}
	})
}
