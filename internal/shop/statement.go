package shop

import (
	"context"
	"errors"
	"fmt"
	"time"

	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
)

// MaxStatement is the most lines in a page of a statement, with entryLines for each
// entry: at most 5 MB on the wire, of the 6 MB of a Lambda's answer.
const MaxStatement = 20_000

// entryLines is the number of lines that are as long as an entry's own fields,
// with its note.
const entryLines = 3

// ErrStatementTooLong means that a statement in one piece has more than MaxStatement
// lines.
var ErrStatementTooLong = errors.New("shop: the statement is too long")

// StatementPage is the place of a page in a statement.
type StatementPage struct {
	After int // the seq of the last entry of the page before; 0 for the first page
	Lines int // the most lines, as MaxStatement counts them; a longer entry is a page of its own
}

// Statement returns a page of the entries of the customer's account from one moment
// until another. Opening and closing balance are of the whole time; the totals
// are of the page. next is the After of the next page, 0 on the last one. It finds
// the first and the last entry by halving: seqs have no gaps and grow with time.
// Errors: commit.ErrNotFound.
func (s *Service) Statement(ctx context.Context, c ledger.Customer, from, to time.Time,
	p StatementPage) (st ledger.Statement, next int, err error) {
	account, err := s.store.Account(ctx, c)
	if err != nil {
		return st, 0, err
	}
	first, opening, err := s.balanceAt(ctx, account, from)
	if err != nil {
		return st, 0, err
	}
	end, closing, err := s.balanceAt(ctx, account, to)
	if err != nil {
		return st, 0, err
	}
	entries, next, err := s.entriesBetween(ctx, c, max(first, p.After+1), end, min(p.Lines, MaxStatement))
	if err != nil {
		return st, 0, err
	}
	if st, err = ledger.NewStatement(opening, entries, from, to); err == nil {
		st.Closing = closing
	}
	return st, next, err
}

// balanceAt returns the seq of the first entry not before a moment, one more than the
// last seq if there is none, and the balance before it.
func (s *Service) balanceAt(ctx context.Context, account ledger.Account, at time.Time) (seq int, balance money.Amount,
	err error) {
	if at.After(s.now()) {
		return account.Seq + 1, account.Balance, nil
	}
	if seq, err = s.firstSince(ctx, account, at); err != nil || seq > account.Seq {
		return seq, account.Balance, err
	}
	e, err := s.entry(ctx, account.Customer, seq)
	if err != nil {
		return seq, balance, err
	}
	balance, err = e.BalanceAfter.Sub(e.Amount)
	return seq, balance, err
}

// firstSince returns the seq of the first entry not before a moment, or one
// more than the last seq.
func (s *Service) firstSince(ctx context.Context, account ledger.Account, at time.Time) (int, error) {
	low, high := 1, account.Seq+1
	for low < high {
		middle := (low + high) / 2
		e, err := s.entry(ctx, account.Customer, middle)
		if err != nil {
			return 0, err
		}
		if e.At.Before(at) {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low, nil
}

func (s *Service) entry(ctx context.Context, c ledger.Customer, seq int) (ledger.Entry, error) {
	entries, err := s.store.EntriesAt(ctx, c, []int{seq})
	if err == nil && len(entries) != 1 {
		err = fmt.Errorf("shop: ledger of %s has no entry %d", c, seq)
	}
	if err != nil {
		return ledger.Entry{}, err
	}
	return entries[0], nil
}

// entriesBetween reads the entries from a seq until another, up to some lines, at
// least one entry. next is the last entry that it read, 0 if it read all.
func (s *Service) entriesBetween(ctx context.Context, c ledger.Customer, from, end, lines int) (entries []ledger.Entry,
	next int, err error) {
	atOnce := min(100, 1+lines/(entryLines+1))
	for size := 0; from < end; from += atOnce {
		seqs := make([]int, 0, atOnce)
		for seq := from; seq < min(end, from+atOnce); seq++ {
			seqs = append(seqs, seq)
		}
		part, err := s.store.EntriesAt(ctx, c, seqs)
		if err != nil {
			return nil, 0, err
		}
		for _, e := range part {
			if size += entryLines + len(e.Postings); size > lines && len(entries) > 0 {
				return entries, entries[len(entries)-1].Seq, nil
			}
			entries = append(entries, e)
		}
	}
	return entries, 0, nil
}
