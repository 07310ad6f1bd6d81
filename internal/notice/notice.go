// Package notice writes mails about events: to customers about their money and
// their numbers, to a carrier's admins about imports and webhooks. It decides
// whether a mail is sent, to which addresses, and its words; it knows neither mail
// servers nor stores.
package notice

import (
	"context"
	"errors"
	"net/mail"
	"slices"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/carrier"
	"didpurchase/internal/commit"
	"didpurchase/internal/event"
	"didpurchase/internal/ledger"
	"didpurchase/internal/party"
)

// Letter is a notice that is ready to be sent.
type Letter struct {
	ID      string // of the sending, the same for each repeat
	Sender  string // the carrier's name
	To      []string
	Subject string
	Text    string
	HTML    string
	// Choice is the page on which the customer chooses the notices, "" for staff.
	Choice string
}

// Post sends letters.
type Post interface {
	// Send sends a letter. Errors: commit.ErrUnavailable if it may be sent later.
	Send(ctx context.Context, l Letter) error
}

// Store has the records that notices need.
type Store interface {
	Carrier(ctx context.Context, id string) (carrier.Carrier, error)
	Account(context.Context, ledger.Customer) (ledger.Account, error)
	Billing(ctx context.Context, c ledger.Customer) (party.Billing, error)
	UsersOf(ctx context.Context, owner ledger.Customer) (users []auth.User, ver int, err error)
	// ReportRecipients returns the mail addresses to which a report is announced.
	ReportRecipients(ctx context.Context, carrier, id string) ([]string, error)
	// TakeNotice reserves the sending of a notice until a time. taken is false if
	// the notice was sent, or if another sender has it; then busy is true.
	TakeNotice(ctx context.Context, c ledger.Customer, key string, now, until time.Time) (taken, busy bool, err error)
	// NoticeSent records that a notice was sent.
	NoticeSent(ctx context.Context, c ledger.Customer, key string, now time.Time) error
	// ForgetNotice lets a notice be sent again; it is idempotent.
	ForgetNotice(ctx context.Context, c ledger.Customer, key string) error
}

// ErrBusy means that another sender is sending the same notice.
var ErrBusy = errors.New("notice: another sends it at the moment")

// sendsFor is the time after which a sending counts as dead.
const sendsFor = time.Minute

// Service sends notices.
type Service struct {
	store  Store
	post   Post
	portal string // its address, without a slash at the end
	now    func() time.Time
}

// New returns the notices of a portal.
func New(store Store, post Post, portal string, now func() time.Time) *Service {
	return &Service{store, post, portal, now}
}

// Notify sends the notice of an event, if it has one that is wanted. The same event
// sends it once: a sending is reserved first, and recorded afterwards. Only a
// sending that dies between the two is repeated.
func (s *Service) Notify(ctx context.Context, e event.Event) error {
	of := ledger.Customer{Carrier: e.Carrier, ID: e.Customer}
	if e.Type == event.Paid { // the next shortfall is a new one
		if err := s.store.ForgetNotice(ctx, of, string(balanceShort)); err != nil {
			return err
		}
	}
	how, ok := kinds[e.Type]
	if !ok || how.staff != (e.Customer == "") {
		return nil
	}
	tenant, err := s.store.Carrier(ctx, e.Carrier)
	if err != nil {
		return known(err)
	}
	r, err := s.readers(ctx, how, of, e)
	if err != nil || len(r.to) == 0 {
		return known(err)
	}
	zone, err := tenant.Location()
	if err != nil {
		return err
	}
	w, worth, err := how.read(e, writing{language: r.language, zone: zone, toStaff: r.choice == ""})
	if err != nil || !worth {
		return err
	}
	return s.send(ctx, of, how.key(e, zone), Letter{Sender: tenant.Name, To: r.to, Choice: r.choice},
		func(l *Letter) error {
			return s.write(l, how.kind, r.language, w, tenant)
		})
}

// known leaves out the notices of a carrier or a customer that no longer exists.
func known(err error) error {
	if errors.Is(err, commit.ErrNotFound) {
		return nil
	}
	return err
}

func (s *Service) send(ctx context.Context, of ledger.Customer, key string, l Letter, write func(*Letter) error) error {
	taken, busy, err := s.store.TakeNotice(ctx, of, key, s.now(), s.now().Add(sendsFor))
	switch {
	case err != nil:
		return err
	case busy:
		return ErrBusy
	case !taken:
		return nil
	}
	l.ID = of.String() + " " + key
	if err := write(&l); err != nil {
		return err
	}
	if err := s.post.Send(ctx, l); err != nil {
		return err
	}
	return s.store.NoticeSent(ctx, of, key, s.now())
}

// readers are the recipients of a notice.
type readers struct {
	to       []string
	language string
	choice   string
}

// readers returns the customer's own address, its owners', or the addresses of the carrier's
// admins; none if the notice is not wanted.
func (s *Service) readers(ctx context.Context, how kind, of ledger.Customer, e event.Event) (readers, error) {
	if how.kind == reportDone || how.kind == reportFailed {
		r, err := data[event.Report](e)
		if err != nil {
			return readers{}, err
		}
		to, err := s.store.ReportRecipients(ctx, of.Carrier, r.ID)
		return readers{to: to, language: party.Locales[0]}, err
	}
	if how.staff {
		users, _, err := s.store.UsersOf(ctx, of)
		return readers{to: addressesOf(users, auth.Admin), language: party.Locales[0]}, err
	}
	account, err := s.store.Account(ctx, of)
	if err != nil || account.Status != ledger.Active {
		return readers{}, err
	}
	billing, err := s.store.Billing(ctx, of)
	if err == nil && how.kind == orderWaits {
		return s.approvers(ctx, of, billing)
	}
	if err != nil || billing.Email == "" || !billing.Wants(how.kind) {
		return readers{}, err
	}
	return readers{[]string{billing.Email}, billing.Language(), s.portal + "/billing"}, nil
}

// approvers returns who can approve a customer's orders: its owners, or the carrier's
// admins if no owner has an address.
func (s *Service) approvers(ctx context.Context, of ledger.Customer, billing party.Billing) (readers, error) {
	users, _, err := s.store.UsersOf(ctx, of)
	if err != nil {
		return readers{}, err
	}
	if owners := addressesOf(users, auth.Owner); len(owners) > 0 {
		if !billing.Wants(orderWaits) {
			owners = nil
		}
		return readers{owners, billing.Language(), s.portal + "/billing"}, nil
	}
	users, _, err = s.store.UsersOf(ctx, ledger.Customer{Carrier: of.Carrier})
	return readers{to: addressesOf(users, auth.Admin), language: party.Locales[0]}, err
}

// addressesOf returns the valid addresses of the users who have a role.
func addressesOf(users []auth.User, role auth.Role) (to []string) {
	for _, u := range users {
		if address, err := mail.ParseAddress(u.Email); err == nil && address.Address == u.Email &&
			slices.Contains(u.Roles, role) {
			to = append(to, u.Email)
		}
	}
	return to
}
