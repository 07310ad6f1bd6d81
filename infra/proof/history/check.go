package history

import (
	"fmt"
	"slices"
	"time"

	"github.com/anishathalye/porcupine"

	"didpurchase/infra/proof/model"
)

// Verdict is porcupine's judgement of one DID's history.
type Verdict struct {
	DID    string
	Steps  int
	Result porcupine.CheckResult
	// Reduced are steps that suffice to make an illegal history illegal, in
	// readable form, by the time of their request.
	Reduced []string
}

// Limits of a check. A history whose check takes longer is undecided.
const (
	checkTime  = 30 * time.Second
	reduceTime = 20 * time.Second
)

// Check judges the history of each DID.
func (h *History) Check() (verdicts []Verdict) {
	for _, did := range h.DIDs {
		operations := h.Operations(did)
		v := Verdict{DID: did, Steps: len(operations)}
		v.Result = porcupine.CheckOperationsTimeout(model.Specification(), operations, checkTime)
		if v.Result == porcupine.Illegal {
			for _, o := range reduce(operations) {
				v.Reduced = append(v.Reduced, describe(o))
			}
		}
		verdicts = append(verdicts, v)
	}
	return verdicts
}

// Operations returns the steps of all requests that concern the DID. A step
// whose outcome is unknown may take effect at any time after its request.
func (h *History) Operations(did string) (operations []porcupine.Operation) {
	all := h.Requests()
	known := factsOf(all, did)
	for _, r := range all {
		for _, s := range r.steps(did, known) {
			answered := r.Answered.Nanoseconds()
			if r.Unknown {
				answered = model.Forever
			}
			operations = append(operations, porcupine.Operation{
				ClientId: r.Client, Call: r.Sent.Nanoseconds(), Return: answered,
				Input: model.Input{Step: s, Window: r.Window},
			})
		}
	}
	return operations
}

// reduce returns the shortest illegal beginning of the history, without the
// observations that are not needed to make it illegal. It is for people: when its
// time is over it returns the best result so far.
func reduce(operations []porcupine.Operation) []porcupine.Operation {
	end := time.Now().Add(reduceTime)
	illegal := func(some []porcupine.Operation) bool {
		return time.Now().Before(end) && porcupine.CheckOperationsTimeout(model.Specification(), some,
			2*time.Second) == porcupine.Illegal
	}
	slices.SortStableFunc(operations, func(a, b porcupine.Operation) int { return int(a.Call - b.Call) })
	low, high := 1, len(operations)
	for low < high {
		middle := (low + high) / 2
		if illegal(operations[:middle]) {
			high = middle
		} else {
			low = middle + 1
		}
	}
	reduced := slices.Clone(operations[:low])
	for i := len(reduced) - 1; i >= 0; i-- {
		if o := reduced[i]; !model.Observes(o.Input.(model.Input)) {
			continue
		}
		if less := slices.Delete(slices.Clone(reduced), i, i+1); illegal(less) {
			reduced = less
		}
	}
	return reduced
}

// describe returns an operation in readable form: [1.2s – 1.31s] client 3 …
func describe(o porcupine.Operation) string {
	answered := "never"
	if o.Return != model.Forever {
		answered = round(o.Return)
	}
	return fmt.Sprintf("[%s – %s] client %d %s", round(o.Call), answered, o.ClientId,
		model.Describe(o.Input.(model.Input)))
}

func round(nanoseconds int64) string {
	return time.Duration(nanoseconds).Round(100 * time.Microsecond).String()
}
