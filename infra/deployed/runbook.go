package main

import (
	"fmt"
	"os"
	"strings"
)

// runbook has the blocks of commands of the runbook by the heading above them. The
// first block has the functions that the others use.
type runbook struct {
	functions string
	sections  map[string][]string
}

// readRunbook reads the fenced blocks of commands, with the indentation of the list
// around them removed. Commands within the sentence of a step, such as `operate …`,
// are blocks too.
func readRunbook(file string) (runbook, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return runbook{}, err
	}
	r := runbook{sections: map[string][]string{}}
	heading, indent := "", ""
	var block *strings.Builder
	for line := range strings.Lines(string(text)) {
		bare := strings.TrimSpace(line)
		switch {
		case block == nil && strings.HasPrefix(line, "## "):
			heading = strings.TrimPrefix(bare, "## ")
		case block == nil && bare == "```sh":
			indent, block = line[:strings.Index(line, "`")], &strings.Builder{}
		case block != nil && bare == "```":
			r.add(heading, block.String())
			block = nil
		case block != nil:
			block.WriteString(strings.TrimPrefix(line, indent))
		default:
			if command, found := inline(bare); found {
				r.add(heading, command)
			}
		}
	}
	if r.functions == "" {
		return r, fmt.Errorf("%s: no block of commands", file)
	}
	return r, nil
}

// inline returns the command of operate in a sentence.
func inline(sentence string) (command string, found bool) {
	_, rest, found := strings.Cut(sentence, "`operate ")
	if !found {
		return "", false
	}
	command, _, found = strings.Cut(rest, "`")
	return "operate " + command + "\n", found
}

// block returns the first block of a section with a part, such as a parameter.
func (r *runbook) block(section, part string) (string, error) {
	for _, b := range r.sections[section] {
		if strings.Contains(b, part) {
			return b, nil
		}
	}
	return "", fmt.Errorf("the runbook has no block with %q in %q", part, section)
}

func (r *runbook) add(heading, block string) {
	if r.functions == "" {
		r.functions = block
		return
	}
	r.sections[heading] = append(r.sections[heading], block)
}
