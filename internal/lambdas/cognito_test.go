package lambdas_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"didpurchase/internal/auth"
	"didpurchase/internal/awsenv"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/staff"
	"didpurchase/internal/wanttest"
)

// poolLogin is a login of the user pool.
type poolLogin struct {
	sub       string
	isEnabled bool
	hasJoined bool // has used the first password
	name      string
}

// userPool is a Cognito user pool with the four operations that we use. It refuses
// a request with another signature than ours, or with a field that Cognito does not
// know.
type userPool struct {
	*testing.T
	config aws.Config
	url    string
	logins map[string]*poolLogin // by address
	mails  int                   // with a first password
	isAway atomic.Bool
}

func newUserPool(t *testing.T) *userPool {
	p := &userPool{T: t, logins: map[string]*poolLogin{}}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	p.url = server.URL + "/eu-west-1_Ab12"
	return p
}

// isOurs reports whether the request has the signature of our credentials.
func (p *userPool) isOurs(r *http.Request, body []byte) bool {
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if err != nil {
		return false
	}
	again, err := http.NewRequest(r.Method, "http://"+r.Host+r.URL.Path, bytes.NewReader(body))
	if err != nil {
		return false
	}
	for _, name := range []string{"Content-Type", "X-Amz-Target"} {
		again.Header.Set(name, r.Header.Get(name))
	}
	credentials, err := p.config.Credentials.Retrieve(r.Context())
	if err != nil {
		return false
	}
	sum := sha256.Sum256(body)
	err = v4.NewSigner().SignHTTP(r.Context(), credentials, again, hex.EncodeToString(sum[:]), "cognito-idp",
		p.config.Region, at)
	return err == nil && again.Header.Get("Authorization") == r.Header.Get("Authorization")
}

func (p *userPool) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil || p.isAway.Load() {
		http.Error(w, "away", http.StatusServiceUnavailable)
		return
	}
	var q struct {
		UserPoolId, Username, MessageAction string
		UserAttributes                      []struct{ Name, Value string }
		DesiredDeliveryMediums              []string
	}
	reader := json.NewDecoder(bytes.NewReader(body))
	reader.DisallowUnknownFields()
	wanttest.Equal(p.T, "request "+string(body)+": error", reader.Decode(&q), nil)
	wanttest.True(p.T, "the signature is ours", p.isOurs(r, body))
	wanttest.Equal(p.T, "pool", q.UserPoolId, "eu-west-1_Ab12")
	wanttest.Equal(p.T, "content type", r.Header.Get("Content-Type"), "application/x-amz-json-1.1")
	values := map[string]string{}
	for _, a := range q.UserAttributes {
		values[a.Name] = a.Value
	}
	answer, exception := p.do(strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "AWSCognitoIdentityProviderService."),
		q.Username, q.MessageAction, values)
	if exception != "" {
		w.WriteHeader(http.StatusBadRequest)
		answer = map[string]string{"__type": exception, "message": "no"}
	}
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		p.Error(err)
	}
}

func (p *userPool) do(operation, name, message string, values map[string]string) (answer any, exception string) {
	found := p.logins[name]
	for _, m := range p.logins {
		if m.sub == name {
			found = m
		}
	}
	switch {
	case operation == "AdminCreateUser" && found == nil && message == "":
		found = &poolLogin{sub: fmt.Sprintf("sub-%d", len(p.logins)), isEnabled: true, name: values["name"]}
		p.logins[name] = found
		p.mails++
		return map[string]any{"User": map[string]any{"Username": found.sub, "Enabled": true,
			"UserStatus": "FORCE_CHANGE_PASSWORD", "Attributes": []map[string]string{{"Name": "sub", "Value": found.sub}}}}, ""
	case operation == "AdminCreateUser" && found != nil && message == "":
		return nil, "UsernameExistsException"
	case found == nil:
		return nil, "UserNotFoundException"
	case operation == "AdminCreateUser" && message == "RESEND" && found.isEnabled && !found.hasJoined:
		p.mails++
	case operation == "AdminCreateUser":
		return nil, "UnsupportedUserStateException"
	case operation == "AdminGetUser":
		status := "FORCE_CHANGE_PASSWORD"
		if found.hasJoined {
			status = "CONFIRMED"
		}
		return map[string]any{"Username": found.sub, "Enabled": found.isEnabled, "UserStatus": status,
			"UserAttributes": []map[string]string{{"Name": "sub", "Value": found.sub}}}, ""
	case operation == "AdminEnableUser", operation == "AdminDisableUser":
		found.isEnabled = operation == "AdminEnableUser"
	default:
		return nil, "InvalidParameterException"
	}
	return struct{}{}, ""
}

func withPool(t *testing.T) (*carriers, *userPool) {
	t.Helper()
	p := newUserPool(t)
	w := newCarriersAround(t, func(function string, env awsenv.Env) awsenv.Env {
		if function == "access" {
			env.CognitoPool, p.config = p.url, env.AWS
		}
		return env
	})
	return w, p
}

const ninas = `{"name":"Nina","email":"nina@example.com","roles":["sales"]}`

// An invitation creates a login in the user pool, or, while that is away, writes nothing
// at all. The removal disables exactly the login that the invitation created.
func TestAnInvitationCreatesALogin(t *testing.T) {
	t.Parallel()
	w, pool := withPool(t)
	refused(t, "no address", w.as("ada", "POST", "/v1/users", `{"name":"Nina","roles":["sales"]}`), 422,
		"invalid_request", "/email")
	pool.isAway.Store(true)
	wanttest.Equal(t, "invitation while the pool is away: status", w.as("ada", "POST", "/v1/users", ninas).Status, 503)
	pool.isAway.Store(false)
	wanttest.Equal(t, "logins of the pool", len(pool.logins), 0)
	var users httpapi.List[staff.Person]
	w.as("ada", "GET", "/v1/users", "").read(t, &users)
	for _, u := range users.Data {
		wanttest.True(t, "nobody is invited: "+u.ID, u.Status == "active")
	}
	wanttest.Equal(t, "acts", w.as("ada", "GET", "/v1/audit?action=user.*", "").Body, `{"data":[],"next_cursor":null}`+"\n")

	first := w.invite("ada", ninas)
	nina := pool.logins["nina@example.com"]
	wanttest.True(t, "the login is created, enabled, with the name", nina != nil && nina.isEnabled && nina.name == "Nina")
	again := "/v1/users/" + first.ID + "/invitation"
	pool.isAway.Store(true)
	wanttest.Equal(t, "new link while the pool is away: status", w.as("ada", "POST", again, "").Status, 503)
	pool.isAway.Store(false)
	wanttest.Equal(t, "new link: status", w.as("ada", "POST", again, "").Status, 200)
	wanttest.Equal(t, "mails with a first password", pool.mails, 2)
	wanttest.Equal(t, "removal: status", w.as("ada", "DELETE", "/v1/users/"+first.ID, "").Status, 204)
	wanttest.Equal(t, "enabled after the removal", nina.isEnabled, false)

	second := w.invite("ada", ninas)
	wanttest.Equal(t, "enabled by a new invitation", nina.isEnabled, true)
	wanttest.Equal(t, "mails with a first password", pool.mails, 3)
	wanttest.Equal(t, "removal: status", w.as("ada", "DELETE", "/v1/users/"+second.ID, "").Status, 204)
	wanttest.Equal(t, "logins of the pool", len(pool.logins), 1)
}

// An invitation of somebody else's address does not change their login: one that was
// in the pool before stays enabled, and one that was disabled on purpose stays disabled.
func TestInvitationsLeaveOtherLoginsAlone(t *testing.T) {
	t.Parallel()
	w, pool := withPool(t)
	pool.logins["other@example.com"] = &poolLogin{sub: "theirs", isEnabled: true, hasJoined: true}
	pool.logins["blocked@example.com"] = &poolLogin{sub: "blocked", hasJoined: true}
	for id, subject := range map[string]string{"joined": "joined-sub", "blocked": "blocked"} {
		w.must(w.store.CreateUser(t.Context(), auth.User{Carrier: "acme", ID: id, Name: id,
			Roles: []auth.Role{auth.Viewer}, Issuer: pool.url, Subject: subject}))
	}
	pool.logins["joined@example.com"] = &poolLogin{sub: "joined-sub", isEnabled: true, hasJoined: true}

	other := w.invite("ada", `{"name":"Other","email":"other@example.com","roles":["viewer"]}`)
	wanttest.Equal(t, "removal: status", w.as("ada", "DELETE", "/v1/users/"+other.ID, "").Status, 204)
	wanttest.Equal(t, "enabled: made by others", pool.logins["other@example.com"].isEnabled, true)
	w.invite("olive", `{"name":"Blocked","email":"blocked@example.com","roles":["viewer"]}`)
	wanttest.Equal(t, "enabled: a user who was disabled", pool.logins["blocked@example.com"].isEnabled, false)
	wanttest.Equal(t, "mails with a first password", pool.mails, 0)

	refused(t, "the last admin", w.as("ada", "DELETE", "/v1/users/ada", ""), 409, "illegal_state")
	wanttest.Equal(t, "removal of a user who joined: status", w.as("ada", "DELETE", "/v1/users/joined", "").Status, 204)
	wanttest.Equal(t, "enabled after the removal", pool.logins["joined@example.com"].isEnabled, false)
	pool.isAway.Store(true)
	wanttest.Equal(t, "removal while the pool is away: status", w.as("ada", "DELETE", "/v1/users/blocked", "").Status, 204)
}
