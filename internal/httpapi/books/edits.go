package books

import (
	"context"
	"io"
	"net/http"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/edits"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/shop"
)

// EditService has the use cases of edits of many rentals; *edits.Service
// implements it, and documents the errors.
type EditService interface {
	Create(ctx context.Context, c ledger.Customer, r edits.Request) (edits.Job, error)
	Get(ctx context.Context, c ledger.Customer, id string) (edits.Job, error)
	List(ctx context.Context, c ledger.Customer, p shop.Page) (jobs []edits.Job, next string, err error)
	Apply(ctx context.Context, c ledger.Customer, id string) (edits.Job, error)
	Undo(ctx context.Context, c ledger.Customer, id string) (edits.Job, error)
	Cancel(ctx context.Context, c ledger.Customer, id string) (edits.Job, error)
	Report(ctx context.Context, job edits.Job, to io.Writer) error
}

// EditRequest asks for one change of many rentals.
type EditRequest struct {
	Select     EditSelection  `json:"select" doc:"The rentals: those that match filters, as in GET /v1/dids, or a list of dids. The list of numbers is fixed when the job is made."`
	Set        EditSettings   `json:"set,omitempty"`
	AddTags    []string       `json:"add_tags,omitempty" maxItems:"20" doc:"Tags to add; a rental keeps its others."`
	RemoveTags []string       `json:"remove_tags,omitempty" maxItems:"20" doc:"Tags to remove."`
	Cancel     bool           `json:"cancel,omitempty" doc:"Cancel each rental, as DELETE /v1/dids/{did}. A job either changes settings, or cancels, restores or reclaims."`
	Restore    bool           `json:"restore,omitempty" doc:"Take each cancellation back."`
	Reclaim    bool           `json:"reclaim,omitempty" doc:"Rent each number in quarantine again, at today's price without a setup charge. It needs max_total, and the right to buy."`
	MaxTotal   *httpapi.Money `json:"max_total,omitempty" doc:"The most that all reclaimed numbers may cost, with tax. Numbers beyond it are rejected."`
	DryRun     bool           `json:"dry_run,omitempty" doc:"Only report what would change. POST /v1/edits/{id}/apply then does it."`
}

// EditSelection selects rentals.
type EditSelection struct {
	DIDs        []httpapi.DID `json:"dids,omitempty" maxItems:"5000" doc:"Up to 5,000 numbers, in place of filters; a file can have 100,000."`
	All         bool          `json:"all,omitempty" doc:"All rentals, without a filter."`
	State       string        `json:"state,omitempty" enum:"active,past_due,suspended,pending_release,aging,ported_out"`
	Q           string        `json:"q,omitempty" maxLength:"100"`
	Country     string        `json:"country,omitempty" maxLength:"200"`
	Area        string        `json:"area,omitempty" maxLength:"200"`
	Type        string        `json:"type,omitempty" maxLength:"40"`
	Package     string        `json:"package,omitempty" maxLength:"100"`
	Tag         string        `json:"tag,omitempty" maxLength:"100"`
	Destination string        `json:"destination,omitempty" maxLength:"300"`
}

// EditSettings has the values that all rentals get.
type EditSettings struct {
	Destination httpapi.Patch[string] `json:"destination,omitempty" doc:"As in PATCH /v1/dids/{did}; null for nowhere."`
	Label       httpapi.Patch[string] `json:"label,omitempty" doc:"At most 100 characters; null for none."`
}

// EditJob is an edit of many rentals.
type EditJob struct {
	ID         string         `json:"id"`
	URL        string         `json:"url" doc:"The path of this job." example:"/v1/edits/01JD"`
	Kind       string         `json:"kind" enum:"edit,apply,undo" doc:"apply: the job applies a dry run. undo: it undoes another job."`
	Of         *string        `json:"of" doc:"The job that this one applies or undoes."`
	FollowedBy *string        `json:"followed_by" doc:"The job that applies or undoes this one."`
	Status     string         `json:"status" enum:"running,completed,cancelled" doc:"A cancelled job keeps the changes that it has made."`
	DryRun     bool           `json:"dry_run"`
	Source     string         `json:"source" doc:"How the numbers were selected." example:"2 numbers"`
	Change     string         `json:"change" enum:"settings,cancel,restore,reclaim"`
	Selected   int            `json:"selected" doc:"The number of selected numbers, with the rows of a file that can't be read."`
	Changed    int            `json:"changed" doc:"The number of changed rentals. In a dry run, the number that would change."`
	Unchanged  int            `json:"unchanged" doc:"The number of rentals that have the wanted values already."`
	Rejected   int            `json:"rejected" doc:"The number of rentals that could not be changed; the report has the reasons."`
	Left       int            `json:"left" doc:"The number of rentals without an outcome yet."`
	Total      *httpapi.Money `json:"total" doc:"The cost of the reclaimed numbers, with tax. In a dry run, their price."`
	By         *httpapi.Actor `json:"by"`
	CreatedAt  time.Time      `json:"created_at"`
	FinishedAt *time.Time     `json:"finished_at"`
	CanApply   bool           `json:"can_apply"`
	UndoUntil  *time.Time     `json:"undo_until" doc:"The end of the time in which the job can be undone; null if it can't be."`
	ReportURL  string         `json:"report_url" doc:"The report as CSV, at any time." example:"/v1/edits/01JD/report"`
}

// EditPath is the path of one of the caller's jobs.
type EditPath struct {
	ID string `path:"id" maxLength:"64"`
}

// CustomerEditPath is the path of a job of a customer.
type CustomerEditPath struct {
	CustomerPath
	Edit string `path:"edit" maxLength:"64"`
}

// change returns the change that the request asks for.
func (r EditRequest) change() (c edits.Change, err error) {
	value := func(p httpapi.Patch[string]) *string {
		if !p.Sent {
			return nil
		}
		text := p.Or("")
		return &text
	}
	c = edits.Change{Destination: value(r.Set.Destination), Label: value(r.Set.Label), AddTags: r.AddTags,
		RemoveTags: r.RemoveTags}
	for _, a := range []struct {
		action edits.Action
		wanted bool
	}{{edits.Cancel, r.Cancel}, {edits.Restore, r.Restore}, {edits.Reclaim, r.Reclaim}} {
		switch {
		case a.wanted && c.Action != "":
			return c, httpapi.BadField("/"+string(a.action), "send only one of cancel, restore and reclaim")
		case a.wanted:
			c.Action = a.action
		}
	}
	return c, r.checkTotal()
}

// checkTotal refuses a reclaim without max_total, and max_total without a reclaim.
func (r EditRequest) checkTotal() error {
	switch {
	case r.MaxTotal != nil && !r.Reclaim:
		return httpapi.BadField("/max_total", "is only for reclaim")
	case r.Reclaim && r.MaxTotal == nil && !r.DryRun:
		return httpapi.BadField("/max_total", "is missing; send the most that all numbers together may cost")
	default:
		return nil
	}
}

func (s EditSelection) filters() RentalFilters {
	return RentalFilters{State: s.State, Q: s.Q, Country: s.Country, Area: s.Area, Type: s.Type, Package: s.Package,
		Tag: s.Tag, Destination: s.Destination}
}

// edit makes a job.
func (b Rentals) edit(ctx context.Context, c ledger.Customer, key EditKey,
	in EditRequest) (*httpapi.Out[EditJob], error) {
	if err := key.check(); err != nil {
		return nil, err
	}
	change, err := in.change()
	if err != nil {
		return nil, err
	}
	if err := mayReclaim(ctx, in.Reclaim); err != nil {
		return nil, err
	}
	r := edits.Request{Key: key.Key, Asked: in, Change: change, DryRun: in.DryRun}
	if r.Most, err = most(in.MaxTotal); err != nil {
		return nil, err
	}
	if r.Numbers, r.Source, err = b.selected(c, in.Select); err != nil {
		return nil, err
	}
	return b.answerJob(ctx, c)(b.Edits.Create(ctx, c, r))
}

func most(m *httpapi.Money) (money.Amount, error) {
	if m == nil {
		return money.Amount{}, nil
	}
	return m.Read("/max_total")
}

// mayReclaim refuses a reclaim by callers without the right to reclaim one number.
func mayReclaim(ctx context.Context, reclaims bool) error {
	if rule, _ := auth.RuleFor(http.MethodPost, "/v1/dids/{did}/reclaim"); reclaims && !httpapi.Caller(ctx).May(rule) {
		return httpapi.NewProblem(http.StatusForbidden, httpapi.CodeForbidden,
			"you may not reclaim numbers, as you may not buy")
	}
	return nil
}

// EditKey makes repeated requests one job.
type EditKey struct {
	Key string `header:"Idempotency-Key" doc:"1 to 255 printable characters of your choice, a new one for each job: the same key returns the same job for 31 days. Without one each request is a new job." example:"2f9c1b7e"`
}

func (k EditKey) check() error {
	if k.Key == "" {
		return nil
	}
	return CheckKey(k.Key)
}
