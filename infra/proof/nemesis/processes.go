package nemesis

import (
	"context"
	"syscall"
	"time"

	"didpurchase/infra/proof/proxy"
)

// attacked are the functions that are killed and paused.
var attacked = []string{"cart", "checkout", "desk", "inventory", "account", "rentals", "catalogue", "renewal-worker"}

// anyFunction returns the process id of one of the attacked functions.
func (a *attack) anyFunction() (id int, running bool) {
	ids := a.system.Functions(attacked...)
	if len(ids) == 0 {
		return 0, false
	}
	return ids[a.Below(len(ids))], true
}

func (a *attack) killFunctions() {
	a.system.Proxy.Follow(proxy.OnlyWrites(proxy.Share(a.seed, 0.03, proxy.Unanswered, proxy.LateAnswer)))
	killed := 0
	for a.pause(60*time.Millisecond, 350*time.Millisecond) {
		if id, running := a.anyFunction(); running && syscall.Kill(id, syscall.SIGKILL) == nil {
			killed++
		}
	}
	a.say("killed %d functions", killed)
}

func (a *attack) killAll() {
	if a.pause(300*time.Millisecond, 1500*time.Millisecond) {
		a.system.KillLocal()
		if err := a.system.StartLocal(context.Background()); err != nil {
			a.say("could not start the system again: %v", err)
			return
		}
		a.say("killed the system once")
	}
	a.rest()
}

func (a *attack) killDatabase() {
	killed := 0
	for killed < 3 && a.pause(300*time.Millisecond, 1500*time.Millisecond) {
		if err := a.system.RestartDatabase(context.Background(), a.Between(50*time.Millisecond, time.Second)); err != nil {
			a.say("could not start the database again: %v", err)
			return
		}
		killed++
	}
	a.say("killed the database %d times", killed)
	a.rest()
}

func (a *attack) pauseDatabase() {
	if a.pause(300*time.Millisecond, 1200*time.Millisecond) {
		pause := a.Between(2*time.Second, 14*time.Second)
		a.system.SignalDatabase(syscall.SIGSTOP)
		time.Sleep(pause)
		a.system.SignalDatabase(syscall.SIGCONT)
		a.say("paused the database for %s", pause.Round(time.Millisecond))
	}
	a.rest()
}

func (a *attack) pauseFunctions() {
	paused := 0
	for a.pause(100*time.Millisecond, 500*time.Millisecond) {
		id, running := a.anyFunction()
		if !running || syscall.Kill(id, syscall.SIGSTOP) != nil {
			continue
		}
		paused++
		pause := a.Between(200*time.Millisecond, 3200*time.Millisecond)
		if a.Chance(0.15) {
			pause = 12 * time.Second
		}
		time.AfterFunc(pause, func() { syscall.Kill(id, syscall.SIGCONT) })
	}
	for _, id := range a.system.Functions(attacked...) {
		syscall.Kill(id, syscall.SIGCONT)
	}
	a.say("paused %d functions", paused)
}
