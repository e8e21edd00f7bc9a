package sandbox_test

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// boxFont is a TrueType font in which every character of Unicode is half as
// wide as the type is large, and looks like nothing. What is set in it has the
// same lines on every machine.
func boxFont() []byte {
	type table struct {
		tag  string
		data []byte
	}
	// Big-endian, and each number as wide as its type.
	pack := func(numbers ...any) []byte {
		var b bytes.Buffer
		for _, n := range numbers {
			_ = binary.Write(&b, binary.BigEndian, n) // a buffer takes everything
		}
		return b.Bytes()
	}
	const em, ascent, descent = 1000, 800, -200
	name := []byte("\x00B\x00o\x00x\x00e\x00s")
	names := pack(uint16(0), uint16(4), uint16(6+4*12))
	for _, id := range []uint16{1, 2, 4, 6} {
		names = append(names, pack(uint16(3), uint16(1), uint16(0x409), id, uint16(len(name)), uint16(0))...)
	}
	tables := []table{
		{"OS/2", pack(uint16(4), int16(em/2), uint16(400), uint16(5), uint16(0), [10]int16{}, int16(0), [10]byte{}, [4]uint32{}, [4]byte{'N', 'O', 'N', 'E'},
			uint16(0x40), uint16(0x20), uint16(0xffff), int16(ascent), int16(descent), int16(0), uint16(ascent), uint16(-descent), [2]uint32{},
			int16(500), int16(700), uint16(0), uint16(0x20), uint16(0))},
		// Many characters to one glyph.
		{"cmap", pack(uint16(0), uint16(1), uint16(3), uint16(10), uint32(12), uint16(13), uint16(0), uint32(16+12), uint32(0), uint32(1), uint32(0x20), uint32(0x10ffff), uint32(1))},
		{"glyf", pack(int16(0), int16(0), int16(0), int16(0), int16(0), int16(0))},
		{"head", pack(uint16(1), uint16(0), uint32(0x10000), uint32(0), uint32(0x5f0f3cf5), uint16(3), uint16(em), uint64(0), uint64(0), [4]int16{0, descent, em / 2, ascent}, uint16(0), uint16(8), int16(2), int16(0), int16(0))},
		{"hhea", pack(uint32(0x10000), int16(ascent), int16(descent), int16(0), uint16(em/2), int16(0), int16(0), int16(0), int16(1), [7]int16{}, uint16(2))},
		{"hmtx", pack(uint16(em/2), int16(0), uint16(em/2), int16(0))},
		{"loca", pack(uint16(0), uint16(0), uint16(0))},
		{"maxp", pack(uint32(0x10000), uint16(2), [13]uint16{0, 0, 0, 0, 1})},
		{"name", append(names, name...)},
		{"post", pack(uint32(0x30000), uint32(0), uint32(0), uint32(1), [4]uint32{})},
	}
	sum := func(data []byte) (total uint32) {
		for chunk := range slices.Chunk(data, 4) {
			total += binary.BigEndian.Uint32(append(slices.Clone(chunk), 0, 0, 0)[:4])
		}
		return total
	}
	head := pack(uint32(0x10000), uint16(len(tables)), uint16(128), uint16(3), uint16(len(tables)*16-128))
	at := len(head) + 16*len(tables)
	var body []byte
	for _, t := range tables {
		head = append(head, t.tag...)
		head = append(head, pack(sum(t.data), uint32(at+len(body)), uint32(len(t.data)))...)
		body = append(body, t.data...)
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
	}
	return append(head, body...)
}
