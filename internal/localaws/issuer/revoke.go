package issuer

import (
	"net/http"
	"sync"
	"time"
)

// revoked are the ids of revoked refresh tokens. A restart forgets them: this
// issuer gives a token to every program on the machine anyway.
type revoked struct {
	mu   sync.Mutex
	ends map[string]time.Time // of each token
}

func (r *revoked) add(id string, end, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for old, ended := range r.ends {
		if ended.Before(now) {
			delete(r.ends, old)
		}
	}
	if r.ends == nil {
		r.ends = map[string]time.Time{}
	}
	r.ends[id] = end
}

func (r *revoked) has(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, found := r.ends[id]
	return found
}

// revoke is OAuth's revocation endpoint (RFC 7009) for refresh tokens. An
// invalid or ended token gets the same answer as a revoked one.
func (i *Issuer) revoke(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Cache-Control", "no-store")
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	if r.PostFormValue("client_id") != i.Audience {
		refuse(w, "invalid_client", "client_id is not "+i.Audience)
		return
	}
	if claims, err := i.refreshClaims(r.PostFormValue("token")); err == nil {
		i.revoked.add(claims.ID, claims.ExpiresAt.Time, i.Now())
	}
	w.WriteHeader(http.StatusOK)
}
