package numberformat

import "testing"

func TestReadSpan(t *testing.T) {
	for _, c := range []struct{ countries, first, last, want string }{
		{"", "+442079460100", "+442079460199", "+442079460100 to +442079460199 international"},
		{"GB", "+442079460100", "020 7946 0199", "+442079460100 to +442079460199 international"},
		{"GB", "020 7946 0199", "020 7946 0100", "reversed"},
		{"GB", "020 7946 0100", "020 7946 019", "lengths_differ"},
		{"DE", "030 1234500", "030 12345099", "lengths_differ"},
		{"GB FR", "+442079460100", "+33145678901", "lengths_differ"},
		{"", `="442079467270"`, `="442079467279"`, "+442079467270 to +442079467279 international"},
	} {
		if got := said(ReadSpan(c.first, c.last, in(t, c.countries))); got != c.want {
			t.Errorf("ReadSpan(%q, %q) with %q = %s, want %s", c.first, c.last, c.countries, got, c.want)
		}
	}
}

func TestReadRange(t *testing.T) {
	for _, c := range []struct{ countries, text, want string }{
		{"", "+442079467210–+442079467219", "+442079467210 to +442079467219 international"},
		{"", "442079467210..442079467219", "+442079467210 to +442079467219 international"},
		{"GB", "020-7946-7210 - 020-7946-7219", "+442079467210 to +442079467219 national"},
		{"", "+44 20 7946 7210", "+442079467210 international"},
		{"", "+44-20-7946-7210", "+442079467210 international"},
		{"", "+44-20-7946-7210-7219", "not_a_number"},
	} {
		if got := said(ReadRange(c.text, in(t, c.countries))); got != c.want {
			t.Errorf("ReadRange(%q) with %q = %s, want %s", c.text, c.countries, got, c.want)
		}
	}
}

func TestReadPrefix(t *testing.T) {
	for _, c := range []struct {
		countries, text string
		national        int
		size            uint64
		want            string
	}{
		{"", "+44 (0)20 7946", 0, 1000, "wrong_length"},
		{"", "+44 (0)20 7946", 0, 10000, "+442079460000 to +442079469999 international"},
		{"", "+49 (0)30 1234", 0, 1000, "+49301234000 to +49301234999 international"},
		{"", "4930123.0", 0, 1000, "+4930123000 to +4930123999 international"},
		{"GB", "020 7946 1", 10, 0, "+442079461000 to +442079461999 national"},
		{"GB", "020 7946 1", 0, 0, "unknown_length"},
		{"US", "212 555", 0, 0, "+12125550000 to +12125559999 national"},
		{"GB", "20794610", 10, 1000, "bad_size"},
	} {
		if got := said(ReadPrefix(c.text, c.national, c.size, in(t, c.countries))); got != c.want {
			t.Errorf("ReadPrefix(%q, %d, %d) with %q = %s, want %s", c.text, c.national, c.size, c.countries, got, c.want)
		}
	}
}

func TestReadNPANXX(t *testing.T) {
	for _, c := range []struct{ text, block, want string }{
		{"212-555", "", "+12125550000 to +12125559999 international"},
		{"212555", "A", "+12125550000 to +12125559999 international"},
		{"352795", "1", "+13527951000 to +13527951999 international"},
		{"352-795-1", "", "+13527951000 to +13527951999 international"},
		{"352-795-1", "1", "+13527951000 to +13527951999 international"},
		{"352-795-1", "2", "not_a_number"},
		{"1-352-795", "", "+13527950000 to +13527959999 international"},
		{"112-555", "", "not_a_number"},
		{"212-555-0100", "", "not_a_number"},
	} {
		if got := said(ReadNPANXX(c.text, c.block)); got != c.want {
			t.Errorf("ReadNPANXX(%q, %q) = %s, want %s", c.text, c.block, got, c.want)
		}
	}
}

func TestReadRun(t *testing.T) {
	for _, c := range []struct {
		first string
		size  uint64
		want  string
	}{
		{"+442079460100", 10, "+442079460100 to +442079460109 international"},
		{"+442079460100", 0, "bad_size"},
		{"+499999999999", 10, "bad_size"},
	} {
		if got := said(ReadRun(c.first, c.size, Context{})); got != c.want {
			t.Errorf("ReadRun(%q, %d) = %s, want %s", c.first, c.size, got, c.want)
		}
	}
}
