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
		{"GB", "020 7946 0100", "0199", "+442079460100 to +442079460199 national"},
		{"GB", "020 7946 0100", "99", "+442079460100 to +442079460199 national"},
		{"GB", "+442079460100", "0199", "+442079460100 to +442079460199 international"},
		{"GB", "2079460000", "207946009", "lengths_differ"}, // a digit was lost
		{"US", "212-555-0100", "555-0199", "+12125550100 to +12125550199 national"},
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
		{"", "+44-20-7946-7210-7219", "+442079467210 to +442079467219 international"},
		{"GB", "020 7946 0000 - 0099", "+442079460000 to +442079460099 national"},
		{"GB", "020 7946 0000-99", "+442079460000 to +442079460099 national"},
		{"GB", "02079460000–99", "+442079460000 to +442079460099 national"},
		{"GB", "020 7946 0000 to 7946 0099", "+442079460000 to +442079460099 national"},
		{"GB", "from 02079460000 to 02079460099", "+442079460000 to +442079460099 national"},
		{"DE", "von 030 90182000 bis 030 90182099", "+493090182000 to +493090182099 national"},
		{"FR", "de 01 23 45 67 00 à 01 23 45 67 99", "+33123456700 to +33123456799 national"},
		{"ES", "desde 911234500 hasta 911234599", "+34911234500 to +34911234599 national"},
		{"RU", "с 8 495 1234500 по 8 495 1234599", "+74951234500 to +74951234599 national"},
		{"GB", "020 7946 00xx", "+442079460000 to +442079460099 national"},
		{"GB", "0207946 X X X X", "+442079460000 to +442079469999 national"},
		{"US", "212-555-0100-0199", "+12125550100 to +12125550199 national"},
		{"US", "212-555-0100-199", "+12125550100 to +12125550199 national"},
		{"US", "212-555-0100-212-555-0199", "+12125550100 to +12125550199 national"},
		{"US", "(212) 555-0100 - (212) 555-0199", "+12125550100 to +12125550199 national"},
		{"US", "212-555-01XX", "+12125550100 to +12125550199 national"},
		{"US", "212-555-1000", "+12125551000 national"},
		{"DE", "030 1234-56", "ambiguous"},      // a number, or 030 1234 to 030 1256
		{"DE", "030 1234 0-99", "not_a_number"}, // an extension of another length
		{"GB", "0207946000-9", "not_a_number"},
		{"GB", "020 7946 0099-00", "reversed"},
		{"GB", "020 7946 0000 - 460099", "wrong_length"}, // a digit is missing
		{"GB", "02079460000 - 02079460099 - 02079460199", "wrong_length"},
		{"GB", "…0000-99", "not_a_number"},
		{"GB", "0-99", "needs_country"},
		{"GB", "x00-x99", "not_a_number"},
		{"GB", "0207946 0000-0099, 0200-0299", "not_a_number"},
	} {
		if got := said(ReadRange(c.text, in(t, c.countries))); got != c.want {
			t.Errorf("ReadRange(%q) with %q = %s, want %s", c.text, c.countries, got, c.want)
		}
	}
}

func TestReadEither(t *testing.T) {
	for _, c := range []struct{ countries, text, want string }{
		{"GB", "020 7946 0000", "+442079460000 national"},
		{"GB", "020 7946 0000 - 020 7946 0099", "+442079460000 to +442079460099 national"},
		{"GB", "020 7946 0000 to 0099", "+442079460000 to +442079460099 national"},
		{"GB", "020 7946 0000 - 1234", "wrong_length"}, // maybe an extension
		{"GB", "020 7946 0000-99", "wrong_length"},
		{"DE", "030 1234-99", "+4930123499 national"},
		{"US", "2125550100-2125550199", "+12125550100 to +12125550199 national"},
	} {
		if got := said(ReadEither(c.text, in(t, c.countries))); got != c.want {
			t.Errorf("ReadEither(%q) with %q = %s, want %s", c.text, c.countries, got, c.want)
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
		{"212/555", "", "+12125550000 to +12125559999 international"},
		{"212-555-A", "", "+12125550000 to +12125559999 international"},
		{"352795", "1.0", "+13527951000 to +13527951999 international"},
		{"352795", "10", "not_a_number"},
		{"112-555", "", "not_a_number"},
		{"212-555-0100", "", "not_a_number"},
	} {
		if got := said(ReadNPANXX(c.text, c.block, Context{})); got != c.want {
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
