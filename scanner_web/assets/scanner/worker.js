// In the worker, behind barcode-detector: its WebAssembly once, from our own origin, then one picture after another.

const { BarcodeDetector: Detector, prepareZXingModule: prepare } = BarcodeDetectionAPI;
let detector = null;

addEventListener('message', async ({ data: { number, wasm, formats, image } }) => {
  try {
    if (wasm) {
      await prepare({ overrides: { locateFile: () => wasm }, fireImmediately: true });
      detector = new Detector({ formats });
      postMessage({ number, found: [] });
    } else {
      const found = await detector.detect(image);
      postMessage({ number, found: found.map(({ rawValue }) => rawValue) });
    }
  } catch (failure) {
    postMessage({ number, failure: String(failure) });
  }
});
