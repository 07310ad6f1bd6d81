package model

import (
	"fmt"

	"github.com/anishathalye/porcupine"
)

// Step is one effect or observation of a request on one DID.
type Step interface {
	// next returns the states to which the step may lead; none if the state and the
	// step's answer exclude each other.
	next(State, Window) []State
}

// Input is a step with the window in which the system decided it. It is the input
// of porcupine's operations; the outputs are part of the steps.
type Input struct {
	Step
	Window
}

// Perhaps is a step of a request whose outcome is unknown: it took effect or it
// did not.
type Perhaps struct{ Step }

func (p Perhaps) next(s State, w Window) []State { return append(p.Step.next(s, w), s) }

// Specification returns the model of one DID for porcupine.
func Specification() porcupine.Model {
	return (&porcupine.NondeterministicModel{
		Init:              func() []any { return []any{Start()} },
		Step:              func(state, input, _ any) []any { return step(state.(State), input.(Input)) },
		DescribeOperation: func(input, _ any) string { return Describe(input.(Input)) },
		DescribeState:     func(state any) string { return fmt.Sprint(state) },
	}).ToModel()
}

// step returns the states after the step, each once.
func step(s State, in Input) []any {
	seen := map[State]bool{}
	var next []any
	for _, passed := range s.passed(in.Window) {
		for _, after := range in.Step.next(passed, in.Window) {
			if !seen[after] {
				seen[after] = true
				next = append(next, after)
			}
		}
	}
	return next
}

// Describe returns the step in readable form.
func Describe(in Input) string {
	if p, unknown := in.Step.(Perhaps); unknown {
		return fmt.Sprintf("perhaps %T%+v", p.Step, p.Step)
	}
	return fmt.Sprintf("%T%+v", in.Step, in.Step)
}

// Observes reports whether the step can be left out of a history without making
// another step impossible: it is an observation and changed nothing.
func Observes(in Input) bool {
	switch in.Step.(type) {
	case StillHeld, NotInCart, LineShown, Refused, NotBought, Taken, Shown, NotRented, CancelRefused, RestoreRefused:
		return true
	default:
		return false
	}
}

// when returns the state if the condition holds, else none.
func when(possible bool, s State) []State {
	if possible {
		return []State{s}
	}
	return nil
}
