#!/bin/sh
# Draw the icons from the seal; run once after changing it. Needs a chromium on PATH. Usage: tools/icons.sh
set -eu
cd "$(dirname "$0")/.."
draw() { # name size ground inset
  work=$(mktemp -d)
  cat > "$work/icon.html" <<SVG
<!doctype html><style>html,body{margin:0;background:transparent}svg{display:block}</style>
<svg xmlns="http://www.w3.org/2000/svg" width="$2" height="$2" viewBox="-$4 -$4 $((64 + 2 * $4)) $((64 + 2 * $4))">
<rect x="-64" y="-64" width="192" height="192" fill="$3"/><rect x="3" y="3" width="58" height="58" rx="9" fill="#b8321f"/>
<path d="M50 14H15v36h36M43 20c-4 3-10 4.500-17 5M27 25c0 8-1 13-5 18M27 32h20M38 32v14" fill="none" stroke="#faf8f4" stroke-width="4.5" stroke-linecap="round" stroke-linejoin="round"/></svg>
SVG
  chromium --headless=new --no-sandbox --disable-gpu --hide-scrollbars --default-background-color=00000000 \
    --user-data-dir="$work/profile" --window-size="$2,$2" --screenshot="public/$1" "file://$work/icon.html" >/dev/null 2>&1
  rm -rf "$work"
}
draw icon-192.png 192 transparent 0
draw icon-512.png 512 transparent 0
draw icon-maskable-512.png 512 '#faf8f4' 14
# iPhones fill what is transparent with black.
draw apple-touch-icon.png 180 '#faf8f4' 6
