// Reads symbols with zbar (WebAssembly) and jsQR: grey pictures on standard input, a line of JSON for each on output.
// A picture is its width and height (four octets each, big-endian) and one octet a pixel.
import { readFileSync } from "node:fs";
import jsQR from "jsqr";
import { scanGrayBuffer } from "@undecaf/zbar-wasm";

const given = readFileSync(0);
const answers = [];
for (let at = 0; at < given.length; ) {
  const width = given.readUInt32BE(at), height = given.readUInt32BE(at + 4);
  const grey = new Uint8Array(given.subarray(at + 8, at + 8 + width * height));
  at += 8 + width * height;
  const coloured = new Uint32Array(width * height);
  grey.forEach((level, pixel) => { coloured[pixel] = 0xff000000 | (level << 16) | (level << 8) | level; });
  const byZbar = (await scanGrayBuffer(grey.buffer, width, height)).map((one) => one.decode());
  const byJsqr = jsQR(new Uint8ClampedArray(coloured.buffer), width, height);
  answers.push({ zbar: byZbar, jsQR: byJsqr ? [byJsqr.data] : [] });
}
process.stdout.write(JSON.stringify(answers));
