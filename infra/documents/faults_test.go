package documents_test

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

var (
	fence     = regexp.MustCompile("(?ms)^[ ]*```(\\w*)\n(.*?)^[ ]*```")
	code      = regexp.MustCompile("`([^`\n]+)`")
	link      = regexp.MustCompile(`\]\(([^)\s]+)\)|<img src="([^"]+)"`)
	heading   = regexp.MustCompile(`(?m)^#+ (.+)$`)
	testName  = regexp.MustCompile(`^(Test|Fuzz|Benchmark)[A-Z]\w*$`)
	camelCase = regexp.MustCompile(`^[A-Z][a-z0-9]+([A-Z][A-Za-z0-9]*)+$`)
	setting   = regexp.MustCompile(`^[A-Z][A-Za-z]+=`)
	variable  = regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$`)
	// A route is a word of its own or follows a host's port; it is not part of a folder.
	route = regexp.MustCompile(`(?:^|[^A-Za-z_])(/v1/[\w{}/-]+|/local/\w+)`)
)

// faults lists the names in a document that do not exist.
func (w *vocabulary) faults(document, text string) (all []string) {
	prose := text
	for _, block := range fence.FindAllStringSubmatch(text, -1) {
		prose = strings.Replace(prose, block[0], "", 1)
		if block[1] == "sh" {
			all = append(all, w.inScript(document, block[2])...)
		}
	}
	for _, m := range link.FindAllStringSubmatch(prose, -1) {
		all = append(all, w.inLink(document, m[1]+m[2])...)
	}
	for _, m := range code.FindAllStringSubmatch(prose, -1) {
		all = append(all, w.inCode(document, m[1])...)
	}
	return all
}

func (w *vocabulary) inLink(document, to string) []string {
	if strings.Contains(to, "://") {
		return nil
	}
	file, section, _ := strings.Cut(to, "#")
	if file != "" && !w.exists(document, file) {
		return []string{fmt.Sprintf("the link to %s leads nowhere", to)}
	}
	if section == "" || document == "infra/made-up.md" && file == "" {
		return nil
	}
	target := document
	if file != "" {
		target = path.Join(path.Dir(document), file)
	}
	for _, h := range heading.FindAllStringSubmatch(w.text(target), -1) {
		if anchor(h[1]) == section {
			return nil
		}
	}
	return []string{fmt.Sprintf("%s has no section %s", target, section)}
}

// anchor is what GitHub calls a heading.
func anchor(heading string) string {
	kept := regexp.MustCompile(`[^a-z0-9 _-]`).ReplaceAllString(strings.ToLower(heading), "")
	return strings.ReplaceAll(kept, " ", "-")
}

// inCode judges one piece of inline code by what it looks like.
func (w *vocabulary) inCode(document, s string) []string {
	word := !strings.ContainsAny(s, " <>*$")
	missing := func(what string, is bool) []string {
		if is {
			return nil
		}
		return []string{fmt.Sprintf("there is no %s %s", what, s)}
	}
	switch first, _, _ := strings.Cut(s, " "); {
	case isCommand(first):
		return w.inScript(document, s)
	case route.MatchString(s):
		return w.inRoutes(s)
	case !word || strings.HasPrefix(s, "/"):
		return nil
	case testName.MatchString(s):
		return missing("test", w.tests[s])
	case camelCase.MatchString(s):
		return missing("parameter, resource, output or value in the template",
			regexp.MustCompile(`\b`+s+`\b`).MatchString(w.text("template.yaml")))
	case setting.MatchString(s):
		s, _, _ = strings.Cut(s, "=")
		return missing("parameter", w.declared.parameters[s])
	case variable.MatchString(s):
		return missing("variable or constant", strings.Contains(w.source, s))
	case strings.Contains(s, "/") || strings.HasSuffix(s, ".go"):
		return missing("file or library", w.exists(document, s) || w.named(s))
	}
	return nil
}

// named reports whether s is the name of a file without its folder, or a
// library, a bucket's key or a media type that the code contains.
func (w *vocabulary) named(s string) bool {
	inSomeFolder := func(path string) bool { return strings.HasSuffix(path, "/"+s) }
	return slices.ContainsFunc(w.files, inSomeFolder) || strings.Contains(w.source, `"`+s) ||
		strings.Contains(w.source, "/"+strings.TrimSuffix(s, "/")+`"`) ||
		strings.Contains(w.source, "Prefix: "+s) || strings.Contains(w.text("go.mod"), s)
}

// inRoutes judges the paths of the API, and of the local world, in a text.
func (w *vocabulary) inRoutes(s string) (all []string) {
	for _, m := range route.FindAllStringSubmatch(s, -1) {
		p := m[1]
		known := w.routes[plain(p)] || w.isRouteOf(p)
		if strings.HasPrefix(p, "/local/") {
			known = strings.Contains(w.source, p)
		}
		if !known {
			all = append(all, fmt.Sprintf("there is no route %s", p))
		}
	}
	return all
}

// isRouteOf is true of a route with values in the place of its parameters.
func (w *vocabulary) isRouteOf(p string) bool {
	parts := strings.Split(strings.Trim(p, "/"), "/")
	for r := range w.routes {
		if matches(strings.Split(strings.Trim(r, "/"), "/"), parts) {
			return true
		}
	}
	return false
}

func matches(route, path []string) bool {
	// A path that ends where a shell's value would be inserted is cut short.
	if len(route) != len(path) && len(route) != len(path)+1 {
		return false
	}
	for i := range path {
		if route[i] != "{}" && route[i] != path[i] {
			return false
		}
	}
	return len(route) == len(path) || route[len(path)] == "{}"
}
