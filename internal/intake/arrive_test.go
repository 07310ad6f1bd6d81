package intake

import "testing"

func TestSequencers(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{
		{"0055AED6DCD90281E5", "0055AED6DCD90281E6"},
		{"0055aed6dcd90281e5", "0055AED6DCD90281E6"},
		{"0055AED6DCD902", "0055AED6DCD90281E5"},
		{"", "00"},
	} {
		if pair[0] != "" && !older(pair[0], pair[1]) || older(pair[1], pair[0]) {
			t.Errorf("%s is not older than %s", pair[0], pair[1])
		}
	}
}
