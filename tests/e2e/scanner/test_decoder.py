"""The decoder of the page on badly seen labels: at least what zxing-wasm reached when it was chosen."""

from __future__ import annotations

import base64
import io

from PIL import Image

from scanner_web.assets.static_files import address_of
from tests.builders.scanned import BRINGS_DECODER
from tests.simulators.degradations import CASES, photograph
from trace.labels.symbol import encode

BAR = 0.79
SYMBOLS = ("M", "Q")
LINK = "https://trace.example.cn/01/09521234100010/10/M20261012A/21/0ABCDEFGHJKM"
READ = """async ([script, wasm, pictures]) => {
  const worker = new Worker(script);
  const ask = (message) => new Promise((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.postMessage({ ...message, number: 1 });
  });
  const ready = await ask({ wasm: new URL(wasm, location.href).href, formats: ['qr_code', 'data_matrix'] });
  if (ready.failure) throw new Error(ready.failure);
  const canvas = document.createElement('canvas'), answers = [], began = performance.now();
  for (const picture of pictures) {
    const image = new Image();
    image.src = `data:image/png;base64,${picture}`;
    await image.decode();
    [canvas.width, canvas.height] = [image.width, image.height];
    const pencil = canvas.getContext('2d', { willReadFrequently: true });
    pencil.drawImage(image, 0, 0);
    answers.push((await ask({ image: pencil.getImageData(0, 0, image.width, image.height) })).found);
  }
  worker.terminate();
  return [answers, (performance.now() - began) / pictures.length];
}"""


def a_picture(case, level, seed):
    written = io.BytesIO()
    Image.fromarray(photograph(encode(LINK, level=level).matrix, CASES[case], seed)).save(written, "PNG")
    return base64.b64encode(written.getvalue()).decode()


@BRINGS_DECODER
def test_the_decoder_reads_what_phones_see_badly(window, record_property):
    asked = [(case, level) for case in CASES for level in SYMBOLS]
    pictures = [a_picture(case, level, 7 * number) for number, (case, level) in enumerate(asked)]
    page = window()
    answers, milliseconds = page.evaluate(
        READ, [address_of("decoder.js"), address_of("zxing_reader.wasm"), pictures]
    )
    missed = [case for case, found in zip(asked, answers, strict=True) if LINK not in found]
    record_property("read", f"{len(asked) - len(missed)} of {len(asked)}, {milliseconds:.0f} ms each")
    assert {text for found in answers for text in found} == {LINK}  # no wrong read
    assert 1 - len(missed) / len(asked) >= BAR, missed
