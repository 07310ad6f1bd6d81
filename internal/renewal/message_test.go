package renewal_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/e164"
	"didpurchase/internal/renewal"
)

func TestMessagesAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	got, err := renewal.ParseMessage(`{"carrier":"acme","customer":"alice","dids":["+442071230000"],` +
		`"of_a_later_version":1}`)
	if err != nil {
		t.Fatal(err)
	}
	want := renewal.Message{Carrier: "acme", Customer: "alice", DIDs: []e164.Number{442071230000}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("message (-want +got):\n%s", diff)
	}
	for _, body := range []string{
		`{"carrier":"acme","carrier":"other","customer":"alice"}`, `{"Carrier":"acme","customer":"alice"}`,
		`{"carrier":"acme"}`,
		`{"carrier":"acme","customer":"alice"} {}`, `{"carrier":"acme","customer":"alice"`,
		"{\"carrier\":\"\xff\",\"customer\":\"alice\"}", `[]`, ``,
	} {
		if m, err := renewal.ParseMessage(body); !errors.Is(err, renewal.ErrMessage) {
			t.Errorf("ParseMessage(%s) = %+v, %v; want ErrMessage", body, m, err)
		}
	}
	for _, body := range []string{`{"carrier":"acme","carrier":"other"}`, `{"Carrier":"acme"}`, `{}`, `nul`} {
		if m, err := renewal.ParseJobMessage(body); !errors.Is(err, renewal.ErrMessage) {
			t.Errorf("ParseJobMessage(%s) = %+v, %v; want ErrMessage", body, m, err)
		}
	}
}
