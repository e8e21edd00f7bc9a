package pictures

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"slices"
)

// Small writes a picture again with so many colours (256 at most), and as small
// as PNG can. What a page draws has few: all others are between letters and
// their ground.
func Small(raw []byte, colours int) ([]byte, error) {
	decoded, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	in := image.NewRGBA(decoded.Bounds()) // which a page fills: nothing shines through
	draw.Draw(in, in.Bounds(), decoded, in.Bounds().Min, draw.Src)
	count := map[uint32]int{}
	last, run := uint32(0), 0
	pixels := make([]uint32, len(in.Pix)/4)
	for i := range pixels {
		p := in.Pix[4*i : 4*i+3]
		c := uint32(p[0])<<16 | uint32(p[1])<<8 | uint32(p[2])
		if pixels[i] = c; c == last {
			run++
			continue
		}
		count[last] += run
		last, run = c, 1
	}
	count[last] += run
	palette := fewer(count, colours)
	index := map[uint32]uint8{}
	for c := range count {
		index[c] = uint8(palette.Index(opaque(c)))
	}
	out := image.NewPaletted(in.Bounds(), palette)
	for i, c := range pixels {
		if i > 0 && c == pixels[i-1] {
			out.Pix[i] = out.Pix[i-1]
			continue
		}
		out.Pix[i] = index[c]
	}
	var b bytes.Buffer
	e := png.Encoder{CompressionLevel: png.BestCompression}
	if err := e.Encode(&b, out); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func opaque(c uint32) color.NRGBA {
	return color.NRGBA{uint8(c >> 16), uint8(c >> 8), uint8(c), 0xff}
}

// fewer are at most n colours that a picture is best drawn with: the one that
// there is most of, and then again and again the one that would be missed most,
// by how many pixels have it and how far it is from all that are taken.
func fewer(count map[uint32]int, n int) color.Palette {
	type candidate struct {
		colour color.NRGBA
		pixels int
		off    int // from the nearest that is taken, squared
	}
	var all []candidate
	for _, c := range slices.Sorted(maps.Keys(count)) {
		all = append(all, candidate{opaque(c), count[c], 3 * 255 * 255})
	}
	var p color.Palette
	for len(p) < n {
		best := slices.MaxFunc(all, func(a, b candidate) int { return a.pixels*a.off - b.pixels*b.off })
		if best.pixels*best.off == 0 {
			break
		}
		p = append(p, best.colour)
		for i := range all {
			all[i].off = min(all[i].off, apart(all[i].colour, best.colour))
		}
	}
	return p
}

// apart is how far two colours are from each other, squared.
func apart(a, b color.NRGBA) int {
	r, g, bl := int(a.R)-int(b.R), int(a.G)-int(b.G), int(a.B)-int(b.B)
	return r*r + g*g + bl*bl
}
