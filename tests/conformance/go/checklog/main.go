// Checks a log that GreenTrace wrote with Go's own sumdb/note and sumdb/tlog: checkpoint, tiles, proofs.
//
// usage: checklog FOLDER  (checkpoint, log.vkey, checks.json, tile/… as C2SP tlog-tiles)
// Prints one line per check; exits 1 at the first that fails.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

type record struct {
	Index int64    `json:"index"`
	Leaf  []byte   `json:"leaf"`
	Proof [][]byte `json:"proof"`
}

type prefix struct {
	Size  int64    `json:"size"`
	Root  []byte   `json:"root"`
	Proof [][]byte `json:"proof"`
}

type checks struct {
	Unknown  int      `json:"unknown"`
	Records  []record `json:"records"`
	Prefixes []prefix `json:"prefixes"`
}

type folder string

func (folder) Height() int { return height }

func (folder) SaveTiles([]tlog.Tile, [][]byte) {}

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, t := range tiles {
		// tlog writes tile/8/0/000 where C2SP writes tile/0/000.
		path := "tile" + strings.TrimPrefix(t.Path(), fmt.Sprintf("tile/%d", height))
		data, err := os.ReadFile(filepath.Join(string(f), path))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func must(err error, what string) {
	if err != nil {
		fmt.Printf("FAIL %s: %v\n", what, err)
		os.Exit(1)
	}
	fmt.Printf("ok %s\n", what)
}

func hashOf(raw []byte) (h tlog.Hash) {
	copy(h[:], raw)
	return h
}

func same(ours [][]byte, theirs []tlog.Hash) error {
	if len(ours) != len(theirs) {
		return fmt.Errorf("%d hashes, Go has %d", len(ours), len(theirs))
	}
	for i := range ours {
		if hashOf(ours[i]) != theirs[i] {
			return fmt.Errorf("hash %d differs", i)
		}
	}
	return nil
}

func main() {
	dir := os.Args[1]
	read := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join(dir, name))
		must(err, "read "+name)
		return data
	}
	var todo checks
	must(json.Unmarshal(read("checks.json"), &todo), "parse checks")
	verifier, err := note.NewVerifier(strings.TrimSpace(string(read("log.vkey"))))
	must(err, "verifier key")
	opened, err := note.Open(read("checkpoint"), note.VerifierList(verifier))
	must(err, "note.Open")
	if len(opened.UnverifiedSigs) != todo.Unknown {
		err = fmt.Errorf("%d unknown signatures, not %d", len(opened.UnverifiedSigs), todo.Unknown)
	}
	must(err, "cosignatures are left alone")
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err, "size")
	root, err := tlog.ParseHash(lines[2])
	must(err, "root")
	tree := tlog.Tree{N: size, Hash: root}
	hashes := tlog.TileHashReader(tree, folder(dir))
	for _, one := range todo.Records {
		proof, err := tlog.ProveRecord(size, one.Index, hashes)
		must(err, fmt.Sprintf("ProveRecord %d", one.Index))
		must(tlog.CheckRecord(proof, size, root, one.Index, tlog.RecordHash(one.Leaf)), "CheckRecord")
		must(same(one.Proof, proof), fmt.Sprintf("same record proof %d", one.Index))
		if tlog.CheckRecord(proof, size, root, one.Index, tlog.RecordHash([]byte("other"))) == nil {
			must(fmt.Errorf("another leaf was accepted"), "CheckRecord refuses another leaf")
		}
	}
	for _, one := range todo.Prefixes {
		proof, err := tlog.ProveTree(size, one.Size, hashes)
		must(err, fmt.Sprintf("ProveTree %d", one.Size))
		must(tlog.CheckTree(proof, size, root, one.Size, hashOf(one.Root)), "CheckTree")
		must(same(one.Proof, proof), fmt.Sprintf("same tree proof %d", one.Size))
	}
	fmt.Println("ALL OK")
}
