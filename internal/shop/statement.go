package shop

import (
	"context"
	"errors"
	"fmt"
	"time"

	"didpurchase/internal/ledger"
)

// MaxStatement is the most lines of a statement, with entryLines for each
// entry: at most 5 MB on the wire, of the 6 MB of a Lambda's answer.
const MaxStatement = 20_000

// entryLines is the length of an entry's own fields, with its note, in lines.
const entryLines = 3

// ErrStatementTooLong means that a statement has more than MaxStatement lines.
var ErrStatementTooLong = errors.New("shop: the statement is too long")

// Statement returns the entries of the customer's account from one moment until
// another. It finds the first entry by halving: seqs have no gaps and grow with
// time. Errors: commit.ErrNotFound, ErrStatementTooLong.
func (s *Service) Statement(ctx context.Context, c ledger.Customer, from, to time.Time) (ledger.Statement, error) {
	account, err := s.store.Account(ctx, c)
	if err != nil {
		return ledger.Statement{}, err
	}
	first, err := s.firstSince(ctx, account, from)
	if err != nil {
		return ledger.Statement{}, err
	}
	entries, err := s.entriesUntil(ctx, account, first, to)
	if err != nil {
		return ledger.Statement{}, err
	}
	opening := account.Balance
	if first <= account.Seq {
		next, err := s.entry(ctx, c, first)
		if err != nil {
			return ledger.Statement{}, err
		}
		if opening, err = next.BalanceAfter.Sub(next.Amount); err != nil {
			return ledger.Statement{}, err
		}
	}
	return ledger.NewStatement(opening, entries, from, to)
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

// entriesUntil reads the entries from a seq on that are before a moment.
func (s *Service) entriesUntil(ctx context.Context, account ledger.Account, first int,
	to time.Time) ([]ledger.Entry, error) {
	const atOnce = 100
	var entries []ledger.Entry
	for size := 0; first <= account.Seq; first += atOnce {
		seqs := make([]int, 0, atOnce)
		for seq := first; seq <= account.Seq && len(seqs) < atOnce; seq++ {
			seqs = append(seqs, seq)
		}
		part, err := s.store.EntriesAt(ctx, account.Customer, seqs)
		if err != nil {
			return nil, err
		}
		for _, e := range part {
			if !e.At.Before(to) {
				return entries, nil
			}
			entries = append(entries, e)
			if size += entryLines + len(e.Postings); size > MaxStatement {
				return nil, ErrStatementTooLong
			}
		}
	}
	return entries, nil
}
