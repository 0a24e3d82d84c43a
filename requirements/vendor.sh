#!/bin/sh
# What pages and the interface description load beside our own scripts: by package-lock.json, without addresses and
# without running anybody's set-up scripts (docs/adr/0022). Called by `make vendor` and by the image, with npm on the
# path and the project as the working directory.
set -eu
npm ci --ignore-scripts --omit=dev --no-audit --no-fund --silent
vendor=scanner_web/static/vendor
viewer=api/description/vendor
rm -rf "$vendor" "$viewer"
mkdir -p "$vendor" "$viewer"
for one in swagger-ui-bundle.js swagger-ui.css LICENSE NOTICE; do
  cp "node_modules/swagger-ui-dist/$one" "$viewer/"
done
cp node_modules/@noble/ed25519/index.js "$vendor/noble-ed25519.js"
cp node_modules/barcode-detector/dist/iife/ponyfill.js "$vendor/barcode-detector.js"
cp node_modules/zxing-wasm/dist/reader/zxing_reader.wasm "$vendor/"
