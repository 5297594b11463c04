#!/bin/sh
# Regenerates src/graph/onnx/gen/onnx_pb.ts from the public ONNX schema.
# Needs Debian's libonnx-dev (the schema) and protobuf-compiler (protoc), and npm; nothing enters package.json.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
schema=${ONNX_PROTO_DIR:-/usr/include/onnx}
version=$(node -p "require('$root/node_modules/@bufbuild/protobuf/package.json').version")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

npm install --silent --no-save --prefix "$work" "@bufbuild/protoc-gen-es@$version"
protoc --proto_path="$schema" \
  --plugin="protoc-gen-es=$work/node_modules/.bin/protoc-gen-es" \
  --es_out="$root/src/graph/onnx/gen" \
  --es_opt=target=ts,erasable_syntax=true \
  onnx.proto
