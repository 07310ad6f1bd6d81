package e2e

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

var update = flag.Bool("update", false, "take the reference boxes of testdata/layout.json anew; with -whole")

// box is the place of a named part of a page, in pixels. Top is measured from
// the top of the page's main part.
type box struct{ Left, Top, Width float64 }

// layouts are the boxes by page, size and language.
type layouts map[string]map[string]box

const layoutFile = "testdata/layout.json"

// What the layout may differ by: other fonts have other widths, and a page's
// data another length.
const (
	sideways = 24 // pixels
	downward = 48
)

// parts are the named parts of pages. Each is looked for once on a page.
var parts = []string{
	".bar", ".places", ".find", ".me", ".cart-link", ".page-head h1", ".page-head .actions", ".search .box", ".filters",
	".found-head", ".grid", ".grid-head .did-cell", ".grid-head .recurring", ".tray", ".toolbar", ".scroll table",
	"thead th:first-child", ".figures", ".charts", ".card", ".facts", ".summary", ".lines", ".form", ".empty",
}

// layoutPages are the checked paths, by the user who opens them. Staff's home, list
// of rentals and imports are not among them: they grow with what other tests do.
var layoutPages = map[string][]string{
	"buyer17": {"/numbers", "/numbers?q=%2B999", "/numbers?consecutive=10&country=FR", "/cart", "/dids", "/idle",
		"/orders",
		"/account", "/account?show=invoices", "/billing", "/buy", "/access", "/webhooks", "/nothing"},
	"ada": {"/numbers", "/inventory", "/inventory/+442079460100", "/packages", "/customers",
		"/customers/alice", "/settings", "/audit", "/access", "/webhooks"},
}

// A page's parts are where they were, on a screen and on a telephone, in English
// and in Arabic, and nothing is wider than the screen. The short form looks at
// three pages; with -whole it looks at all, and audits those in Arabic, too.
func TestThePagesKeepTheirLayout(t *testing.T) {
	t.Parallel()
	want := readLayouts(t)
	got := layouts{}
	for _, language := range []string{"en", "ar"} {
		for _, width := range []int64{1280, 390} {
			for _, user := range []string{"buyer17", "ada"} {
				if !*whole && (user == "ada" || language == "en") {
					continue
				}
				p := newPerson(t, width, 844)
				p.signsIn(user)
				p.reads(language)
				paths := layoutPages[user]
				if !*whole {
					paths = []string{"/numbers", "/cart", "/account"}
				}
				for _, path := range paths {
					name := fmt.Sprintf("%s %s %d %s", user, path, width, language)
					got[name] = p.layout(path, fmt.Sprintf("%s-%s-%d-%s", language, user, width, safe(path)))
					if !*update {
						compareLayouts(t, name, want[name], got[name])
					}
					if *whole && language != "en" {
						p.audit(name, false)
					}
				}
			}
		}
	}
	if *update && *whole {
		writeLayouts(t, got)
	}
}

func safe(path string) string {
	return string(slices.DeleteFunc([]byte(path),
		func(c byte) bool { return c == '/' || c == '?' || c == '%' || c == '&' }))
}

// reads chooses the language of the page, as the menu does.
func (p *person) reads(language string) {
	p.t.Helper()
	eval[any](p, fmt.Sprintf(`localStorage.setItem("language", %q); location.reload()`, language))
	p.until("the language "+language, fmt.Sprintf(`document.documentElement.lang === %q && `+
		`document.querySelector(".shell") != null`, language))
}

// layout opens a page, waits until it has loaded, and returns the boxes of its
// parts.
func (p *person) layout(path, name string) map[string]box {
	p.t.Helper()
	p.open(path)
	p.until("the page "+path, `document.querySelector("h1") != null && !document.querySelector(".skeleton, `+
		`[aria-busy=true], .coming-row")`)
	eval[any](p, `document.fonts.ready.then(() => null)`)
	p.picture(name)
	if over := eval[float64](p, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
		p.t.Errorf("%s is %v pixels too wide", name, over)
	}
	selectors, err := json.Marshal(parts)
	if err != nil {
		p.t.Fatal(err)
	}
	return eval[map[string]box](p, fmt.Sprintf(`(() => {
		const top = document.querySelector("main")?.getBoundingClientRect().top ?? 0;
		const found = {};
		for (const selector of %s) {
			const el = document.querySelector(selector);
			if (!el?.checkVisibility()) continue;
			const r = el.getBoundingClientRect();
			found[selector] = { Left: Math.round(r.left), Top: Math.round(r.top - top), Width: Math.round(r.width) };
		}
		return found;
	})()`, selectors))
}

func compareLayouts(t *testing.T, name string, want, got map[string]box) {
	t.Helper()
	if want == nil {
		t.Errorf("%s: there are no reference boxes; take them with -whole -update", name)
	}
	for part, w := range want {
		g, there := got[part]
		switch {
		case !there:
			t.Errorf("%s: %s is not there", name, part)
		case math.Abs(w.Left-g.Left) > sideways || math.Abs(w.Width-g.Width) > 2*sideways || math.Abs(w.Top-g.Top) > downward:
			t.Errorf("%s: %s is at %+v, not %+v", name, part, g, w)
		}
	}
}

func readLayouts(t *testing.T) layouts {
	t.Helper()
	content, err := os.ReadFile(layoutFile)
	if os.IsNotExist(err) || *update {
		return layouts{}
	}
	var all layouts
	if err == nil {
		err = json.Unmarshal(content, &all)
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func writeLayouts(t *testing.T, all layouts) {
	t.Helper()
	content, err := json.MarshalIndent(all, "", " ")
	if err == nil {
		err = os.MkdirAll(filepath.Dir(layoutFile), 0o755)
	}
	if err == nil {
		err = os.WriteFile(layoutFile, append(content, '\n'), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}
