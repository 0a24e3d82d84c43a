// Who decodes: the browser itself where it lists QR codes, else zxing in a worker, loaded only now.

const FORMATS = ['qr_code', 'data_matrix'];

/** Whether anything here can decode; asked before a button is offered. */
export async function canDecode(script) {
  return Boolean((script && globalThis.Worker && globalThis.WebAssembly) || (await listed()).length);
}

/** A function from a canvas to the texts found on it; one worker serves the page as long as it stands. */
export async function decoderFor(script, wasm) {
  const formats = await listed();
  if (!formats.length) return worker(script, wasm);
  const detector = new BarcodeDetector({ formats });
  let found = async (canvas) => (await detector.detect(canvas)).map(({ rawValue }) => rawValue);
  return async (canvas) => {
    try {
      return await found(canvas);
    } catch (failure) {
      // some phones list formats and then have no service behind them
      if (!script) throw failure;
      found = await worker(script, wasm);
      return found(canvas);
    }
  };
}

/** The formats that the browser reads itself: none unless `qr_code` is among them, whatever it exposes. */
async function listed() {
  try {
    const known = await BarcodeDetector.getSupportedFormats();
    return known.includes('qr_code') ? FORMATS.filter((one) => known.includes(one)) : [];
  } catch {
    return [];
  }
}

async function worker(script, wasm) {
  const thread = new Worker(script), waiting = new Map();
  let last = 0;
  const ask = (message, moved) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      thread.postMessage({ ...message, number: last }, moved);
    });
  thread.addEventListener('message', ({ data }) => {
    const { resolve, reject } = waiting.get(data.number);
    waiting.delete(data.number);
    if (data.failure) reject(new Error(data.failure));
    else resolve(data.found);
  });
  thread.addEventListener('error', () => {
    for (const { reject } of waiting.values()) reject(new Error('worker'));
    waiting.clear();
  });
  try {
    await ask({ wasm: new URL(wasm, location.href).href, formats: FORMATS }, []);
  } catch (failure) {
    thread.terminate();
    throw failure;
  }
  return (canvas) => {
    const image = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return ask({ image }, [image.data.buffer]);
  };
}
