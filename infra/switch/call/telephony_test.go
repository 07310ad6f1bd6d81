package call_test

import (
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"text/template"
	"time"

	"didpurchase/infra/client"
	"didpurchase/infra/proof/system"
)

var whole = flag.Bool("whole", false, "start the whole system and make real calls")

// patience is for steps that the test does not measure.
const patience = time.Minute

// telephony is the running system with a switch.
type telephony struct {
	system   *system.System
	client   *system.Client
	key      string // of the switch
	folder   string
	program  string // the follower
	sip      int    // Kamailio's port
	kamailio *process
	follower *process
}

// newTelephony starts the system and a Kamailio.
func newTelephony(t *testing.T) *telephony {
	t.Helper()
	if !*whole {
		t.Skip("SKIPPED: it takes a minute and a quiet machine; pass -whole to make real calls")
	}
	for program, pkg := range map[string]string{"kamailio": "kamailio", "sipp": "sip-tester"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("SKIPPED: there is no %s on PATH; install Debian's package %s to make real calls", program, pkg)
		}
	}
	w := &telephony{folder: t.TempDir()}
	w.sip, w.program = freePort(t), w.file("switch")
	if said, err := exec.Command("go", "build", "-o", w.program, "didpurchase/infra/switch").CombinedOutput(); err != nil {
		t.Fatalf("build the follower: %v\n%s", err, said)
	}
	var err error
	if w.system, err = system.Start(t.Context(), system.Options{Folder: w.file("system")}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.system.Close)
	w.client = w.system.NewClient(patience)
	w.key = must(t, w, "ada", client.IssueAPIKey(client.NewKey{Name: "switch", Scopes: []string{"routes"}})).Key
	w.startKamailio(t)
	return w
}

func (w *telephony) file(name string) string { return filepath.Join(w.folder, name) }

// startKamailio runs the configuration in the folder above.
func (w *telephony) startKamailio(t *testing.T) {
	t.Helper()
	w.kamailio = w.start(t, "kamailio", "kamailio", "-DD", "-E", "-w", w.folder, "-Y", w.folder, "-f", "../kamailio.cfg",
		"-A", fmt.Sprintf("LISTEN_PORT=%d", w.sip))
	w.awaitPort(t, w.sip)
}

// follow starts the follower, and waits until it has supplied Kamailio.
func (w *telephony) follow(t *testing.T) {
	t.Helper()
	w.follower = w.start(t, "follower", w.program, "--api", w.system.API, "--key", w.key, "--data", w.file("routes.db"),
		"--kamailio", fmt.Sprintf("http://127.0.0.1:%d/RPC", w.sip), "--wait",
		"1") // a waiting request does not see a moved clock
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if strings.Contains(w.log(t, "follower"), "switch supplied") {
			return
		}
	}
	t.Fatalf("Kamailio is not supplied: %s", w.log(t, "follower"))
}

// phone starts a phone that answers calls, and returns its port.
func (w *telephony) phone(t *testing.T) int {
	t.Helper()
	port := freePort(t)
	w.start(t, fmt.Sprintf("phone-%d", port), "sipp", "-sn", "uas", "-i", "127.0.0.1", "-p", fmt.Sprint(port), "-nostdin")
	return port
}

// scenario is the expected end of a call.
type scenario struct {
	name   string
	Port   int // of the phone that rings
	Status int // of the refusal
}

func rings(phone int) scenario    { return scenario{name: "rings", Port: phone} }
func refused(status int) scenario { return scenario{name: "refused", Status: status} }

func (s scenario) String() string { return fmt.Sprint(s.name, " ", s.Port+s.Status) }

// file writes the scenario for sipp.
func (s scenario) file(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), s.name+".xml")
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if err := template.Must(template.ParseFiles("testdata/"+s.name+".xml")).Execute(out, s); err != nil {
		t.Fatal(err)
	}
	return path
}

// call makes one call. It returns an error if the call did not end as in the
// scenario.
func (w *telephony) call(t *testing.T, did, scenario string) (said []byte, err error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sipp", fmt.Sprintf("127.0.0.1:%d", w.sip), "-i", "127.0.0.1", "-sf", scenario,
		"-s", did, "-m", "1", "-timeout", "3s", "-nostdin")
	cmd.Dir = w.folder
	return cmd.CombinedOutput()
}

// process is a program that runs until stop.
type process struct {
	cmd   *exec.Cmd
	ended chan struct{}
}

// start runs a program; its output is in a log of that name.
func (w *telephony) start(t *testing.T, log, program string, args ...string) *process {
	t.Helper()
	out, err := os.Create(w.file(log + ".log"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	p := &process{exec.Command(program, args...), make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = out, out
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Kamailio has children
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait() // stop kills it
		close(p.ended)
	}()
	t.Cleanup(p.stop)
	return p
}

// stop kills the program with its children.
func (p *process) stop() {
	select {
	case <-p.ended:
		return
	default:
	}
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) // it may have ended already
	<-p.ended
}

// awaitPort waits until a program listens at the port.
func (w *telephony) awaitPort(t *testing.T, port int) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			c.Close()
			return
		}
	}
	t.Fatalf("nothing listens at port %d: %s", port, w.log(t, "kamailio"))
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
